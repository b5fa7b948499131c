// SUP-008
//! Not a word of `restart`, and one in quotes.
use otp::prelude::*;

#[gen_server(restart = permanant)]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }
}

fn main() {}
