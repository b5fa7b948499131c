//! A task does one thing.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    #[run]
    async fn first() {}

    #[run]
    async fn second() {}
}

fn main() {}
