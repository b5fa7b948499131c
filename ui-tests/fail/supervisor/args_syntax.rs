//! Names and types, owned.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init(items: Vec<String>) -> Self {
        drop(items);
        Self
    }
}

#[supervisor(args = names)]
struct App;

#[supervisor(args(names: &[String]))]
struct Other;

fn main() {}
