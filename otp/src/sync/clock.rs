//! Milliseconds of a monotonic clock that costs next to nothing to read.
//!
//! A call with a timeout reads the clock twice. `Instant::now` costs 21 ns a time, the coarse clock 4 ns; it is a few
//! milliseconds late at most, which [`SLACK`] makes up for: a deadline never passes early. When tokio's clock is paused
//! (tests) the coarse clock would not follow it, so [`follow_tokio`] switches to tokio's own.

use once_cell::sync::Lazy;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How late the coarse clock may be, in milliseconds.
const SLACK: u64 = 10;
/// Deadlines nearer than this are taken from the precise clock.
const PRECISE_BELOW: Duration = Duration::from_millis(100);

static FOLLOW_TOKIO: AtomicBool = AtomicBool::new(false);

/// Where the count starts. Every runtime with a paused clock has a time of its own, which may lie before the moment at
/// which this was made: the start is far enough from zero for that.
const START: u64 = 1 << 40;

struct Base {
    precise: Instant,
    coarse: coarsetime::Instant,
}
static BASE: Lazy<Base> = Lazy::new(|| Base { precise: Instant::now(), coarse: coarsetime::Instant::now() });

/// From now on the clock is tokio's, which a test may pause. There is no way back: it is only slower.
pub(crate) fn follow_tokio() {
    FOLLOW_TOKIO.store(true, Ordering::Relaxed);
}

/// A moment, in milliseconds since an arbitrary start.
pub(crate) type Millis = u64;

/// Now, by the cheap clock: never later than it is, and at most twice [`SLACK`] earlier.
#[inline]
pub(crate) fn now() -> Millis {
    if FOLLOW_TOKIO.load(Ordering::Relaxed) {
        return precise();
    }
    // Without the update: that would write to a word that all threads share.
    let since = coarsetime::Instant::now_without_cache_update().duration_since(BASE.coarse).as_millis();
    // `BASE.coarse` was late itself: without the slack the count could run ahead of the precise one.
    START + since - SLACK
}

fn precise() -> Millis {
    let now = Instant::now();
    match now.checked_duration_since(BASE.precise) {
        Some(since) => START + since.as_millis() as u64,
        None => START - (BASE.precise - now).as_millis() as u64,
    }
}

/// Whole milliseconds of a duration.
#[inline]
pub(crate) fn millis(duration: Duration) -> Millis {
    duration.as_secs().saturating_mul(1000).saturating_add(u64::from(duration.subsec_millis()))
}

/// The moment `after` from now: never earlier, and at most twice [`SLACK`] plus a millisecond later.
#[inline]
pub(crate) fn deadline(after: Duration) -> Millis {
    let millis = millis(after);
    if after < PRECISE_BELOW || FOLLOW_TOKIO.load(Ordering::Relaxed) {
        let part = u64::from(!after.subsec_nanos().is_multiple_of(1_000_000));
        return precise().saturating_add(millis).saturating_add(part);
    }
    now().saturating_add(millis).saturating_add(2 * SLACK)
}

/// The instant of tokio's clock at which `deadline` has come.
pub(crate) fn instant(deadline: Millis) -> Instant {
    let after = deadline.saturating_add(1);
    let at = match after.checked_sub(START) {
        Some(after) => BASE.precise.checked_add(Duration::from_millis(after)),
        None => BASE.precise.checked_sub(Duration::from_millis(START - after)),
    };
    at.unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400 * 365))
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_early() {
        for after in [0, 1, 99, 100, 5_000].map(Duration::from_millis) {
            let before = Instant::now();
            assert!(instant(deadline(after)) >= before + after, "{after:?}");
        }
    }

    #[test]
    fn the_cheap_clock_is_never_ahead() {
        let looks = if cfg!(miri) { 200 } else { 100_000 };
        for _ in 0..looks {
            let cheap = now();
            assert!(cheap <= precise());
        }
    }
}
