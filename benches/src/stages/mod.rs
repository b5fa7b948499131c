//! Pipelines of stages: on `otp`, and what one would write by hand for the same batches.
//!
//! Every side passes the same `u64`s on in vectors, and every consumer adds up what it gets, so that nothing is lost unseen.
//! No other Rust framework has stages with demand.

mod on_otp;
mod on_tokio;

pub use on_otp::OtpStages;
pub use on_tokio::TokioStages;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Consumers of a broadcast, and partitions.
pub const CONSUMERS: usize = 8;

/// How many events a consumer of [`CONSUMERS`] may have asked for: the default of `otp`.
pub const MAX_DEMAND: usize = 1_000;

/// How many events are in a batch when a consumer asks for at most so many: what `otp` makes of it by default.
pub fn batch(max_demand: usize) -> usize {
    max_demand - max_demand / 2
}

/// Where consumers say what they got.
#[derive(Debug)]
pub struct Total {
    events: AtomicU64,
    sum: AtomicU64,
    done: Notify,
    /// How many events there are for all consumers together.
    expected: u64,
}

impl Total {
    fn new(expected: u64) -> Self {
        Self { events: AtomicU64::new(0), sum: AtomicU64::new(0), done: Notify::new(), expected }
    }

    /// A consumer got this batch.
    fn add(&self, batch: &[u64]) {
        self.sum.fetch_add(batch.iter().sum::<u64>(), Relaxed);
        let events = batch.len() as u64;
        if self.events.fetch_add(events, Relaxed) + events == self.expected {
            self.done.notify_one();
        }
    }

    /// Waits until everything has come, which is to have this sum.
    async fn wait(&self, began: Instant, sum: u64) -> Duration {
        self.done.notified().await;
        let took = began.elapsed();
        assert_eq!(self.sum.load(Relaxed), sum, "each event came once, or once to each");
        took
    }
}

/// The sum of `0..n`.
fn sum_below(n: u64) -> u64 {
    n * (n - 1) / 2
}

/// The partition of an event.
fn partition(event: u64) -> usize {
    (event % CONSUMERS as u64) as usize
}
