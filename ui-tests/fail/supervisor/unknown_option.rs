//! On the struct, and on a child.
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

#[supervisor(stratgy = one_for_one)]
struct App {
    #[child(arg = Vec::new(), strategy = one_for_one)]
    stack: Stack,
}

fn main() {}
