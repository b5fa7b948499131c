//! Nobody would get the value.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    #[run]
    async fn run() -> u32 {
        42
    }
}

fn main() {}
