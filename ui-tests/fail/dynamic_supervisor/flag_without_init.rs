//! The struct says that its options come from init, and there is none.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

fn main() {}
