//! There is no state before init.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init(&mut self) -> Self {
        todo!()
    }
}

fn main() {}
