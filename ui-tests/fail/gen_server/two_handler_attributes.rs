//! A method handles one thing.
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
    #[cast]
    fn pop(&mut self) {}
}

fn main() {}
