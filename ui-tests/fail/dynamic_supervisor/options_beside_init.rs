//! With `init` the options come from the function.
use otp::prelude::*;

#[dynamic_supervisor(init, max_children = 1, max_restarts = 2)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }
}

fn main() {}
