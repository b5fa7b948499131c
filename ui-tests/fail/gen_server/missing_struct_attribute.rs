//! The attribute on the impl alone.
use otp::prelude::*;

struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn pop(&mut self) -> u8 {
        1
    }
}

fn main() {}
