//! Awaiting the end of a process, from anywhere.

use super::core::{AnyProcess, Watcher};
use super::reference::Reference;
use super::{ExitReason, Pid, table};
use crate::sync::reply::{Pending, Slot};
use std::future::{Future, poll_fn};
use std::sync::Arc;

/// Waits until a process has ended, and answers why: [`ExitReason::NoProc`] if it had ended before.
///
/// Everything that the end brings about has happened by then: its names are free, its links and monitors told. Unlike a
/// monitor this needs no mailbox and can be awaited anywhere.
pub async fn wait(pid: Pid) -> ExitReason {
    match table::get(pid) {
        Some(process) => ended(process).await,
        None => ExitReason::NoProc,
    }
}

/// As [`wait`], for a process that is at hand: its true reason also when it has ended.
///
/// The watch begins with the call, not with the first poll.
pub(crate) fn ended(process: Arc<dyn AnyProcess>) -> impl Future<Output = ExitReason> + Send + use<> {
    let mut pending = begin(&*process);
    async move {
        if let Some(pending) = &mut pending
            && let (Ok(reason), _slot) = poll_fn(|cx| pending.poll(cx)).await
        {
            return reason;
        }
        process.core().reason.get().cloned().unwrap_or(ExitReason::NoProc)
    }
}

fn begin(process: &dyn AnyProcess) -> Option<Pending<ExitReason>> {
    let mut shared = process.core().shared.lock();
    if shared.ended && process.core().wake.is_closed() {
        return None;
    }
    let (answerer, pending) = Slot::new(None, super::pid::NO_PID).begin();
    // The reference is never shown; it only has to differ from the other keys.
    shared.watchers.insert(Reference::new(process.core().pid), Watcher::Waiter(answerer));
    Some(pending)
}
