//! It belongs on an inherent impl.
use otp::prelude::*;

struct Rooms;

#[dynamic_supervisor]
impl DynamicSupervise for Rooms {
    type Args = ();
    type Extra = ();
    type Ref = DynamicSupervisorRef;

    async fn init(_: ()) -> otp::supervisor::Init<DynamicSupervisorSpec> {
        DynamicSupervisor::builder().into()
    }
}

fn main() {}
