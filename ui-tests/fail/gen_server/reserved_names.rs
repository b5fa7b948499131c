//! What the struct and the handle have already.
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
    fn start(&mut self) {}

    #[call]
    fn named(&mut self) -> String {
        String::new()
    }

    #[call(name = from_pid)]
    fn other(&mut self) {}
}

fn main() {}
