//! A task handles nothing.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    #[run]
    const LIMIT: u32 = 10;

    #[run]
    async fn run() {}

    #[call]
    fn progress(&self) -> u32 {
        1
    }
}

fn main() {}
