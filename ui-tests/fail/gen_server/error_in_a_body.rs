//! A mistake in a handler is reported in the handler.
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
    fn pop(&mut self) -> u8 {
        "one"
    }

    #[cast]
    async fn push(&mut self, item: String) {
        item.pushh();
    }
}

fn main() {}
