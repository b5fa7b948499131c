//! A server outlives the function that starts it.
use otp::prelude::*;

#[gen_server]
struct Stack<'a> {
    items: &'a [u8],
}

fn main() {}
