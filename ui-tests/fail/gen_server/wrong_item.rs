//! Neither a state nor its handlers.
use otp::prelude::*;

#[gen_server]
fn stack() {}

struct Stack;

#[gen_server]
impl Default for Stack {
    fn default() -> Self {
        Self
    }
}

fn main() {}
