//! Children with arguments, options, a generic one, a nested supervisor, a condition; all reached by methods.
#![deny(warnings)]

use otp::prelude::*;

/// A server.
#[gen_server]
pub struct Stack<T> {
    items: Vec<T>,
}

#[gen_server]
impl<T: Send + 'static> Stack<T> {
    #[init]
    fn init(items: Vec<T>) -> Self {
        Self { items }
    }

    /// Takes the last item.
    #[call]
    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }
}

#[gen_server]
struct Worker;

#[gen_server]
impl Worker {
    #[init]
    fn init(first: u8, second: String) -> Self {
        let _ = (first, second);
        Self
    }
}

/// Nested.
#[supervisor(strategy = one_for_all, args(count: u8), restart = transient, shutdown = infinity)]
pub struct Workers {
    #[child(args = (count + 1, String::new()))]
    worker: Worker,
}

/// The root.
#[supervisor(
    strategy = rest_for_one, max_restarts = 3, max_seconds = 5, auto_shutdown = any_significant, name = "app",
    args(names: Vec<String>, count: u8)
)]
#[derive(Debug)]
pub struct App {
    /// The one with strings.
    #[child(args = names.clone())]
    pub stack: Stack<String>,
    #[child(args = vec![1, 2], id = "numbers", restart = transient, shutdown = 10_000, significant = true)]
    numbers: Stack<u8>,
    #[child(args = *count)]
    workers: Workers,
    #[cfg(any())]
    #[child]
    missing: Missing,
}

/// No arguments, no children.
#[supervisor]
struct Empty;

async fn client() -> otp::Result {
    let app: AppRef = App::start_link(vec![String::new()], 1).await?;
    let _: Option<String> = app.stack().pop().await?;
    let _: Option<u8> = app.numbers().pop().await?;
    let _ = app.workers().worker().pid();
    let _ = app.pid();
    Empty::start_link().await?;
    let _ = AppRef::named("app");
    Ok(())
}

fn main() {
    drop(client());
}
