//! Each message is one value.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[info]
    fn tick(&mut self) {}

    #[handle_continue]
    fn load(&mut self, _one: u8, _two: u8) {}

    #[timeout]
    fn idle(&mut self, _after: u8) {}
}

fn main() {}
