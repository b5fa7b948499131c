// GS-011
//! Init answers with the state, an `Init`, or a `Result` of one.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> u32 {
        1
    }
}

fn main() {}
