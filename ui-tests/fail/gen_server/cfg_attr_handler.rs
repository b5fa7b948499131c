//! A macro does not know what is configured.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cfg_attr(test, call)]
    fn pop(&mut self) {}
}

fn main() {}
