//! Options with a value that there is not, given twice, or that do not go together.
use otp::prelude::*;

struct Import;
#[task(restart = sometimes, shutdown = -1, shutdown = 5)]
impl Import {
    #[run]
    async fn run() {}
}

struct Forever;
#[task(restart = permanent, significant = true)]
impl Forever {
    #[run]
    async fn run() {}
}

fn main() {}
