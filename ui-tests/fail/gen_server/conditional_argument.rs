//! A message has one shape.
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
    fn push(&mut self, #[cfg(test)] _item: u8) {}
}

fn main() {}
