//! A nested supervisor has a keyword, an id and braces.
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
        supervizor "inner" { Stack(Vec::new()) },
        supervisor "other" [],
    }
}

fn main() {}
