//! One error, at the handler.
use otp::prelude::*;

use std::future::ready;
use std::rc::Rc;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    async fn pop(&mut self) -> u8 {
        let shared = Rc::new(1);
        ready(()).await;
        *shared
    }
}

fn main() {}
