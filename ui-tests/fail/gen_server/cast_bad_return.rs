// GS-045
//! What a cast, info, continue or timeout handler may answer.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    fn push(&mut self) -> u32 {
        1
    }

    #[info]
    async fn tick(&mut self, _: u8) -> Option<Next> {
        None
    }

    #[call]
    fn pop(&mut self) -> Reply<u8, u8> {
        Reply::now(1).then(2)
    }
}

fn main() {}
