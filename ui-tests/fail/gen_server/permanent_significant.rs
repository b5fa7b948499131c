// SUP-094
//! What is always started again never ends its supervisor.
use otp::prelude::*;

#[gen_server(significant = true)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
