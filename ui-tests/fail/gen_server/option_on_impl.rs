//! The struct's options stand on the struct.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server(restart = transient, creat = otp)]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

fn main() {}
