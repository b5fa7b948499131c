// DSUP-007
//! Init answers with a specification.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> u8 {
        1
    }
}

fn main() {}
