// SUP-007
//! A specification is made with both.
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

fn specs() -> [ChildSpec; 2] {
    [ChildSpec::new("stack"), ChildSpec::new()]
}

fn main() {}
