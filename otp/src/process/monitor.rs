//! Monitors: being told when a process ends, without being tied to it.
//!
//! The watching process keeps what it watches (`Monitors::watching`), the watched one who watches
//! (`Monitors::watchers`), both under the reference. The two locks are never held together:
//! - monitor: enter on the watching side, then on the watched side; if that has ended, fire at once.
//! - end of the watched: its watchers are taken out, then each is asked by its own table whether it still watches. A
//!   monitor that was taken back in between is not there any more and nothing is sent.
//! - an entry of `watching` stays, with the reason, until its `Down` leaves the mailbox: a flush marks it, and the `Down`
//!   is dropped when it is taken. Both in constant time. What lies in the mailbox is the reference: a `Down` is made whole
//!   from the entry when its owner comes to it. A whole one without an entry is one that somebody passed on.

use super::alias::AliasMode;
use super::context;
use super::core::{AnyProcess, Core, Stage, Watched, Watcher, deliver_down};
use super::name::lookup;
use super::reference::Reference;
use super::{Down, ExitReason, Info, MonitorRef, Name, Pid, table};

/// What can be monitored or sent an exit signal: a pid, or whoever has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A process.
    Pid(Pid),
    /// Whoever has the name at that moment.
    Name(Name),
}

impl From<Pid> for Target {
    fn from(pid: Pid) -> Self {
        Self::Pid(pid)
    }
}
impl From<Name> for Target {
    fn from(name: Name) -> Self {
        Self::Name(name)
    }
}
impl From<&'static str> for Target {
    fn from(name: &'static str) -> Self {
        Self::Name(name.into())
    }
}
impl From<String> for Target {
    fn from(name: String) -> Self {
        Self::Name(name.into())
    }
}

/// Watches a process: when it ends, a [`Down`] arrives, exactly once, with this reference and the reason.
///
/// - If it has ended already, or nobody has the name, the `Down` arrives at once, with [`ExitReason::NoProc`].
/// - Each call makes a monitor of its own; each fires for itself.
/// - A monitored name means whoever has it now; the `Down` carries the name.
/// - The watched process learns nothing, and nothing happens to it when the watcher ends.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process::{self, Down, ExitReason};
///
/// let pid = process::spawn(async {});
/// let monitor = process::monitor(pid);
/// let down = process::receive::<Down>().await;
/// assert_eq!(down.reference, monitor);
/// assert!(matches!(down.reason, ExitReason::Normal | ExitReason::NoProc));
/// # }
/// ```
///
/// # Panics
/// Outside of a process; [`wait`](super::wait) can be awaited anywhere.
///
/// Follows Elixir's `Process.monitor/1`.
#[track_caller]
pub fn monitor(target: impl Into<Target>) -> MonitorRef {
    let target = target.into();
    context::require("monitor", |running| establish(running.core(), target, None))
}

/// As [`monitor`], with an alias: the reference can also be sent to, as [`Dest::from`](super::Dest)`(reference)`, until
/// the alias is closed as `mode` says. What others send to it arrives here like any message.
///
/// Follows Elixir's `Process.monitor/2` with `alias: :explicit_unalias | :demonitor | :reply_demonitor`.
#[doc(alias = "monitor/2")]
#[track_caller]
pub fn monitor_with_alias(target: impl Into<Target>, mode: AliasMode) -> MonitorRef {
    let target = target.into();
    context::require("monitor_with_alias", |running| establish(running.core(), target, Some(mode)))
}

pub(crate) fn establish(owner: &Core, target: Target, alias: Option<AliasMode>) -> MonitorRef {
    let (pid, name) = match target {
        Target::Pid(pid) => (Some(pid), None),
        Target::Name(name) => (lookup(&name), Some(Box::new(name))),
    };
    let reference = {
        let mut shared = owner.shared.lock();
        let place = shared.monitors().watching.vacant_entry();
        let reference = Reference::at(place.key(), owner.pid);
        place.insert(Watched { number: reference.number(), pid, name, stage: Stage::Watching });
        if let Some(mode) = alias {
            shared.extra().aliases.insert(reference, mode);
        }
        reference
    };
    let watched = pid.and_then(table::get);
    if !watched.is_some_and(|watched| watch(&*watched, reference, owner.pid)) {
        deliver_down(owner.pid, reference, &ExitReason::NoProc);
    }
    MonitorRef(reference)
}

/// Enters the watcher on the watched side; `false` if that has ended.
pub(crate) fn watch(watched: &dyn AnyProcess, reference: Reference, by: Pid) -> bool {
    let mut shared = watched.core().shared.lock();
    if !shared.ended {
        shared.monitors().watchers.insert(reference, Watcher::Process(by));
    }
    !shared.ended
}

/// Takes a monitor back: no `Down` for it is put into the mailbox any more. One that is there already stays;
/// [`demonitor_flush`] removes it.
///
/// Answers whether the monitor was in force: `false` if it had fired, or was taken back before.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.demonitor/1`, whose `:info` option is the answer here. A monitor of another process is
/// left alone.
#[doc(alias = "demonitor/2")]
#[track_caller]
pub fn demonitor(monitor: MonitorRef) -> bool {
    context::require("demonitor", |running| cancel(running.core(), monitor.0, false))
}

/// As [`demonitor`], and a `Down` that lies in the mailbox unread is removed.
///
/// Answers whether the monitor was in force, that is: `false` if its `Down` had come, read or not.
///
/// # Panics
/// Outside of a process.
///
/// Follows `Process.demonitor(ref, [:flush, :info])`.
#[doc(alias = ":flush")]
#[track_caller]
pub fn demonitor_flush(monitor: MonitorRef) -> bool {
    context::require("demonitor_flush", |running| cancel(running.core(), monitor.0, true))
}

pub(crate) fn cancel(owner: &Core, reference: Reference, flush: bool) -> bool {
    let target = {
        let mut shared = owner.shared.lock();
        super::alias::close_if_bound(&mut shared, reference);
        let Some(watched) = shared.watched(reference) else { return false };
        match &mut watched.stage {
            Stage::Watching => {}
            Stage::Fired(reason) if flush => {
                let reason = std::mem::replace(reason, ExitReason::Normal);
                watched.stage = Stage::Flushed(reason);
                return false;
            }
            _ => return false,
        }
        let pid = watched.pid;
        shared.monitors().watching.remove(reference.place());
        pid
    };
    if let Some(watched) = target.and_then(table::get) {
        watched.core().shared.lock().remove_watcher(reference);
    }
    true
}

/// Whether a `Down` in the mailbox was flushed.
pub(crate) fn is_flushed(owner: &Core, down: &Down) -> bool {
    owner.shared.lock().watched(down.reference.0).is_some_and(|watched| matches!(watched.stage, Stage::Flushed(_)))
}

/// A `Down` leaves the mailbox: `false` if it was flushed and must not be seen.
pub(crate) fn take_down(owner: &Core, reference: Reference) -> bool {
    take_watched(owner, reference).is_none_or(|watched| !matches!(watched.stage, Stage::Flushed(_)))
}

/// As `take_down`, of a `Down` that was not made whole before. `None` if it was flushed.
pub(crate) fn take_whole_down(owner: &Core, reference: Reference) -> Option<Info> {
    let Watched { pid, name, stage, .. } = take_watched(owner, reference)?;
    let Stage::Fired(reason) = stage else { return None };
    Some(down(reference, pid, name.map(|name| *name), reason))
}

/// The `Down` of a monitor that fired, which stays in the mailbox.
pub(crate) fn whole_down(owner: &Core, reference: Reference) -> Info {
    let mut shared = owner.shared.lock();
    let watched = shared.watched(reference).expect("it stays until its `Down` leaves the mailbox");
    let reason = match &watched.stage {
        Stage::Fired(reason) | Stage::Flushed(reason) => reason.clone(),
        Stage::Watching => unreachable!("its `Down` lies in the mailbox"),
    };
    down(reference, watched.pid, watched.name.as_deref().cloned(), reason)
}

fn down(reference: Reference, pid: Option<Pid>, name: Option<Name>, reason: ExitReason) -> Info {
    Info::Down(Box::new(Down { reference: MonitorRef(reference), pid, name, reason }))
}

/// A `Down` leaves the mailbox, and what was kept for it goes.
fn take_watched(owner: &Core, reference: Reference) -> Option<Watched> {
    let mut shared = owner.shared.lock();
    shared.watched(reference)?;
    Some(shared.monitors().watching.remove(reference.place()))
}
