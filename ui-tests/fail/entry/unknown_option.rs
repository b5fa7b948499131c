//! Options of the runtime.

#[otp::main(flavour = "multi_thread", workers = 2)]
async fn main() {}

#[otp::test(flavor = "multithread", start_paused = 1)]
async fn test() {}
