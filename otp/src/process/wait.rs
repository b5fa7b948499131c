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
    let watch = Watch::begin(&process);
    async move {
        if let Some(mut watch) = watch
            && let (Ok(reason), _slot) = poll_fn(|cx| watch.pending.poll(cx)).await
        {
            return reason;
        }
        process.core().reason.get().cloned().unwrap_or(ExitReason::NoProc)
    }
}

/// A wait under way. Given up, it takes itself out of the process.
struct Watch {
    pending: Pending<ExitReason>,
    process: Arc<dyn AnyProcess>,
    /// Never shown; it only has to differ from the other keys.
    reference: Reference,
}

impl Watch {
    /// `None`: it has ended.
    fn begin(process: &Arc<dyn AnyProcess>) -> Option<Self> {
        let core = process.core();
        let mut shared = core.shared.lock();
        if shared.ended && core.wake.is_closed() {
            return None;
        }
        let (answerer, pending) = Slot::new(None, super::pid::NO_PID).begin();
        let reference = Reference::new(core.pid);
        shared.monitors().watchers.insert(reference, Watcher::Waiter(answerer));
        Some(Self { pending, process: process.clone(), reference })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let watcher = self.process.core().shared.lock().remove_watcher(self.reference);
        // Outside of the lock: it closes a call.
        drop(watcher);
    }
}
