//! A message of one type has one handler.
use otp::prelude::*;

struct Tick;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[info]
    fn tick(&mut self, _: Tick) {}

    #[info]
    fn tock(&mut self, _: Tick) {}
}

fn main() {}
