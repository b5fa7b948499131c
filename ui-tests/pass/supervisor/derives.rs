//! Derives above and below the attribute.

use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[supervisor]
#[derive(Debug, Clone)]
struct Below {
    #[child]
    stack: Stack,
}

#[derive(Debug, Clone)]
#[supervisor]
struct Above {
    #[child]
    stack: Stack,
}

fn main() {
    drop(Below::start_link());
    drop(Above::start_link());
}
