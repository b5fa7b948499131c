//! Where the tasks of a stream leave their outcomes.
//!
//! One queue a stream. Invariants:
//!
//! 1. Each task leaves exactly one outcome, when its process has ended, whatever ended it: its links and monitors have been
//!    told by then, and whoever supervises it has its exit before any request that the stream makes afterwards.
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

/// What became of an item.
pub(crate) struct Ended<R> {
    pub(crate) item: u64,
    pub(crate) outcome: Outcome<R>,
}

/// The queue.
pub(crate) struct Finished<R>(Mutex<Inner<R>>);

struct Inner<R> {
    /// Filled by tasks, emptied by the stream.
    ended: VecDeque<Ended<R>>,
    /// Set by the stream when it waits, taken by the first task that ends then.
    waker: Option<Waker>,
}

impl<R> Finished<R> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Inner { ended: VecDeque::new(), waker: None })))
    }

    pub(crate) fn push(&self, ended: Ended<R>) {
        let mut inner = self.0.lock();
        inner.ended.push_back(ended);
        let waker = inner.waker.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Moves all that has come to `into`, which is empty. If that is nothing, `cx` will be woken.
    pub(super) fn take(&self, into: &mut VecDeque<Ended<R>>, cx: &Context<'_>) {
        let mut inner = self.0.lock();
        std::mem::swap(&mut inner.ended, into);
        let before = match into.is_empty() {
            true => inner.waker.replace(cx.waker().clone()),
            false => None,
        };
        drop(inner);
        // Outside of the lock: it is somebody's code.
        drop(before);
    }
}

/// The end of a task that somebody else started for a stream.
pub(crate) struct Hook<R> {
    finished: Arc<Finished<R>>,
    item: u64,
    value: Option<R>,
}

impl<R> Hook<R> {
    pub(crate) fn new(finished: Arc<Finished<R>>, item: u64) -> Self {
        Self { finished, item, value: None }
    }
}

impl<R> AtEnd<R> for Hook<R> {
    fn reason(&mut self, value: R) -> ExitReason {
        self.value = Some(value);
        ExitReason::Normal
    }

    fn ended(&mut self, reason: &ExitReason) {
        let outcome = self.value.take().ok_or_else(|| reason.clone());
        self.finished.push(Ended { item: self.item, outcome });
    }
}
