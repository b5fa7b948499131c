//! An async init holds what no other thread may see.
use otp::prelude::*;

use std::future::ready;
use std::rc::Rc;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    async fn init() -> Self {
        let shared = Rc::new(1);
        ready(()).await;
        drop(shared);
        Self
    }
}

fn main() {}
