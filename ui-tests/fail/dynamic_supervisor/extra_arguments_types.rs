//! Extra arguments are owned, and have a type that can be named.
use otp::prelude::*;

#[dynamic_supervisor(extra_arguments(name: &str))]
struct Borrowed;

#[dynamic_supervisor(extra_arguments(show: impl Fn() -> String))]
struct Unnamed;

fn main() {}
