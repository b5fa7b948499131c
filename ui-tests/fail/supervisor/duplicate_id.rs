//! Ids tell children apart.
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
    stack: Stack,
    #[child(args = Vec::new(), id = "stack")]
    other: Stack,
}

fn main() {}
