//! Parameters have names and own what they hold.
#[otp::command]
fn purge((kind, days): (String, u32), name: &str, rest: impl Into<String>) {}

fn main() {}
