// SUP-005
//! A type without a child specification, a value that is none, and a name that does not exist.
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

struct Plain;

impl Plain {
    fn new() -> Self {
        Self
    }
}

fn tree() -> SupervisorSpec {
    supervision_tree! {
        Plain,
        Plain::new(),
    }
}

fn main() {}
