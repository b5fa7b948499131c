//! Awaiting the end of a process, from anywhere.

use super::core::{AnyProcess, Watcher};
use super::reference::Reference;
use super::{ExitReason, Pid, context, table};
use crate::sync::reply::Pending;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

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
pub(crate) fn ended(process: Arc<dyn AnyProcess>) -> Ended {
    let (answerer, pending) = context::with(context::reply_slot).begin();
    let reference = Reference::new(process.core().pid);
    let pending = {
        let core = process.core();
        let mut shared = core.shared.lock();
        if shared.ended && core.wake.is_closed() {
            None
        } else {
            shared.monitors().watchers.insert(reference, Watcher::Waiter(answerer));
            Some(pending)
        }
    };
    Ended { pending, process, reference }
}

/// A wait under way. Given up, it takes itself out of the process.
pub(crate) struct Ended {
    /// `None` if there is nothing to wait for any more.
    pending: Option<Pending<ExitReason>>,
    process: Arc<dyn AnyProcess>,
    /// Never shown; it only has to differ from the other keys.
    reference: Reference,
}

impl Ended {
    /// Whether this waker is not that of the process that waits.
    pub(crate) fn is_foreign(&self, cx: &Context<'_>) -> bool {
        self.pending.as_ref().is_none_or(|pending| pending.is_foreign(cx))
    }
}

impl Future for Ended {
    type Output = ExitReason;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ExitReason> {
        if let Some(pending) = &mut self.pending {
            let (answer, slot) = ready!(pending.poll(cx));
            context::give_back(slot);
            self.pending = None;
            if let Ok(reason) = answer {
                return Poll::Ready(reason);
            }
        }
        Poll::Ready(self.process.core().reason.get().cloned().unwrap_or(ExitReason::NoProc))
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if self.pending.is_none() {
            return;
        }
        let watcher = self.process.core().shared.lock().remove_watcher(self.reference);
        // Outside of the lock: it closes a call.
        drop(watcher);
    }
}
