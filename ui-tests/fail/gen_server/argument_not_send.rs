//! A message goes to another process.
use otp::prelude::*;

use std::rc::Rc;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    fn push(&mut self, item: Rc<u8>) {
        drop(item);
    }
}

fn main() {}
