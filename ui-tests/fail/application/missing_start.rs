//! Somebody has to say how it starts.
use otp::prelude::*;

#[application(name = "shop")]
struct Shop;

fn main() {}
