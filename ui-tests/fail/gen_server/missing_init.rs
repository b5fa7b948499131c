// GS-013
//! Nobody makes the state.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[call]
    fn pop(&mut self) {}
}

fn main() {}
