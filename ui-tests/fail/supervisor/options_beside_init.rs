//! What init says cannot be said twice.
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

#[supervisor(init, strategy = one_for_one, args(count: u8))]
struct App {
    #[child(args = Vec::new())]
    stack: Stack,
}

#[supervisor]
impl App {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder()
    }
}

fn main() {}
