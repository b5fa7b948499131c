//! It belongs on a struct or an impl.
use otp::prelude::*;

#[dynamic_supervisor]
enum Rooms {
    Small,
}

#[dynamic_supervisor]
fn rooms() {}

fn main() {}
