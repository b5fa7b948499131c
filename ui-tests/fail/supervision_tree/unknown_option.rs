//! In the header and behind a child.
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
        stratgy: one_for_one, restart: transient;
        Stack(Vec::new()) { restrt: transient, strategy: one_for_one },
        supervisor "inner" { id: "x"; },
    }
}

fn main() {}
