//! Types and macro calls handle nothing, and a handler is a Rust method.
use otp::prelude::*;

macro_rules! helpers {
    () => {};
}

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cast]
    extern "C" fn push(&mut self) {}

    #[info]
    helpers!();
}

fn main() {}
