//! A constant handles nothing.
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
    const LIMIT: u8 = 1;
}

fn main() {}
