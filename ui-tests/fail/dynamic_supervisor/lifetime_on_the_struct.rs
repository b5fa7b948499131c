//! A supervisor outlives whoever starts it.
use otp::prelude::*;

#[dynamic_supervisor]
struct Rooms<'a>;

fn main() {}
