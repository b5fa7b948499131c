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
//!
//! What all share lies in one place, with one count of its holders: each task that starts and each that ends writes that
//! count, on two threads.

use super::super::outcome::Outcome;
use crate::process::ExitReason;
use crate::process::run::AtEnd;
use crate::process::spawn::Plain;
use crate::sync::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Waker};

/// What became of an item.
pub(crate) struct Ended<R> {
    pub(crate) item: u64,
    pub(crate) outcome: Outcome<R>,
    /// Its process, if the stream has a use for it.
    pub(crate) process: Option<Arc<Plain>>,
}

/// The queue.
struct Finished<R>(Mutex<Inner<R>>);

/// One allocation a stream: what is done with an item, and where its outcome is left.
pub(crate) struct Shared<W, R> {
    pub(crate) work: W,
    finished: Finished<R>,
}

impl<W, R> Shared<W, R> {
    pub(crate) fn new(work: W) -> Arc<Self> {
        Arc::new(Self { work, finished: Finished::new() })
    }

    pub(crate) fn ended(&self, ended: Ended<R>) {
        self.finished.push(ended);
    }
}

/// [`Shared`] as the stream sees it, which does not know what is done with an item.
pub(crate) trait Outcomes<R>: Send + Sync {
    /// Moves all that has come to `into`, which is empty. If that is nothing, `cx` will be woken.
    fn take(&self, into: &mut VecDeque<Ended<R>>, cx: &Context<'_>);
}

impl<W: Send + Sync, R: Send> Outcomes<R> for Shared<W, R> {
    fn take(&self, into: &mut VecDeque<Ended<R>>, cx: &Context<'_>) {
        self.finished.take(into, cx);
    }
}

struct Inner<R> {
    /// Filled by tasks, emptied by the stream.
    outcomes: VecDeque<Ended<R>>,
    /// Set by the stream when it waits, taken by the first task that ends then.
    waker: Option<Waker>,
}

impl<R> Finished<R> {
    fn new() -> Self {
        Self(Mutex::new(Inner { outcomes: VecDeque::new(), waker: None }))
    }

    fn push(&self, ended: Ended<R>) {
        let mut inner = self.0.lock();
        inner.outcomes.push_back(ended);
        let waker = inner.waker.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn take(&self, into: &mut VecDeque<Ended<R>>, cx: &Context<'_>) {
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
pub(crate) struct Hook<W, R> {
    shared: Arc<Shared<W, R>>,
    item: u64,
    value: Option<R>,
}

impl<W, R> Hook<W, R> {
    pub(crate) fn new(shared: &Arc<Shared<W, R>>, item: u64) -> Self {
        Self { shared: shared.clone(), item, value: None }
    }
}

impl<W, R> AtEnd<R> for Hook<W, R> {
    fn reason(&mut self, value: R) -> ExitReason {
        self.value = Some(value);
        ExitReason::Normal
    }

    fn ended(&mut self, reason: &ExitReason) {
        let outcome = self.value.take().ok_or_else(|| reason.clone());
        self.shared.ended(Ended { item: self.item, outcome, process: None });
    }
}
