// GS-020
//! A name is text, or a name in another registry.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

async fn client() {
    let _ = Stack::start_link(()).name(5).await;
}

fn main() {}
