//! Each variant has a key, and all of one type.
use otp::prelude::*;

#[derive(PartitionKey)]
enum Event {
    Opened { id: u64, by: String },
    Closed,
}

#[derive(PartitionKey)]
enum Mixed {
    Opened(u64),
    Closed(String),
}

#[derive(PartitionKey)]
enum Never {}

fn main() {}
