//! What a process has outside of itself, and what must be given back before anybody is told of its end: the entries of a
//! registry, say.
//!
//! A tie is entered under the process's lock, where its exit takes the ties out: either the exit comes later and finds
//! it, or the tie comes later and is refused, so nothing is ever given to a process that has ended. A process without
//! ties has no list of them.

use super::core::AnyProcess;
use super::{ExitReason, Pid};
use std::sync::Arc;

/// See the module.
pub(crate) trait Tie: Send + Sync {
    /// The process has ended, and nobody has been told yet. Runs once, on its own task, under no lock.
    fn process_ended(&self, pid: Pid);

    /// The links of the process have been told; its monitors are told next. Runs once, after `process_ended`.
    fn links_told(&self, _pid: Pid, _reason: &ExitReason) {}
}

impl std::fmt::Debug for dyn Tie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tie")
    }
}

/// Enters what `make` makes, unless the process has ended or `make` finds that there is one already. Runs `make` under
/// the process's lock: it must not wait, nor run code of the user's.
pub(crate) fn enter<T>(process: &dyn AnyProcess, make: impl FnOnce() -> (T, Option<Arc<dyn Tie>>)) -> Option<T> {
    let mut shared = process.core().shared.lock();
    if shared.ended {
        return None;
    }
    let (made, tie) = make();
    if let Some(tie) = tie {
        shared.extra().ties.push(tie);
    }
    Some(made)
}

/// Takes a tie back: it is not told of the end any more.
pub(crate) fn take_back(process: &dyn AnyProcess, tie: &Arc<dyn Tie>) {
    let taken = {
        let mut shared = process.core().shared.lock();
        let Some(extra) = &mut shared.extra else { return };
        let at = extra.ties.iter().position(|other| std::ptr::addr_eq(Arc::as_ptr(other), Arc::as_ptr(tie)));
        at.map(|at| extra.ties.swap_remove(at))
    };
    // Not under the lock: it may be the last of it.
    drop(taken);
}
