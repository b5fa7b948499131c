//! What the macro makes has its names.
use otp::prelude::*;

struct Import;

#[task]
impl Import {
    #[run]
    async fn run() {}

    fn start_link() {}
    fn child_spec() {}
}

fn main() {}
