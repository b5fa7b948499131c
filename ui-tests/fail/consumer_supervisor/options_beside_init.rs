//! With init, the template and the options come from there.
use otp::gen_stage::{ConsumerSupervisor, EventChild};
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(init, event = u64, child(Printer), max_restarts = 3, subscribe_to(Numbers))]
struct Printers;

#[consumer_supervisor]
impl Printers {
    #[init]
    fn init() -> ConsumerSupervisor<u64> {
        ConsumerSupervisor::new(EventChild::task(|_| async {}))
    }
}

#[consumer_supervisor(init)]
struct NoEvent;

#[consumer_supervisor]
impl NoEvent {
    #[init]
    fn init() -> ConsumerSupervisor<()> {
        ConsumerSupervisor::new(EventChild::task(|_| async {}))
    }
}

#[consumer_supervisor(child(Printer), event = u64)]
struct Needless;

fn main() {}
