fn main() -> otp::Result {
    async fn main() -> otp::Result {
        Ok(())
    }
    ::otp::__private::run_main(
        ::otp::__private::Runtime::multi_thread().worker_threads(2),
        main(),
    )
}
#[::core::prelude::v1::test]
#[ignore]
fn waits() {
    async fn waits() {}
    ::otp::__private::run_main(
        ::otp::__private::Runtime::current_thread().start_paused(true),
        waits(),
    )
}
