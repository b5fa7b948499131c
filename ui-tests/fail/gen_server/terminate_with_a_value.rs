// GS-088
//! Nobody would look at it.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[terminate]
    fn cleanup(&mut self, _reason: &ExitReason) -> Result<(), String> {
        Err("who reads this?".into())
    }
}

fn main() {}
