//! Names and groups: what the frameworks' own measurements share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{DONE, Timed};

/// How many names are registered while others are looked up or registered.
pub const NAMES: u64 = 10_000;

/// How many are in the group.
pub const SUBSCRIBERS: u64 = 10_000;

/// A name as programs have them.
pub fn name(n: u64) -> String {
    format!("room-{n}")
}

/// Looks names up in two tasks at the same time. The names are made before.
pub async fn two_readers(n: u64, look_up: fn(&str) -> bool) -> Timed {
    let mut readers = Vec::new();
    let names: std::sync::Arc<[String]> = (0..NAMES).map(name).collect();
    let started = Instant::now();
    for reader in 0..2 {
        let names = names.clone();
        readers.push(tokio::spawn(async move {
            let mut at = reader * 5_000;
            for _ in 0..n {
                at = (at + 1) % names.len();
                assert!(look_up(&names[at]), "it is registered");
            }
        }));
    }
    for reader in readers {
        reader.await.expect("it finds all");
    }
    Timed { operations: 2 * n, took: started.elapsed() }
}

/// Counts what arrives at the subscribers.
#[derive(Debug)]
pub struct Arrivals(AtomicU64);

impl Arrivals {
    /// None yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// One has arrived, of so many: the last one notifies [`DONE`].
    pub fn one(&self, of: u64) {
        if self.0.fetch_add(1, Ordering::Relaxed) + 1 == of {
            DONE.notify_one();
        }
    }

    /// Publishes `n` times and waits until all has arrived.
    pub async fn measure(n: u64, mut publish: impl FnMut()) -> Timed {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for _ in 0..n {
            publish();
        }
        DONE.notified().await;
        Timed { operations: n * SUBSCRIBERS, took: started.elapsed() }
    }
}

impl Default for Arrivals {
    fn default() -> Self {
        Self::new()
    }
}
