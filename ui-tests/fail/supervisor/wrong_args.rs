//! The arguments are those of the child's init.
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
    #[child(args = 5)]
    one: Stack,
    #[child]
    two: Stack,
}

fn main() {}
