//! A task runs on any thread.
use otp::prelude::*;
use std::rc::Rc;

struct Import;

#[task]
impl Import {
    #[run]
    async fn run() {
        let local = Rc::new(1);
        std::future::ready(()).await;
        drop(local);
    }
}

fn main() {}
