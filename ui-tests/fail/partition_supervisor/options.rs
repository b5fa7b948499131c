// PSUP-006 PSUP-008 PSUP-009
//! The child is not left out, its arguments come from a function of the partition's number, and it never ends by itself.
use otp::prelude::*;

#[gen_server]
struct Counter;

#[gen_server]
impl Counter {
    #[init]
    fn init(start: u64) -> Self {
        drop(start);
        Self
    }
}

fn main() {
    let _ = PartitionSupervisor::of::<Counter>();
    let _ = PartitionSupervisor::start_link("counters");
    let _ = PartitionSupervisor::of::<Counter>(5);
    let _ = PartitionSupervisor::of::<Counter>(|_a: usize, _b: usize| 0);
    let _ = PartitionSupervisor::of::<Counter>(|_| "text");
    let _ = PartitionSupervisor::of::<Counter>(|_| 0).auto_shutdown(AutoShutdown::AnySignificant);
}
