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

fn tree() -> SupervisorSpec {
    supervision_tree! {
        strategy: one_for_one;
        Stack("x") { id: "one" },
        Stack { id: "two" },
        Stack(Vec::new(), 5) { id: "three" },
    }
}

fn main() {}
