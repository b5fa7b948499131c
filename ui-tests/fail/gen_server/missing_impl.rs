//! The attribute on the struct alone.
use otp::prelude::*;

#[gen_server]
struct Stack;

fn main() {}
