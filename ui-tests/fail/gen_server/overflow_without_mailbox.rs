//! What a full mailbox does, of one that is never full.
use otp::prelude::*;

#[gen_server(overflow = drop)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
