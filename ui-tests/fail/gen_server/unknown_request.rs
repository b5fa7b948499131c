// GS-046 GS-054
//! A request that the server does not know.
use otp::prelude::*;

#[gen_server]
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

async fn client(stack: StackRef) {
    let _ = stack.peek().await;
    stack.push(1);
}

fn main() {}
