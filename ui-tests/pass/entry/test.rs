//! Options and attributes of tests.
#![deny(warnings)]

#[otp::test]
async fn plain() {}

#[otp::test(start_paused = true)]
#[should_panic(expected = "as it should")]
async fn paused() {
    panic!("as it should");
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "only has to compile"]
async fn result() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[otp::main(flavor = "current_thread")]
async fn main() {}
