//! Any process may send the message.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    unsafe fn push(&mut self) {}
}

fn main() {}
