// SUP-005
//! Neither a server nor a type with a `start_link`.
use otp::prelude::*;

#[derive(ChildSpec)]
struct Plain;

#[derive(ChildSpec)]
#[child_spec(args = u8)]
struct WithArgs;

fn main() {}
