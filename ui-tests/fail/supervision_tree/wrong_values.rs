// SUP-015
//! Values of options, of the tree and of a child.
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
        strategy: one_for_everyone, max_restarts: -3, max_seconds: 0, auto_shutdown: sometimes;
        Stack(Vec::new()) { restart: transiant, shutdown: -5, id = "x", significant: 1 },
    }
}

fn main() {}
