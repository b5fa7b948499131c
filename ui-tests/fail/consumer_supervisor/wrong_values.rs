// CSUP-007
//! Values of the wrong kind.
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer, shutdown = -1))]
struct Negative;

#[consumer_supervisor(child(Printer, shutdown = eventually))]
struct Word;

#[consumer_supervisor(child(Printer, args = event))]
struct NoClosure;

#[consumer_supervisor(child(Printer, args = |event| event))]
struct Untyped;

#[consumer_supervisor(child(Printer), max_seconds = 0)]
struct Zero;

fn main() {}
