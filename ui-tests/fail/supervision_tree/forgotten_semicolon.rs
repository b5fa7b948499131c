//! The header ends with a semicolon.
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

fn tree() -> SupervisorSpec {
    supervision_tree! {
        strategy: one_for_one, max_restarts: 3,
        Stack(Vec::new()),
    }
}

fn main() {}
