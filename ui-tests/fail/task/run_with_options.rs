//! Options belong to `#[task]`.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    #[run(restart = transient)]
    async fn run() {}
}

fn main() {}
