//! The state is looked at between two messages.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[format_status]
    async fn status(&self) -> String {
        String::new()
    }
}

fn main() {}
