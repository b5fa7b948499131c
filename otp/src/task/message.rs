//! The answer of a task that is not awaited.

use crate::process::MonitorRef;

/// A task has answered. Its [`Down`](crate::process::Down) follows, with the same reference, unless that is taken back
/// with [`demonitor_flush`](crate::process::demonitor_flush).
///
/// A task that ends without an answer sends its `Down` only. See the [module](super) for a server that handles both.
///
/// Follows the `{ref, answer}` that Elixir's tasks send.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TaskDone<T> {
    /// The task's: see [`Task::reference`](super::Task::reference).
    pub reference: MonitorRef,
    /// What the task answered.
    pub value: T,
}

impl<T> TaskDone<T> {
    pub(crate) fn new(reference: MonitorRef, value: T) -> Self {
        Self { reference, value }
    }
}
