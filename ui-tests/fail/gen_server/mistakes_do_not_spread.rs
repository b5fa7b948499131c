//! A mistake in one handler leaves the server, its handle and its other methods in place.
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

    #[call]
    fn pop(&mut self) -> Option<String> {
        None
    }

    #[cast]
    fn push(&mut self, _item: &str) {}
}

#[supervisor]
struct App {
    #[child(args = Vec::new())]
    stack: Stack,
}

async fn client(app: AppRef) -> otp::Result {
    let _: Option<String> = app.stack().pop().await?;
    let _: StackRef = Stack::start_link(Vec::new()).await?;
    Ok(())
}

fn main() {}
