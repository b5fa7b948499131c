//! A supervisor outlives the function that starts it.
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

#[supervisor]
struct App<'a> {
    #[child(args = Vec::new())]
    stack: Stack,
}

fn main() {}
