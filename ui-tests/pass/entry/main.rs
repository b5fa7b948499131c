//! The body is a process, and its return value the program's.
#![deny(warnings)]

#[otp::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> otp::Result {
    let number: u8 = "1".parse()?;
    assert_eq!(number, 1);
    Ok(())
}
