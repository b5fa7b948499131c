// REG-036
//! A duplicate key has no one value.
use otp::prelude::*;

fn update(topics: DuplicateRegistry<String, u32>) {
    let _ = topics.update_value("hello", |value| value + 1);
}

fn main() {}
