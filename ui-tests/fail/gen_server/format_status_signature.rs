//! It only looks.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[format_status]
    fn status(&mut self) {}
}

fn main() {}
