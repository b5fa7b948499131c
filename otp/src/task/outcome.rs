//! Finding the outcome of a task in its owner's mailbox.
//!
//! Two messages bear on a task: its answer, which comes through an alias, and its `Down`. Invariants:
//!
//! 1. The alias is that of the monitor: it closes when the monitor is taken back or fires, under the owner's lock, and the
//!    answer is put into the mailbox under the same lock. So once a monitor is taken back, what is not in the mailbox never
//!    comes.
//! 2. The answer is sent before the task ends: it lies before its `Down`.
//! 3. Both lie behind the mark that was set when the task was made: finding them costs nothing, however many messages
//!    have been waiting.
//! 4. Whoever takes the answer takes the monitor back, with a flush: no `Down` follows.

use super::TaskDone;
use crate::process::{ExitReason, Info, MonitorRef, context};

/// What became of a task: its answer, or why it ended without one.
pub type Outcome<T> = Result<T, ExitReason>;

/// The outcome, if the message is one of this task's.
pub(crate) fn select<T: Send + 'static>(reference: MonitorRef, info: Info) -> Result<Outcome<T>, Info> {
    match &info {
        Info::Down(down) if down.reference == reference => {}
        Info::Any(message) if message.downcast_ref::<TaskDone<T>>().is_some_and(|done| done.reference == reference) => {
        }
        _ => return Err(info),
    }
    match info {
        Info::Down(down) => Ok(Err(down.reason)),
        other => other.take::<TaskDone<T>>().map(|done| Ok(done.value)),
    }
}

/// Whether a signal ends this process at its next await: the failure that was just learnt of came over a link too.
pub(crate) fn is_doomed() -> bool {
    context::with(|running| running.is_some_and(|running| running.core().flags.is_signalled()))
}
