//! A server starts in one way; the same for timeout, terminate, format_status.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[init]
    fn init_again(_: u8) -> Self {
        todo!()
    }

    #[timeout]
    fn idle(&mut self) {}

    #[timeout]
    fn idle_again(&mut self) {}
}

fn main() {}
