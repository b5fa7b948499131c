// SUP-015
//! Values of the supervisor's options.
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

#[supervisor(strategy = one_for_al, max_restarts = -1, max_seconds = 0, auto_shutdown = any)]
struct App {
    #[child(args = Vec::new())]
    stack: Stack,
}

#[supervisor(max_restarts = infinity, max_seconds = "five")]
struct Other;

fn main() {}
