//! `Task::async_stream` beside what a tokio program writes without it: `buffer_unordered` over `tokio::spawn`.
//!
//! ```text
//! cargo bench --manifest-path benches/Cargo.toml --bench tasks
//! ```
//!
//! 100 000 small items, in turns, on two workers. Each item is a task of its own on both sides; on otp it is a process too,
//! linked to the consumer, with a time that it may take. The bar is a ratio of 1.3.

use futures_util::StreamExt;
use otp::prelude::*;
use std::time::{Duration, Instant};

const ITEMS: u64 = 100_000;
const ROUNDS: usize = 15;

/// What is done with an item: next to nothing.
async fn work(n: u64) -> u64 {
    n.wrapping_mul(2_654_435_761) >> 7
}

fn expected() -> u64 {
    (0..ITEMS).map(|n| n.wrapping_mul(2_654_435_761) >> 7).fold(0, u64::wrapping_add)
}

async fn on_tokio(concurrency: usize) -> Duration {
    let began = Instant::now();
    let mut stream = futures_util::stream::iter(0..ITEMS).map(|n| tokio::spawn(work(n))).buffer_unordered(concurrency);
    let mut sum = 0_u64;
    while let Some(answer) = stream.next().await {
        sum = sum.wrapping_add(answer.expect("it does not panic"));
    }
    assert_eq!(sum, expected());
    began.elapsed()
}

async fn on_otp(concurrency: usize, ordered: bool) -> Duration {
    let began = Instant::now();
    let stream = Task::async_stream(0..ITEMS, work).max_concurrency(concurrency).expect("it is not zero");
    let mut stream = std::pin::pin!(stream.ordered(ordered));
    let mut sum = 0_u64;
    while let Some(answer) = stream.next().await {
        sum = sum.wrapping_add(answer.expect("it does not fail"));
    }
    assert_eq!(sum, expected());
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// One row: medians of what was measured in turns.
async fn compare(concurrency: usize) {
    let (mut tokio, mut unordered, mut ordered) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        tokio.push(on_tokio(concurrency).await);
        unordered.push(on_otp(concurrency, false).await);
        ordered.push(on_otp(concurrency, true).await);
    }
    let [tokio, unordered, ordered] = [tokio, unordered, ordered].map(median);
    let ratio = |time: Duration| time.as_secs_f64() / tokio.as_secs_f64();
    println!(
        "{concurrency:>12} {tokio:>12.1?} {unordered:>12.1?} {:>7.2} {ordered:>12.1?} {:>7.2}",
        ratio(unordered),
        ratio(ordered)
    );
}

#[otp::main(worker_threads = 2)]
async fn main() {
    println!(
        "{:>12} {:>12} {:>12} {:>7} {:>12} {:>7}",
        "concurrency", "tokio", "unordered", "ratio", "ordered", "ratio"
    );
    for concurrency in [2, 16, 256, 4_096] {
        compare(concurrency).await;
    }
}
