//! A permanent child is always restarted.
use otp::prelude::*;

#[dynamic_supervisor(significant = true)]
struct Rooms;

fn main() {}
