//! The work of a task is its `#[run]`.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    async fn run() {}
}

fn main() {}
