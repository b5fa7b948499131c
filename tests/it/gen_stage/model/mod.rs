//! Random topologies of stages against what must hold of each of them, many thousand times.
//!
//! A run has up to six stages of every kind, with every dispatcher, buffers of every size, and demands of every kind. A
//! driver subscribes, resubscribes, cancels, asks, emits without being asked, holds demand back, queues messages, stops and
//! kills, at random; handlers wait at random. What is checked, at once where it can be, and when everything is quiet:
//!
//! - Nothing is sent that was not asked for, and it goes to whom the dispatcher's rule says.
//! - Each subscription gets what was sent on it: all of it, once, in order, unless its consumer has died.
//! - What a stage emitted was sent, is buffered, or was reported as dropped; in order, for ever.
//! - Nothing waits that could go: a buffer is empty or nobody wants, and who wants has been asked for.
//! - Who has died was killed, or had a subscription that says so; and the other way round.
//!
//! A run is decided by its seed, on the current-thread runtime. A failure names it:
//!
//! ```text
//! STAGE_MODEL_SEED=17 cargo test -p otp-tests --test it gen_stage::model::current_thread
//! STAGE_MODEL_SECONDS=600 cargo test -p otp-tests --test it gen_stage::model       # for long
//! ```

mod checked;
mod driver;
mod quiet;
mod rng;
mod stages;
mod world;

use self::driver::{Driver, Threads};
use std::time::{Duration, Instant};

/// Runs seeds from `first` on, `runs` of them or for as long as the environment says.
async fn run_all(threads: Threads, first: u64, runs: u64) {
    let setting = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    if let Some(seed) = setting("STAGE_MODEL_SEED") {
        return Driver::run(seed, threads).await;
    }
    let limit = setting("STAGE_MODEL_SECONDS").map(Duration::from_secs);
    let began = Instant::now();
    let mut done = 0;
    while limit.map_or(done < runs, |limit| began.elapsed() < limit) {
        Driver::run(first + done, threads).await;
        done += 1;
    }
    println!("{done} runs from seed {first} in {:?}", began.elapsed());
}

#[otp::test(start_paused = true)]
async fn current_thread() {
    run_all(Threads::One, 0, 1_500).await;
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn multi_thread() {
    run_all(Threads::Many, 1_000_000, 400).await;
}
