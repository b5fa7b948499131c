//! Equal types that are spelt differently: the compiler finds them, at the argument.
use otp::prelude::*;

struct Tick;

type Tock = Tick;

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
    fn tock(&mut self, _: Tock) {}
}

fn main() {}
