//! The struct must say that its children come from init.
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
struct App;

#[supervisor]
impl App {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder()
    }
}

fn main() {}
