// GS-096
//! A timeout is a `Duration`.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

async fn client(stack: StackRef) {
    let _ = stack.stop().timeout(-1).await;
}

fn main() {}
