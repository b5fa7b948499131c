//! Options are spelt right.
#[otp::command(nmae = "purge", timeout = 5)]
fn purge() {}

fn main() {}
