//! A message outlives the function that sends it.
use otp::prelude::*;

use std::borrow::Cow;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    fn push(&mut self, _item: &str) {}

    #[call]
    fn sum(&mut self, _items: &[u8]) -> u8 {
        0
    }

    #[cast]
    fn both(&mut self, _item: Option<Cow<'_, str>>) {}

    #[info]
    fn tick(&mut self, _tick: &Stack) {}
}

fn main() {}
