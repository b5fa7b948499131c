// CSUP-006
//! A child that is always restarted would never make room for another event.
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer, restart = permanent))]
struct Printers;

#[consumer_supervisor(child(Printer, restart = transeint))]
struct Misspelt;

fn main() {}
