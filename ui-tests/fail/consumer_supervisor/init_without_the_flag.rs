//! The struct does not say that there is an init.
use otp::gen_stage::{ConsumerSupervisor, EventChild};
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer))]
struct Printers;

#[consumer_supervisor]
impl Printers {
    #[init]
    fn init() -> ConsumerSupervisor<u64> {
        ConsumerSupervisor::new(EventChild::task(|_| async {}))
    }
}

fn main() {}
