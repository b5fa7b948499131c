//! The mark takes no options, and the key is hashed.
use otp::prelude::*;

#[derive(PartitionKey)]
struct Visit {
    #[partition_key(hash)]
    user: String,
}

#[derive(PartitionKey)]
struct Temperature(f64);

fn main() {}
