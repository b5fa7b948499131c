// GS-125
//! Each call has its own reply type.
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
    fn pop(&mut self) -> Option<String> {
        None
    }

    #[call]
    fn len(&self) -> usize {
        0
    }
}

async fn client(stack: StackRef) -> otp::Result {
    let _: usize = stack.pop().await?;
    let _: Option<String> = stack.len().await?;
    Ok(())
}

fn main() {}
