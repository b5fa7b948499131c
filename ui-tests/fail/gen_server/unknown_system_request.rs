// GS-115
//! The system requests are functions: there is no other.
use otp::prelude::*;
use otp::sys;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

async fn client(stack: StackRef) {
    sys::get_stat(&stack).await;
}

fn main() {}
