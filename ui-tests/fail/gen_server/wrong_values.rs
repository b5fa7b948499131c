//! Values of the wrong kind, all reported.
use otp::prelude::*;

#[gen_server(significant = 1, trap_exit = yes, hibernate_after = infinity, mailbox = "big", shutdown = 1.5, priority = urgent)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
