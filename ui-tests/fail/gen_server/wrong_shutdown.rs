// SUP-008
//! Not a word of `shutdown`.
use otp::prelude::*;

#[gen_server(shutdown = brutalkill)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
