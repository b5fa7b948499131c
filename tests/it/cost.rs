//! What something costs in processor time, which a machine with other work to do does not change.
//!
//! The time is that of one thread: what is measured runs on the current-thread runtime.

use nix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// The processor time that this thread has used.
fn used() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every thread has such a clock").into()
}

/// What is measured, from here on.
pub(crate) struct Cost(Duration);

impl Cost {
    pub(crate) fn begin() -> Self {
        Self(used())
    }

    pub(crate) fn end(self) -> Duration {
        used() - self.0
    }
}

/// What cost `small` cost `large` for 8 times as many, which is not quadratic: that would be 64 times as much.
pub(crate) fn assert_linear(small: Duration, large: Duration) {
    assert!(large < small * 32, "{large:?} for 8 times what cost {small:?}");
}

/// What comes and goes beside others cost `few`, and `many` beside 64 times as many, which is no multiple of it: a table
/// that is written anew every so often would cost 64 times as much.
pub(crate) fn assert_constant(few: Duration, many: Duration) {
    assert!(many < few * 16, "{many:?} beside 64 times as many as cost {few:?}");
}
