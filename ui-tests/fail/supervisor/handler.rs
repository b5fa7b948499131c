// SUP-076
//! A supervisor takes no messages.
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

#[supervisor(init)]
struct App;

#[supervisor]
impl App {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder()
    }

    #[info]
    fn tick(&mut self, _: u8) {}

    #[call]
    fn count(&self) -> u8 {
        1
    }
}

fn main() {}
