//! It borrows the reason, and has nobody to answer.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[terminate]
    fn cleanup(&mut self, _reason: ExitReason) -> u8 {
        1
    }
}

fn main() {}
