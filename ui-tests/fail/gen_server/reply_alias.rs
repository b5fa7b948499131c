//! `Reply` under another name cannot be seen by the macro.
use otp::prelude::*;

type Answer = Reply<u8>;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    fn pop(&mut self) -> Answer {
        Reply::now(1)
    }
}

fn main() {}
