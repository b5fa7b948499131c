//! One field decides about the partition.
use otp::prelude::*;

#[derive(PartitionKey)]
struct Visit {
    user: String,
    page: String,
}

#[derive(PartitionKey)]
struct Both {
    #[partition_key]
    user: String,
    #[partition_key]
    page: String,
}

#[derive(PartitionKey)]
struct Nothing;

fn main() {}
