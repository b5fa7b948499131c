//! An impl block with nothing to do, and one with two.
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
impl App {}

#[supervisor(init)]
struct Other;

#[supervisor]
impl Other {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder()
    }

    #[init]
    fn again() -> SupervisorSpec {
        Supervisor::builder()
    }
}

fn main() {}
