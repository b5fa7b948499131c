//! What the handle and the struct have already.
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

#[supervisor]
struct App {
    #[child(args = Vec::new())]
    named: Stack,
}

#[supervisor(init)]
struct Other;

#[supervisor]
impl Other {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder()
    }

    fn start_link() {}
}

fn main() {}
