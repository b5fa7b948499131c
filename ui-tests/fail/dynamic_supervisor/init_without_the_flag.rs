//! The struct does not say that there is an init.
use otp::prelude::*;

#[dynamic_supervisor]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }
}

fn main() {}
