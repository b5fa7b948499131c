//! One way out.
use otp::prelude::*;

async fn wait() {
    receive! {
        after 500 => {},
        after 600 => {},
    }
}

fn main() {}
