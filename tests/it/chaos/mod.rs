//! Much that is attacked from several threads for a while. Afterwards nobody waits for anything, nothing is left
//! behind, and everybody agrees on what runs.
//!
//! `CHAOS_SEED=123` repeats the choices of a run, though not the interleaving of its threads.

mod market;
mod tree;

use otp::prelude::*;
use otp::process;
use std::collections::BTreeSet;
use std::future::Future;
use std::time::{Duration, SystemTime};

const TIME: Duration = Duration::from_secs(3);
/// What takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// splitmix64.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("it is below n")
    }

    fn one_of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Says with which seed a test failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("chaos: failed with CHAOS_SEED={}", self.0);
        }
    }
}

fn seed() -> u64 {
    let given = std::env::var("CHAOS_SEED").ok().map(|text| text.parse().expect("CHAOS_SEED is a number"));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970");
    given.unwrap_or_else(|| u64::try_from(now.as_nanos() % 1_000_000_000_000).expect("it was made small"))
}

/// A timer's message: answers whoever waits.
struct Tick;

fn reason(random: &mut Random) -> ExitReason {
    match random.below(6) {
        0 => ExitReason::Normal,
        1 => ExitReason::Shutdown,
        2 => ExitReason::shutdown_with("chaos"),
        3 => ExitReason::other("chaos"),
        _ => ExitReason::Kill,
    }
}

/// Fails if it takes too long.
async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what} hangs"))
}

/// Waits until this is so.
async fn until(what: &str, mut so: impl FnMut() -> Result<(), String>) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while let Err(why) = so() {
        assert!(tokio::time::Instant::now() < deadline, "{what}: {why}");
        process::sleep(Duration::from_millis(1)).await;
    }
}

/// The processes that were started below this one and have not ended.
fn below(root: Pid) -> BTreeSet<Pid> {
    let all = process::list().into_iter().filter_map(process::info);
    all.filter(|info| info.ancestors.contains(&root)).map(|info| info.pid).collect()
}

/// The tasks of this test's runtime: processes, timers and all else.
fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

async fn down(monitor: MonitorRef) -> ExitReason {
    receive! {
        down: Down if down.reference == monitor => down.reason,
    }
}
