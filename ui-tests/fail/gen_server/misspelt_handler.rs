//! Near misses, and what Elixir calls it.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[cal]
    fn pop(&mut self) {}

    #[handle_cast]
    fn push(&mut self) {}

    #[timout]
    fn idle(&mut self) {}

    #[format_state]
    fn status(&self) -> String {
        String::new()
    }
}

fn main() {}
