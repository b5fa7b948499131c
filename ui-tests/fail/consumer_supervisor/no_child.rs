//! What is started is a child of supervisors.
use otp::prelude::*;

struct Printer;

#[consumer_supervisor(child(Printer))]
struct Printers;

fn main() {}
