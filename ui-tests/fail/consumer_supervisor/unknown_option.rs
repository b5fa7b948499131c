// CSUP-004
//! There is one strategy, and nothing to say about it.
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer), strategy = one_for_one)]
struct Strategy;

#[consumer_supervisor(child(Printer, significant = true), max_demand = 10, max_children = 3)]
struct Others;

#[consumer_supervisor(child(Printer), max_restart = 3)]
struct Misspelt;

fn main() {}
