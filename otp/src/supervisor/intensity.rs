//! How many restarts are too many: a sliding window, with the time given from outside.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The restarts of the last `period`.
#[derive(Debug)]
pub(crate) struct Intensity {
    max: u32,
    period: Duration,
    restarts: VecDeque<Instant>,
}

impl Intensity {
    pub(crate) fn new(max: u32, period: Duration) -> Self {
        Self { max, period, restarts: VecDeque::new() }
    }

    /// Counts a restart; `false` if that is one too many.
    pub(crate) fn admit(&mut self, now: Instant) -> bool {
        while self.restarts.front().is_some_and(|first| now.saturating_duration_since(*first) > self.period) {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= self.max as usize {
            return false;
        }
        self.restarts.push_back(now);
        true
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    fn at(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn the_restart_after_the_last_one_allowed_is_refused() {
        let start = Instant::now();
        let mut intensity = Intensity::new(3, Duration::from_secs(5));
        assert!((0..3).all(|i| intensity.admit(at(start, f64::from(i)))));
        assert!(!intensity.admit(at(start, 4.9)));
    }

    #[test]
    fn the_window_slides() {
        let start = Instant::now();
        let mut intensity = Intensity::new(1, Duration::from_secs(1));
        assert!((0..100).all(|i| intensity.admit(at(start, 2.0 * f64::from(i)))));
        assert!(!intensity.admit(at(start, 198.5)));
    }

    #[test]
    fn none_allowed_means_none() {
        assert!(!Intensity::new(0, Duration::from_secs(5)).admit(Instant::now()));
    }
}
