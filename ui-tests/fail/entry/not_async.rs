//! The body is a process.

#[otp::main]
fn main() {}

#[otp::test]
fn test() {}
