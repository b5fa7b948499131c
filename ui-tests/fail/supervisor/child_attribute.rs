//! One attribute a child, with a list or nothing.
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
struct App {
    #[child(args = Vec::new())]
    #[child(id = "s")]
    stack: Stack,
    #[child = 5]
    other: Stack,
}

fn main() {}
