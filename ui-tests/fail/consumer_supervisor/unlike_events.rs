//! The producer's events are those that start a child.
use otp::prelude::*;

#[gen_stage(producer)]
struct Numbers;

#[gen_stage]
impl Numbers {
    #[init]
    fn init() -> Self {
        Self
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        vec![0; demand]
    }
}

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: String) {}
}

#[consumer_supervisor(child(Printer), subscribe_to(Numbers))]
struct Printers;

fn main() {}
