//! What the macro makes cannot be made twice.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }

    fn start_link() {}
}

fn main() {}
