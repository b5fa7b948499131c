//! The options of the handler attributes.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call(timout = 5)]
    fn pop(&mut self) {}

    #[cast(timeout = 5)]
    fn push(&mut self) {}

    #[call(timeout = never, timeout = -5)]
    fn peek(&mut self) {}

    #[terminate(boxed)]
    fn cleanup(&mut self) {}

    #[timeout = 5]
    fn idle(&mut self) {}
}

fn main() {}
