// REG-043
//! A duplicate key is no name.
use otp::prelude::*;

async fn start(topics: DuplicateRegistry<String>) {
    let _ = otp::process::options().via(topics.via("hello"));
    let _ = topics.send("hello", 1);
}

fn main() {}
