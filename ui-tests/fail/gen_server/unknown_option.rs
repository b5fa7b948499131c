// GS-121
//! A misspelt option names the nearest, another all there are.
use otp::prelude::*;

#[gen_server(restrat = transient, job = 1)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
