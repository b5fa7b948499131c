// DSUP-006
//! The extra arguments are those that the struct lists.
use otp::prelude::*;

#[dynamic_supervisor(init, extra_arguments(name: String))]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }
}

fn main() {}
