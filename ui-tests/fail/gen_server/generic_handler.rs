//! A message has one type.
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
    fn pop<T: Default>(&mut self) -> T {
        T::default()
    }

    #[cast]
    fn push<'a>(&mut self, _item: &'a str) {}

    #[cast]
    fn clear(&mut self)
    where
        Self: Sized,
    {
    }
}

fn main() {}
