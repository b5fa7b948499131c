//! An impl block with nothing to do, and one with two.
use otp::prelude::*;

#[dynamic_supervisor(init)]
struct Rooms;

#[dynamic_supervisor]
impl Rooms {}

#[dynamic_supervisor(init)]
struct Other;

#[dynamic_supervisor]
impl Other {
    #[init]
    fn init() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }

    #[init]
    fn again() -> DynamicSupervisorSpec {
        DynamicSupervisor::builder()
    }
}

fn main() {}
