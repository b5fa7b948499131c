// SUP-005
//! A type without a child specification.
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

struct Plain;

#[supervisor]
struct App {
    #[child]
    plain: Plain,
}

fn main() {}
