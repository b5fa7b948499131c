//! A received message is moved.
use otp::prelude::*;

struct Pair(String, String);

async fn wait() {
    receive! {
        ref text: String => drop(text.len()),
        Pair(ref a, _) => drop(a.len()),
    }
}

fn main() {}
