//! A supervisor takes no messages.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }

    #[call]
    fn count(&self) -> u8 {
        1
    }
}

fn main() {}
