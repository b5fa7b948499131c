//! A server has one impl block with handlers.
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

#[gen_server]
impl Stack {
    #[init]
    fn init_again() -> Self {
        Self
    }
}

fn main() {}
