//! Finding calls that would wait for each other forever, in debug builds.
//!
//! Whoever is about to wait notes whom it waits for, then follows those notes from there. If they lead back to itself,
//! nobody in the circle could ever answer: the call fails and names the circle. The note is made *before* the look, so
//! of two processes that close a circle at the same moment at least one sees it.
//!
//! A server that took the reply handle and returned without answering no longer has its caller waiting for *it*: somebody
//! else may answer. Such a caller's note is withdrawn, so a circle that is found is one.

use super::core::Core;
use super::{Pid, table};

/// Whether circles are looked for: it costs two locks a call.
pub(crate) const ENABLED: bool = cfg!(debug_assertions);

/// A note: whom a process waits for, in which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) on: Pid,
}

/// More than this many processes in a row are not looked at.
const DEPTH: usize = 64;

/// Notes that `me` waits for `on`. `Err`: that would close this circle, which begins and ends with `me`.
pub(crate) fn begin(me: &Core, on: Pid) -> Result<(), Vec<String>> {
    me.shared.lock().extra().waits_for = Some(Wait { on });
    let mut circle = vec![me.display()];
    let mut next = on;
    for _ in 0..DEPTH {
        let Some(process) = table::get(next) else { return Ok(()) };
        circle.push(process.core().display());
        if next == me.pid {
            end(me);
            return Err(circle);
        }
        let wait = process.core().shared.lock().extra.as_ref().and_then(|extra| extra.waits_for);
        match wait {
            Some(wait) => next = wait.on,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// The wait is over.
pub(crate) fn end(me: &Core) {
    if let Some(extra) = &mut me.shared.lock().extra {
        extra.waits_for = None;
    }
}

/// `server` no longer owes `caller` the answer itself.
pub(crate) fn withdraw(caller: Pid, server: Pid) {
    if let Some(caller) = table::get(caller)
        && let Some(extra) = &mut caller.core().shared.lock().extra
    {
        extra.waits_for.take_if(|wait| wait.on == server);
    }
}
