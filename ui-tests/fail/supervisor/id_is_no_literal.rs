//! The accessor must know it.
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

const ID: &str = "stack";

#[supervisor]
struct App {
    #[child(args = Vec::new(), id = ID)]
    stack: Stack,
}

fn main() {}
