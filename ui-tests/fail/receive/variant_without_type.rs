//! A variant is no type.
use otp::prelude::*;

enum Event {
    Open(String),
}

async fn wait() {
    receive! {
        Event::Open(name) => drop(name),
    }
}

fn main() {}
