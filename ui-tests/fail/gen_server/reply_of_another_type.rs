// GS-125
//! What is replied is what the client waits for.
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
    fn pop(&mut self, from: ReplyTo<u8>) -> Reply<String> {
        drop(from);
        Reply::later()
    }

    #[call]
    fn peek(&mut self, from: ReplyTo<u8>) {
        from.reply(String::new());
    }
}

fn main() {}
