//! An option given twice.
use otp::prelude::*;

#[gen_server(restart = transient, id = "a", restart = temporary)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
