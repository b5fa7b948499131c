//! Operators call functions.
#[otp::command]
struct Tasks;

fn main() {}
