// SUP-020
//! A name is text, or a name in another registry.
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

async fn client() {
    let _ = App::start_link().name(5).await;
}

fn main() {}
