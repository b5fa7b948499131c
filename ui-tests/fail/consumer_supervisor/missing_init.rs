//! The struct says that its template comes from init, and there is none.
use otp::prelude::*;

#[consumer_supervisor(init, event = u64)]
struct Printers;

fn main() {}
