//! A borrow of the state that lives across an await needs a state that threads may share.
use std::cell::Cell;

use otp::prelude::*;

#[gen_server]
struct Stack {
    count: Cell<u8>,
}

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self { count: Cell::new(0) }
    }

    #[call]
    async fn count(&self) -> u8 {
        self.count.get()
    }
}

fn main() {}
