//! Only conditions.
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
        #[child]
        Stack(Vec::new()),
    }
}

fn main() {}
