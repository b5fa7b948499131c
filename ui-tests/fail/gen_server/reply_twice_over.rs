//! The caller's address and the reply both.
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
    fn pop(&mut self, from: ReplyTo<u8>) -> u8 {
        drop(from);
        1
    }

    #[call]
    fn peek(&mut self, one: ReplyTo<u8>, two: ReplyTo<u8>) {
        drop((one, two));
    }
}

fn main() {}
