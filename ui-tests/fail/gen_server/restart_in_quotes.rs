//! Words are no strings.
use otp::prelude::*;

#[gen_server(restart = "transient")]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
