//! A cast has no caller.
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
    fn push(&mut self, from: ReplyTo<u8>) {
        drop(from);
    }

    #[cast]
    fn clear(&mut self) -> Reply<u8> {
        Reply::now(1)
    }
}

fn main() {}
