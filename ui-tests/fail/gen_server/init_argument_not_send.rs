//! The argument of a start goes to another process.
use otp::prelude::*;

use std::rc::Rc;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init(_: Rc<u8>) -> Self {
        Self
    }
}

fn main() {}
