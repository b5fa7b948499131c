//! A key alone, a key with a colon.
use otp::prelude::*;

#[gen_server(restart, shutdown: 10)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
