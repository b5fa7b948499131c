//! The client method needs the reply's type.
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
    fn pop(&mut self) -> Reply {
        Reply::later()
    }

    #[call]
    fn peek(&mut self, from: ReplyTo) {
        drop(from);
    }
}

fn main() {}
