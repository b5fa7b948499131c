//! What can go wrong with a task that is waited for.

use crate::process::{ExitReason, Pid};
use std::fmt;
use std::time::Duration;

/// Somebody waits for a task of another process. The task is not disturbed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{task} is the task of {owner}, which alone may wait for it, and not {}",
    .caller.map_or("code that is no process".to_string(), |caller| caller.to_string())
)]
#[non_exhaustive]
pub struct NotOwner {
    /// The task, as it is shown.
    pub task: String,
    /// The process that started it.
    pub owner: Pid,
    /// Who tried to; `None` outside of a process.
    pub caller: Option<Pid>,
}

/// Why an awaited task has no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AwaitFailure {
    /// No answer in time. The task goes on, and its answer is dropped.
    Timeout,
    /// The task ended without an answer, for this reason.
    Exit(ExitReason),
    /// The task is another process's.
    NotOwner(NotOwner),
    /// Its outcome was taken before: by [`yield_for`](super::Task::yield_for) or one of its like.
    Taken,
}

impl fmt::Display for AwaitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timed out"),
            Self::Exit(reason) => write!(f, "failed: the task ended: {reason}"),
            Self::NotOwner(error) => write!(f, "failed: {error}"),
            Self::Taken => f.write_str("failed: noproc, its outcome was taken before"),
        }
    }
}

/// A task that was awaited and has no answer: which, why, and the time it was given.
///
/// Elixir ends the caller in this case; here the caller gets the error and decides. `?` in a server's handler comes to the
/// same.
#[derive(Clone, PartialEq)]
pub struct AwaitError(Box<Details>);

#[derive(Clone, PartialEq)]
struct Details {
    failure: AwaitFailure,
    task: String,
    timeout: Option<Duration>,
}

impl AwaitError {
    #[cold]
    pub(crate) fn new(failure: AwaitFailure, task: String, timeout: Option<Duration>) -> Self {
        Self(Box::new(Details { failure, task, timeout }))
    }

    /// Why.
    pub fn failure(&self) -> &AwaitFailure {
        &self.0.failure
    }

    /// The task, as it is shown: its pid and what it runs.
    pub fn task(&self) -> &str {
        &self.0.task
    }

    /// The time it was given; `None`: no limit.
    pub fn timeout(&self) -> Option<Duration> {
        self.0.timeout
    }

    /// Whether it was not done in time.
    pub fn is_timeout(&self) -> bool {
        self.0.failure == AwaitFailure::Timeout
    }

    /// Why the task ended, if it ended without an answer.
    pub fn exit_reason(&self) -> Option<&ExitReason> {
        match &self.0.failure {
            AwaitFailure::Exit(reason) => Some(reason),
            _ => None,
        }
    }
}

fn write_timeout(f: &mut fmt::Formatter<'_>, failure: &AwaitFailure, timeout: Option<Duration>) -> fmt::Result {
    match (failure, timeout) {
        (AwaitFailure::Timeout, Some(timeout)) => write!(f, " after {timeout:?}"),
        (_, Some(timeout)) => write!(f, " (timeout {timeout:?})"),
        (_, None) => f.write_str(" (no timeout)"),
    }
}

impl fmt::Display for AwaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { failure, task, timeout } = &*self.0;
        write!(f, "await of {task} {failure}")?;
        write_timeout(f, failure, *timeout)
    }
}

impl fmt::Debug for AwaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { failure, task, timeout } = &*self.0;
        f.debug_struct("AwaitError").field("failure", failure).field("task", task).field("timeout", timeout).finish()
    }
}

impl std::error::Error for AwaitError {}

/// Tasks that were awaited together, one of which has no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AwaitManyError {
    /// Why.
    pub failure: AwaitFailure,
    /// The first task that ended without an answer; `None` if it was the time.
    pub failed: Option<String>,
    /// All tasks, as they are shown.
    pub tasks: Vec<String>,
    /// The time that all of them together were given; `None`: no limit.
    pub timeout: Option<Duration>,
}

impl fmt::Display for AwaitManyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failure, failed, tasks, timeout } = self;
        write!(f, "await of {} ", tasks.join(", "))?;
        if let Some(failed) = failed {
            write!(f, "at {failed} ")?;
        }
        write!(f, "{failure}")?;
        write_timeout(f, failure, *timeout)
    }
}

impl std::error::Error for AwaitManyError {}
