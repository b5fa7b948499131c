//! The struct says that its children come from init, and there is none.
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
struct App {
    #[child]
    stack: Stack,
}

fn main() {}
