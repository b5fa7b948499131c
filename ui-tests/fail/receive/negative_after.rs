// PROC-076
//! A negative time, and one that is none.
use otp::prelude::*;

async fn wait() {
    receive! {
        text: String => drop(text),
        after -5 => {},
    }
}

fn main() {}
