//! All of them are reported at once, each once.
use otp::prelude::*;

#[gen_server(restrat = transient, shutdown = -1)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    fn pop<T>(&mut self) -> T {
        todo!()
    }

    #[cast]
    fn push(self, _item: &str) {}

    #[info]
    fn tick(&mut self) {}

    #[cal]
    fn peek(&self) {}
}

fn main() {}
