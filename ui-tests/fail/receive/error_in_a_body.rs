//! A mistake in a body or a guard is reported there.
use otp::prelude::*;

async fn wait() {
    receive! {
        text: String if text => drop(text),
        number: u8 => number.pushh(),
    }
}

fn main() {}
