//! A handler has the state.
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
    fn pop() -> u8 {
        1
    }

    #[cast]
    fn push(_item: String) {}
}

fn main() {}
