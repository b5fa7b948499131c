// CSUP-002
//! There is one template.
use otp::prelude::*;

#[consumer_supervisor]
struct Printers;

#[consumer_supervisor(child)]
struct Empty;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer), child(Printer))]
struct Twice;

fn main() {}
