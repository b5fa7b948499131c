//! Options that there are not, also those of servers.
use otp::prelude::*;

struct Import;

#[task(restrat = transient, trap_exit = true)]
impl Import {
    #[run]
    async fn run() {}
}

fn main() {}
