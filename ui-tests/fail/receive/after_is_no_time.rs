// PROC-076
//! A literal is milliseconds, anything else a `Duration`.
use otp::prelude::*;

async fn wait() {
    receive! {
        text: String => drop(text),
        after "soon" => {},
    }
}

fn main() {}
