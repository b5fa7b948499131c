//! Its children are started later, and it has no state.
use otp::prelude::*;

#[gen_server]
struct Room;

#[gen_server]
impl Room {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[dynamic_supervisor]
struct Rooms {
    lobby: Room,
}

#[dynamic_supervisor]
struct Tuple(u8);

fn main() {}
