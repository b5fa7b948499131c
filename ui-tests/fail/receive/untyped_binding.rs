//! A bare name says nothing of the type.
use otp::prelude::*;

async fn wait() {
    receive! {
        message => drop(message),
        (a, b) => drop((a, b)),
        _ => {}
        5 => {}
    }
}

fn main() {}
