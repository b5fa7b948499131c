//! The way out comes last.
use otp::prelude::*;

async fn wait() {
    receive! {
        after 500 => {},
        text: String => drop(text),
    }
}

fn main() {}
