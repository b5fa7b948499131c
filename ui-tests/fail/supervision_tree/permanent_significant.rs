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

fn tree() -> SupervisorSpec {
    supervision_tree! {
        Stack(Vec::new()) { restart: permanent, significant: true },
        supervisor "inner" { significant: true; Stack(Vec::new()) },
    }
}

fn main() {}
