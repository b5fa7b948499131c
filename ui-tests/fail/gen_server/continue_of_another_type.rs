// GS-066
//! A step that nobody would carry out, beside one that somebody would.
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
    fn push(&mut self) -> Next<u64> {
        Next::then(1)
    }

    #[handle_continue]
    fn load(&mut self, _: String) {}
}

fn main() {}
