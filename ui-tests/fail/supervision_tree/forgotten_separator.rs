//! Neither comma nor semicolon behind an option.
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
        strategy: one_for_one
        Stack(Vec::new()),
    }
}

fn main() {}
