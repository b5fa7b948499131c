//! One timer a process, armed lazily.
//!
//! tokio's timers are exact and dear: arming one that is the next to expire writes to the driver, 843 ns a call. Nearly
//! all calls are answered long before their deadline, so a process arms its timer only when the deadline is *earlier*
//! than what it is armed for. When it fires early, whoever still waits arms it again for its own deadline: at most one
//! timer operation per timeout period.

use super::context;
use crate::sync::clock::{self, Millis};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::task::coop::unconstrained;
use tokio::time::Sleep;

/// See the module. Polled by the process's own task only, with its own waker. One word: it lies in every process.
#[derive(Default)]
pub(crate) struct Timer(Option<Box<Armed>>);

struct Armed {
    sleep: Pin<Box<Sleep>>,
    /// What the sleep is armed for; `NEVER` when it has fired.
    at: Millis,
}

const NEVER: Millis = Millis::MAX;

impl Timer {
    /// Gives back memory, unless somebody relies on it.
    pub(crate) fn shrink(&mut self) {
        if self.0.as_ref().is_some_and(|armed| armed.at == NEVER) {
            self.0 = None;
        }
    }

    #[inline]
    pub(crate) fn is_made(&self) -> bool {
        self.0.is_some()
    }

    /// The first look at a deadline that lies `after` from now, which needs no clock: if what the timer is armed for is
    /// still to come, and not later, there is nothing to do.
    #[inline]
    fn poll_first(&mut self, deadline: Millis, after: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let now = deadline - clock::millis(after).min(deadline);
        match &self.0 {
            Some(armed) if armed.at > now && armed.at <= deadline => Poll::Pending,
            _ => self.poll(deadline, cx),
        }
    }

    /// Ready when `deadline` has come; otherwise the task will be woken then, or before.
    fn poll(&mut self, deadline: Millis, cx: &mut Context<'_>) -> Poll<()> {
        let at = || clock::instant(deadline);
        let armed = self
            .0
            .get_or_insert_with(|| Box::new(Armed { sleep: Box::pin(tokio::time::sleep_until(at())), at: NEVER }));
        let mut now = clock::now();
        if armed.at != NEVER && armed.sleep.is_elapsed() {
            // The timer is exact, the clock may lag behind it.
            now = now.max(armed.at);
            armed.at = NEVER;
        }
        if now >= deadline {
            return Poll::Ready(());
        }
        if armed.at > deadline {
            armed.sleep.as_mut().reset(at());
            // Unconstrained: a poll that tokio turns down for its budget would leave the timer without a waker.
            if pin!(unconstrained(armed.sleep.as_mut())).poll(cx).is_ready() {
                // The deadline came meanwhile. Whoever relied on what the timer was armed for arms it again.
                armed.at = NEVER;
                cx.waker().wake_by_ref();
                return Poll::Ready(());
            }
            armed.at = deadline;
        }
        Poll::Pending
    }
}

/// A deadline of something that is waited for.
#[derive(Default)]
pub(crate) struct Deadline {
    /// Zero: not begun.
    at: Millis,
    /// A timer of its own, for a waiter that is no process or waits under another waker than its process's.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Begins the wait in the process that polls with its own waker. `false`: poll instead, the timer cannot be relied on.
    #[inline]
    pub(crate) fn begin(&mut self, after: Duration, timer: &mut Timer, cx: &mut Context<'_>) -> bool {
        if after.is_zero() {
            return false;
        }
        self.at = clock::deadline(after);
        timer.poll_first(self.at, after, cx).is_pending()
    }

    /// Ready when `after` has passed since the first poll. `foreign`: the waker is not the current process's own.
    #[inline]
    pub(crate) fn poll(&mut self, after: Duration, foreign: bool, cx: &mut Context<'_>) -> Poll<()> {
        let first = self.at == 0;
        if first {
            self.at = clock::deadline(after);
        }
        let at = self.at;
        if foreign || after.is_zero() {
            return self.poll_foreign(after, cx);
        }
        context::with(|running| match running {
            Some(running) => {
                let timer = &mut running.own().borrow_mut().timer;
                if first { timer.poll_first(at, after, cx) } else { timer.poll(at, cx) }
            }
            None => Poll::Pending,
        })
    }

    /// Ready when this moment has come, which may be another one at each poll.
    pub(crate) fn poll_at(&mut self, at: Millis, foreign: bool, cx: &mut Context<'_>) -> Poll<()> {
        if self.at != at {
            *self = Self { at, sleep: None };
        }
        self.poll(Duration::MAX, foreign, cx)
    }

    #[cold]
    fn poll_foreign(&mut self, after: Duration, cx: &mut Context<'_>) -> Poll<()> {
        if after.is_zero() {
            return Poll::Ready(());
        }
        let at = clock::instant(self.at);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        sleep.as_mut().poll(cx)
    }
}

/// Waits for at least this long. Only a signal can end the process meanwhile.
///
/// Any duration is good, also one of 2^32 milliseconds and more. Follows Elixir's `Process.sleep/1`; where it sleeps
/// for `:infinity`, call [`sleep_forever`].
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
/// use std::time::Duration;
///
/// process::sleep(Duration::ZERO).await;
/// # }
/// ```
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Waits until a signal ends the process; handles no message. Follows `Process.sleep(:infinity)`.
#[doc(alias = ":infinity")]
pub async fn sleep_forever() {
    std::future::pending::<()>().await;
}
