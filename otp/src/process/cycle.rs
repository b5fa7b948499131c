//! Finding calls that would wait for each other forever, in debug builds.
//!
//! Whoever is about to wait notes whom it waits for, then follows those notes from there. If they lead back to itself,
//! nobody in the circle could ever answer: the call fails and names the circle. The note is made *before* the look, so
//! of two processes that close a circle at the same moment at least one sees it.
//!
//! A wait counts as long as it is for the server itself: the request lies in its mailbox, or it is being handled at this
//! moment. Once the handler has returned without an answer, somebody else may give it: such a caller waits for nobody
//! in particular. Requests are told apart by [`GenServer::describe`](crate::gen_server::GenServer::describe); of a
//! server that does not describe its calls, a circle may be reported that a deferred answer would have resolved.

use super::core::Core;
use super::{Pid, context, table};

/// Whether circles are looked for: it costs two locks a call.
pub(crate) const ENABLED: bool = cfg!(debug_assertions);

/// A note: whom a process waits for, in which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) on: Pid,
    /// It was taken from the mailbox: the wait counts while `on` handles it.
    taken: bool,
}

/// More than this many processes in a row are not looked at.
const DEPTH: usize = 64;

/// Notes that `me` waits for `on`. `Err`: that would close this circle, which begins and ends with `me`.
pub(crate) fn begin(me: &Core, on: Pid) -> Result<Note, Vec<String>> {
    me.shared.lock().extra().waits_for = Some(Wait { on, taken: false });
    let note = Note(Some(me.pid));
    let mut circle = vec![me.display()];
    let mut next = on;
    for _ in 0..DEPTH {
        let Some(process) = table::get(next) else { return Ok(note) };
        circle.push(process.core().display());
        if next == me.pid {
            return Err(circle);
        }
        let wait = process.core().shared.lock().extra.as_ref().and_then(|extra| extra.waits_for);
        match wait {
            Some(wait) if !wait.taken || serves(wait.on, next) => next = wait.on,
            _ => return Ok(note),
        }
    }
    Ok(note)
}

/// A note that ends when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Note(Option<Pid>);

/// Notes that the current process waits for `on`, which does not wait for anybody yet.
pub(crate) fn note(on: Pid) -> Note {
    if !ENABLED {
        return Note(None);
    }
    context::with(|running| {
        Note(running.map(|running| {
            let me = running.core();
            me.shared.lock().extra().waits_for = Some(Wait { on, taken: false });
            me.pid
        }))
    })
}

impl Drop for Note {
    #[inline]
    fn drop(&mut self) {
        if ENABLED && let Some(process) = self.0.and_then(table::get) {
            end(process.core());
        }
    }
}

/// The wait is over.
pub(crate) fn end(me: &Core) {
    if let Some(extra) = &mut me.shared.lock().extra {
        extra.waits_for = None;
    }
}

/// Whether a server handles a call of this process at this moment.
fn serves(server: Pid, caller: Pid) -> bool {
    table::get(server).is_some_and(|server| {
        server.core().shared.lock().extra.as_ref().is_some_and(|extra| extra.serves == Some(caller))
    })
}

/// `server` begins to handle a call of `caller`.
#[cold]
pub(crate) fn take(caller: Pid, server: &Core) {
    server.shared.lock().extra().serves = Some(caller);
    with_wait(caller, server.pid, |wait| *wait = wait.map(|wait| Wait { taken: true, ..wait }));
}

/// `server` is done with a handler.
#[cold]
pub(crate) fn done(server: &Core) {
    if let Some(extra) = &mut server.shared.lock().extra {
        extra.serves = None;
    }
}

/// `server` answers `caller`, which waits for nobody from now on, though it may notice later.
pub(crate) fn withdraw(caller: Pid, server: Pid) {
    with_wait(caller, server, |wait| *wait = None);
}

fn with_wait(caller: Pid, on: Pid, f: impl FnOnce(&mut Option<Wait>)) {
    if let Some(caller) = table::get(caller)
        && let Some(extra) = &mut caller.core().shared.lock().extra
        && extra.waits_for.is_some_and(|wait| wait.on == on)
    {
        f(&mut extra.waits_for);
    }
}
