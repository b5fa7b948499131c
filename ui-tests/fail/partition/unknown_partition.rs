// DSP-080
//! With an enum of partitions none can be named that does not exist.
use otp::gen_stage::PartitionDispatcher;
use otp::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Partitions)]
enum Parity {
    Even,
    Odd,
}

fn main() {
    let _ = PartitionDispatcher::<u64, Parity>::over_all(|n| Some((n, Parity::Prime)));
}
