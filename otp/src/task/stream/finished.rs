//! Where the tasks of a stream leave their outcomes.
//!
//! One queue a stream. Invariants:
//!
//! 1. Each task that was launched with a [`Hook`] leaves exactly one outcome, when its process has ended, whatever ended it:
//!    its links and monitors have been told by then, and whoever supervises it has its exit before any request that the
//!    stream makes afterwards.
//! 2. The stream registers its waker under the lock, having found the queue empty; whoever fills it takes the waker under the
//!    same lock. No outcome is left without a poll.
//! 3. A stream that is gone leaves the queue to its tasks: the last one frees it.

use super::super::outcome::Outcome;
use crate::process::ExitReason;
use crate::process::run::AtEnd;
use crate::sync::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Waker};

/// What the tasks of a stream and the stream share.
pub(crate) struct Finished<R>(Mutex<Inner<R>>);

struct Inner<R> {
    /// Which item, and what became of it. Filled by tasks, emptied by the stream.
    outcomes: VecDeque<(u64, Outcome<R>)>,
    /// Set by the stream when it waits, taken by the first task that ends then.
    waker: Option<Waker>,
}

impl<R> Finished<R> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Inner { outcomes: VecDeque::new(), waker: None })))
    }

    fn push(&self, item: u64, outcome: Outcome<R>) {
        let mut inner = self.0.lock();
        inner.outcomes.push_back((item, outcome));
        let waker = inner.waker.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Moves all that has come to `into`, which is empty. If that is nothing, `cx` will be woken.
    pub(super) fn take(&self, into: &mut VecDeque<(u64, Outcome<R>)>, cx: &Context<'_>) {
        let mut inner = self.0.lock();
        std::mem::swap(&mut inner.outcomes, into);
        let before = match into.is_empty() {
            true => inner.waker.replace(cx.waker().clone()),
            false => None,
        };
        drop(inner);
        // Outside of the lock: it is somebody's code.
        drop(before);
    }
}

/// The end of a task of a stream.
pub(crate) struct Hook<R> {
    finished: Arc<Finished<R>>,
    item: u64,
    value: Option<R>,
}

impl<R> Hook<R> {
    pub(super) fn new(finished: Arc<Finished<R>>, item: u64) -> Self {
        Self { finished, item, value: None }
    }
}

impl<R> AtEnd<R> for Hook<R> {
    fn reason(&mut self, value: R) -> ExitReason {
        self.value = Some(value);
        ExitReason::Normal
    }

    fn ended(&mut self, reason: &ExitReason) {
        self.finished.push(self.item, self.value.take().ok_or_else(|| reason.clone()));
    }
}
