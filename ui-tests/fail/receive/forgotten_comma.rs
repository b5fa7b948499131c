//! Between arms.
use otp::prelude::*;

async fn wait() {
    receive! {
        text: String => drop(text)
        number: u8 => drop(number),
    }
}

fn main() {}
