//! A block without functions has nothing to call.
struct Tasks;

#[otp::command]
impl Tasks {}

fn main() {}
