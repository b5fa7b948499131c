//! Keys of structs and enums, and sets of partitions.
use otp::gen_stage::{PartitionDispatcher, PartitionKey, Partitions};
use otp::prelude::*;

#[derive(PartitionKey)]
struct Visit<'a, T> {
    _page: T,
    #[partition_key]
    user: &'a str,
}

#[derive(PartitionKey)]
struct Only(u64);

#[derive(PartitionKey)]
#[allow(dead_code)]
enum Event {
    Opened(u64),
    Moved {
        #[partition_key]
        id: u64,
        to: u8,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Partitions)]
enum Parity {
    Even,
    Odd,
}

fn main() {
    assert_eq!(*Visit { _page: 1, user: "ada" }.partition_key(), "ada");
    assert_eq!(*Event::Moved { id: 7, to: 1 }.partition_key(), 7);
    assert_eq!(*Event::Opened(8).partition_key(), 8);
    assert_eq!(Parity::all(), [Parity::Even, Parity::Odd]);
    let _ = PartitionDispatcher::<Only>::by_key(4);
    let _ = PartitionDispatcher::over_all(|n: u64| Some((n, if n % 2 == 0 { Parity::Even } else { Parity::Odd })));
}
