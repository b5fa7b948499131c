// SUP-008
//! A negative time.
use otp::prelude::*;

#[gen_server(shutdown = -1)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
