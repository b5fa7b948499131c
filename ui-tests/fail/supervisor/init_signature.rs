//! There is no state, and nothing to borrow from.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init(items: Vec<String>) -> Self {
        drop(items);
        Self
    }
}

#[supervisor(init)]
struct App;

#[supervisor]
impl App {
    #[init]
    fn init(&self, _names: &[String]) {}
}

fn main() {}
