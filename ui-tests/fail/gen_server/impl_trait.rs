//! Neither in arguments nor in replies.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    fn push(&mut self, _item: impl Into<String>) {}

    #[cast]
    fn push_all(&mut self, _items: Vec<impl Into<String>>) {}

    #[call]
    fn pop(&mut self) -> impl Iterator<Item = u8> {
        None.into_iter()
    }
}

fn main() {}
