//! A `Result` of a call is a reply itself.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    fn pop(&mut self) -> Result<Reply<u8>, String> {
        Ok(Reply::now(1))
    }
}

fn main() {}
