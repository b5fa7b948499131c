//! A dynamic supervisor in a tree has options of its own, and no children.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

fn main() {
    let _ = supervision_tree! {
        dynamic_supervisor "a" { max_childs: 1 },
        dynamic_supervisor "b" { strategy: one_for_all },
        dynamic_supervisor "c" { max_children: 1, significant: true },
        dynamic_supervisor "d" { Stack },
        dynamic_supervisor "a",
    };
}
