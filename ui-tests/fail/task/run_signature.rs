//! `#[run]` is async, has no `self`, is not generic, and owns its arguments.
use otp::prelude::*;

struct NotAsync;
#[task]
impl NotAsync {
    #[run]
    fn run() {}
}

struct WithSelf;
#[task]
impl WithSelf {
    #[run]
    async fn run(&self) {}
}

struct Generic;
#[task]
impl Generic {
    #[run]
    async fn run<T>(_value: T) {}
}

struct Borrows;
#[task]
impl Borrows {
    #[run]
    async fn run(_name: &str) {}
}

struct Anything;
#[task]
impl Anything {
    #[run]
    async fn run(_value: impl Send) {}
}

fn main() {}
