//! There is no state, and nothing to borrow from.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init(&self, _names: &[String]) {}
}

fn main() {}
