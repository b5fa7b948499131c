// CSUP-003
//! Init answers with a consumer supervisor of these events.
use otp::gen_stage::{ConsumerSupervisor, EventChild};
use otp::prelude::*;

#[consumer_supervisor(init, event = u64)]
struct Number;

#[consumer_supervisor]
impl Number {
    #[init]
    fn init() -> u8 {
        1
    }
}

#[consumer_supervisor(init, event = String)]
struct Other;

#[consumer_supervisor]
impl Other {
    #[init]
    fn init() -> ConsumerSupervisor<u64> {
        ConsumerSupervisor::new(EventChild::task(|_| async {}))
    }
}

fn main() {}
