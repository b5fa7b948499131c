//! The state stays with the server.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    fn pop(self) -> u8 {
        1
    }

    #[cast]
    fn push(self: Box<Self>) {}
}

fn main() {}
