//! Awaiting a task.

use super::{AwaitError, AwaitFailure, Task};
use crate::process::receive::Receiving;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A task that is awaited: a future of its answer.
///
/// # Errors
/// | [`AwaitFailure`] | When |
/// |---|---|
/// | `Timeout` | the time has passed; the task goes on, and nothing of it comes any more. If it is linked it ends when this process does |
/// | `Exit(reason)` | the task ended without an answer, `normal` included. If it is linked, this process learns of it only if it traps exits: otherwise it ends too |
/// | `NotOwner` | this is not the process that started the task, which is not disturbed |
/// | `Taken` | its outcome was taken before, by `yield_for` or `yield_many` |
///
/// Dropping it is dropping the task: its messages come.
///
/// Follows Elixir's `Task.await/2`.
#[doc(alias = "Task.await")]
#[must_use = "a task is waited for when this is awaited"]
pub struct Await<T> {
    task: Task<T>,
    timeout: Option<Duration>,
    /// `None` before the first poll.
    receiving: Option<Receiving>,
    /// `poll` below, chosen where the type is known to be `'static`. Bounded by that, `Future` would keep rustc from seeing
    /// that what joins tasks with `&'static` answers is `Send`.
    poll: PollAwait<T>,
}

type PollAwait<T> = fn(&mut Await<T>, &mut Context<'_>) -> Poll<Result<T, AwaitError>>;

impl<T> std::fmt::Debug for Await<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Await").field("task", &self.task).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Await<T> {
    pub(crate) fn new(task: Task<T>, timeout: Option<Duration>) -> Self {
        Self { task, timeout, receiving: None, poll: Self::poll }
    }

    #[cold]
    fn failed(&self, failure: AwaitFailure) -> Poll<Result<T, AwaitError>> {
        Poll::Ready(Err(AwaitError::new(failure, self.task.to_string(), self.timeout)))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, AwaitError>> {
        // Looked at each time: it may have been moved to another process since.
        let checked = match self.receiving {
            None => self.task.check(),
            Some(_) => self.task.check_owner().map_err(AwaitFailure::NotOwner),
        };
        if let Err(failure) = checked {
            return self.failed(failure);
        }
        let receiving = self.receiving.get_or_insert_with(|| self.task.receiving());
        let outcome = ready!(self.task.poll_outcome(receiving, self.timeout, cx));
        // What came at the last moment wins over the time.
        match outcome.or_else(|| self.task.take_back()) {
            Some(Ok(value)) => Poll::Ready(Ok(value)),
            Some(Err(reason)) => self.failed(AwaitFailure::Exit(reason)),
            None => self.failed(AwaitFailure::Timeout),
        }
    }
}

// Nothing in it is pinned.
impl<T> Unpin for Await<T> {}

impl<T> Future for Await<T> {
    type Output = Result<T, AwaitError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let poll = self.poll;
        poll(&mut self, cx)
    }
}
