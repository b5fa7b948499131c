//! A set of partitions is an enum that can be listed.
use otp::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Partitions)]
struct Number(u8);

#[derive(Clone, Debug, PartialEq, Eq, Hash, Partitions)]
enum Fields {
    Even,
    Odd(u8),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Partitions)]
enum Empty {}

fn main() {}
