//! A step of one type has one handler.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[handle_continue]
    fn load(&mut self, _: u8) {}

    #[handle_continue]
    fn reload(&mut self, _: u8) {}
}

fn main() {}
