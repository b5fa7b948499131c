// SUP-094
//! What is always started again never ends its supervisor.
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
    #[child(args = Vec::new(), restart = permanent, significant)]
    stack: Stack,
}

fn main() {}
