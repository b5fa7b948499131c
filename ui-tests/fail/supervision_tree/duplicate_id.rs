//! Ids tell children apart.
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
        Stack(Vec::new()) { id: "one" },
        Stack(Vec::new()) { id: "one" },
        supervisor "one" {},
    }
}

fn main() {}
