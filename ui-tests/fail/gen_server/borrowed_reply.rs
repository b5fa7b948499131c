//! A reply leaves the server.
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
    fn peek(&self) -> &str {
        ""
    }

    #[call]
    fn all(&self) -> Option<&[u8]> {
        None
    }
}

fn main() {}
