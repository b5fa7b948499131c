// SUP-008
//! Values of a child's options.
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
    #[child(args = Vec::new(), restart = always, shutdown = -5, significant = maybe)]
    stack: Stack,
}

fn main() {}
