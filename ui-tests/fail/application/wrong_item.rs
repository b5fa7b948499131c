//! `#[application]` belongs on a struct.
use otp::prelude::*;

#[application]
enum Shop {
    Open,
}

#[application]
impl Shop {}

fn main() {}
