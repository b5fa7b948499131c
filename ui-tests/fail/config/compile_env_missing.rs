// CFG-010
//! Without a default the value must be there.
const SIZE: usize = otp::compile_env!("shop", ["listener", "size"]);

fn main() {}
