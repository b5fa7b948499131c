//! Options that do not go together.

#[otp::main(start_paused = true)]
async fn main() {}

#[otp::test(worker_threads = 2)]
async fn workers() {}

#[otp::test(flavor = "multi_thread", start_paused = true)]
async fn paused() {}
