//! It stands on a struct without fields, or on its impl.
use otp::prelude::*;

struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

#[consumer_supervisor(child(Printer))]
enum Choice {}

#[consumer_supervisor(child(Printer))]
struct Fields {
    number: u8,
}

#[consumer_supervisor(child(Printer))]
struct Borrowed<'a>;

fn main() {}
