//! Links: two processes that end together, unless one traps exits.
//!
//! Each side keeps the other's pid in `Shared::links`. The two locks are never held together: the side that links enters
//! itself first at home, then at the other; an end in between finds the entry at home and tells it. An exit signal over
//! a link counts only if the receiving side still has the entry, so that an unlink on either side is final.
//!
//! The tasks of a stream end by the hundred thousand, and whoever consumes the stream learns of each without its link.
//! Theirs are [collected](Tells::Collected): a task that ends with `normal` touches nothing of the consumer, which takes its
//! own entry out with the task's outcome. Until then that may name a process that has ended; it is not shown, and whoever
//! links to that process once more finds that it has ended.

use super::context;
use super::core::{AnyProcess, Core, Process, Tells};
use super::few::Few;
use super::name::lookup;
use super::{Exit, ExitReason, Info, Pid, Target, table};
use std::sync::Arc;

/// There is no such process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("noproc: {0} has ended")]
pub struct NoProc(pub Pid);

/// Ties this process to another: when one ends with a reason other than `normal`, the other ends with the same reason,
/// or, when it traps exits, gets an [`Exit`] message. Linking twice is linking once; linking to itself does nothing.
///
/// # Errors
/// The other has ended, and this process does not trap exits. When it traps, the answer is `Ok` and an [`Exit`] with
/// [`ExitReason::NoProc`] arrives.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.link/1`; where that raises `noproc`, this answers an error.
#[track_caller]
pub fn link(pid: Pid) -> Result<(), NoProc> {
    context::require("link", |running| {
        let me = running.core();
        if pid == me.pid || connect(me, pid, Tells::Always) {
            return Ok(());
        }
        if me.flags.traps_exits() {
            let exit = Exit { from: pid, reason: ExitReason::NoProc };
            running.process().push_info(Info::Exit(Box::new(exit)));
            return Ok(());
        }
        Err(NoProc(pid))
    })
}

/// Enters the link on both sides; `false` if the other has ended. `tells`: what this side wants to be told.
pub(crate) fn connect(me: &Core, other: Pid, tells: Tells) -> bool {
    let is_new = {
        let mut shared = me.shared.lock();
        if shared.ended {
            return false;
        }
        let is_new = shared.links.insert(other, tells);
        if !is_new && shared.links.get(&other) != Some(&Tells::UnlessTrapped) {
            // Linked already: its end is told through the entry that is there.
            return true;
        }
        is_new
    };
    let linked = table::get(other).is_some_and(|other| {
        let mut shared = other.core().shared.lock();
        if !shared.ended {
            shared.links.insert(me.pid, Tells::Always);
        }
        !shared.ended
    });
    // An entry of a stream stays: it may have outlived its task, or the task is about to tell of its failure.
    if !linked && is_new {
        me.shared.lock().links.remove(&other);
    }
    linked
}

/// As [`connect`], with a process that does not run yet and that this one starts.
pub(crate) fn adopt(me: &Core, child: &Core) {
    child.shared.lock().links.insert(me.pid, Tells::Always);
    enter_child(me, child, Tells::Always);
}

/// As [`adopt`], with a process that `make` makes, with these links. `tells`: what this side wants to be told; `child_tells`: the
/// same of the child's.
pub(crate) fn adopt_new<M: Send + 'static>(
    me: &Core,
    tells: Tells,
    child_tells: Tells,
    make: impl FnOnce(Few<Pid, Tells>) -> Arc<Process<M>>,
) -> Arc<Process<M>> {
    let child = make(Few::One(me.pid, child_tells));
    enter_child(me, &child.core, tells);
    child
}

/// The child has its entry.
fn enter_child(me: &Core, child: &Core, tells: Tells) {
    let mut shared = me.shared.lock();
    if !shared.ended {
        shared.links.insert(child.pid, tells);
        return;
    }
    // A destructor starts it, at the end of this process.
    drop(shared);
    child.shared.lock().links.remove(&me.pid);
}

/// Takes the entry of a task out that has ended.
pub(crate) fn collect(me: &Core, task: Pid) {
    me.shared.lock().links.remove(&task);
}

/// Unties the two processes, whoever tied them. From now on neither is told of the other's end. An [`Exit`] that is in
/// the mailbox already stays there. Does nothing if there is no link, or no such process.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.unlink/1`.
#[track_caller]
pub fn unlink(pid: Pid) {
    context::require("unlink", |running| disconnect(running.core(), pid));
}

pub(crate) fn disconnect(me: &Core, other: Pid) {
    me.shared.lock().links.remove(&other);
    if let Some(other) = table::get(other) {
        other.core().shared.lock().links.remove(&me.pid);
    }
}

/// Sends an exit signal: asks a process to end.
///
/// | The reason is | the target traps exits | it does not |
/// |---|---|---|
/// | [`ExitReason::Kill`] | ends with `Killed`; no further callback runs | the same |
/// | [`ExitReason::Normal`] | gets an [`Exit`] | nothing; but a process that sends it to itself ends |
/// | anything else | gets an [`Exit`] | ends with that reason; no further callback runs |
///
/// A process is ended where it waits: code that never waits cannot be interrupted. A process that has ended is left
/// alone, and a name that nobody has is ignored.
///
/// To leave from inside a process at once, answer `stop`, return, or call [`exit_with`].
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process::{self, ExitReason};
///
/// let pid = process::spawn(process::sleep_forever());
/// process::exit(pid, ExitReason::Shutdown);
/// assert_eq!(process::wait(pid).await, ExitReason::Shutdown);
/// # }
/// ```
///
/// Follows Elixir's `Process.exit/2`.
pub fn exit(target: impl Into<Target>, reason: ExitReason) {
    let pid = match target.into() {
        Target::Pid(pid) => pid,
        Target::Name(name) => match lookup(&name) {
            Some(pid) => pid,
            None => return,
        },
    };
    let from = context::try_self_pid().unwrap_or(Pid::NOBODY);
    let from_itself = from == pid;
    if let Some(process) = table::get(pid) {
        match reason {
            ExitReason::Kill => {
                let from = (from != Pid::NOBODY).then_some(from);
                process.core().end_by(from, ExitReason::Killed);
            }
            reason => receive_exit(&*process, from, reason, from_itself),
        }
    }
}

/// Ends the current process at once with this reason, by unwinding: destructors run, in a server `terminate` too.
///
/// # Panics
/// Outside of a process it is an ordinary panic.
///
/// Follows Erlang's `exit/1`.
#[doc(alias = "exit/1")]
#[track_caller]
pub fn exit_with(reason: ExitReason) -> ! {
    if context::try_self_pid().is_none() {
        panic!("exit_with({reason}) was called outside of a process");
    }
    // No panic hook runs: this is no failure.
    std::panic::resume_unwind(Box::new(super::exit_reason::Leave(reason.received())))
}

/// An exit signal other than an explicit kill arrives.
pub(crate) fn receive_exit(process: &dyn AnyProcess, from: Pid, reason: ExitReason, from_itself: bool) {
    let core = process.core();
    if core.flags.traps_exits() {
        process.push_info(Info::Exit(Box::new(Exit { from, reason })));
    } else if !reason.is_normal() || from_itself {
        core.end_by((from != Pid::NOBODY).then_some(from), reason);
    }
}

/// `from` has ended, and was linked to `to`.
pub(crate) fn tell_linked(to: Pid, from: Pid, reason: &ExitReason) {
    let Some(process) = table::get(to) else { return };
    let link = process.core().shared.lock().links.remove(&from);
    let unwanted = link == Some(Tells::UnlessTrapped) && process.core().flags.traps_exits();
    if link.is_some() && !unwanted {
        receive_exit(&*process, from, reason.clone(), false);
    }
}

/// Says whether this process gets exit signals as [`Exit`] messages instead of being ended by them. Answers what was
/// set before; a new process does not trap.
///
/// What is set when a signal arrives decides: an `Exit` that is in the mailbox stays a message.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.flag(:trap_exit, boolean)`.
#[doc(alias = "flag")]
#[track_caller]
pub fn trap_exit(on: bool) -> bool {
    context::require("trap_exit", |running| running.core().flags.set_traps_exits(on))
}
