//! The end of a process: one place, one order.
//!
//! 1. The reason is set and the process is no longer alive.
//! 2. Its future, and with it its state, is dropped, on its own task.
//! 3. Its names are freed, and what it has in registries is given back: whoever learns of the end below finds them free.
//! 4. It leaves the process table.
//! 5. Callers are told: those whose handler did not answer, then those in the mailbox, which is closed.
//! 6. Links are told, then monitors, then whoever awaits the end. Its own monitors on others are taken back.
//! 7. Whoever launched it with an `AtEnd` is told: the only one who knows that all of the above has happened.
//!
//! From step 3 on `Shared::ended` is set, under the lock: a link, monitor, name, tie or timer that comes later finds it
//! and is refused, one that came earlier is found here. Nothing can fall in between.

use super::context::Local;
use super::core::{Core, Monitors, Stage, Tells, Watcher, deliver_down};
use super::name::{self, Registration};
use super::pid::Map;
use super::reference::Reference;
use super::spawn::ancestors;
use super::tie::Tie;
use super::{ExitReason, link, mailbox, run, table};
use crate::observe;
use std::fmt::Debug;
use std::mem::take;
use std::sync::Arc;

/// How the process came to its end: whether it is a failure of its own that is to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Its own code ended it: returned, stopped, panicked.
    Own,
    /// A signal ended it.
    Signal,
}

/// Ends the process. Runs on its own task, as that process. Answers why it ended.
pub(crate) fn finish<M: Send + 'static>(
    local: &Local<M>,
    reason: ExitReason,
    end: End,
    drop_future: impl FnOnce(),
) -> &ExitReason {
    let core = &local.process.core;
    let reason = reason.received();
    let _ = match reason.without_details() {
        Some(reason) => core.reason.set_static(reason),
        None => core.reason.set(reason),
    };
    let reason = core.reason.get().expect("set here, or before by this task");
    core.flags.set_ending();
    // Callers whose reply handles are dropped with the future are told in their turn (5).
    local.holds_orphans.set(true);
    // A destructor or formatter of the user's that panics must not keep the rest from happening.
    shielded(core, drop_future);
    if end == End::Own && !reason.is_orderly() {
        let reported = local.own.borrow().rare.as_ref().is_some_and(|rare| rare.reported);
        shielded(core, || report_crash(core, reason, reported));
    }
    let ties = release(core);
    table::remove(core.pid);
    tell_callers(local);
    tell_others(core, &ties, reason);
    reason
}

fn report_crash(core: &Core, reason: &ExitReason, reported: bool) {
    let label = core.shared.lock().extra.as_ref().and_then(|extra| extra.label.clone());
    let callers = core.callers().is_some().then(|| ancestors(core.callers()));
    observe::crash(&observe::Crash {
        pid: &core.pid,
        name: &core.display(),
        label: label.as_deref(),
        behaviour: core.kind.behaviour,
        initial_call: (core.kind.initial_call)(),
        ancestors: &ancestors(core.parents()),
        callers: callers.as_ref().map(|callers| callers as &dyn Debug),
        reason,
        reported,
    });
}

fn shielded(core: &Core, f: impl FnOnce()) {
    run::shielded(f, || observe::panic_in_drop(&core.pid));
}

/// Frees the names and gives back what the process has elsewhere. Answers its ties, which are told of the end again.
fn release(core: &Core) -> Vec<Arc<dyn Tie>> {
    let (name, registrations, ties, timers, slot) = {
        let mut shared = core.shared.lock();
        shared.ended = true;
        // A report that is made later, and errors of callers, still name it: what they name it by stays.
        let name = shared.name.clone();
        match &mut shared.extra {
            None if name.is_none() => return Vec::new(),
            None => (name, Vec::new(), Vec::new(), Map::default(), None),
            Some(extra) => {
                extra.aliases.clear();
                // The slot leads back here: a supervisor that its parent cannot vacate any more would keep itself.
                (
                    name,
                    take(&mut extra.registrations),
                    take(&mut extra.ties),
                    take(&mut extra.timers),
                    extra.slot.take(),
                )
            }
        }
    };
    shielded(core, || drop(slot));
    if let Some(name) = name {
        name::release(&name, core.pid);
    }
    // Before names: one in a registry goes with what the process has there.
    for tie in &ties {
        shielded(core, || tie.process_ended(core.pid));
    }
    for registration in registrations {
        match registration {
            Registration::Name(name) => {
                name::release(&name, core.pid);
            }
            Registration::Via(via) => shielded(core, move || via.unregister(core.pid)),
        }
    }
    for timer in timers.into_values() {
        timer.stop();
    }
    ties
}

fn tell_callers<M: Send + 'static>(local: &Local<M>) {
    let core = &local.process.core;
    local.holds_orphans.set(false);
    if local.own.borrow().has_orphans() {
        let orphans = local.own.borrow_mut().take_orphans();
        // It wakes callers, also under wakers of the user's.
        shielded(core, || drop(orphans));
    }
    core.wake.close();
    loop {
        // Taken out before it is dropped: a destructor may look at the mailbox.
        let item = local.inbox.borrow_mut().pop_any(&local.process);
        let Some(item) = item else { break };
        shielded(core, || drop(item));
    }
    // Nobody waits for room where there is no bound: whoever takes one away wakes them.
    if core.flags.is_bounded() {
        shielded(core, || mailbox::release_waiters(core));
    }
    if local.own.borrow().holds_anything() {
        let own = take(&mut *local.own.borrow_mut());
        shielded(core, || drop(own));
    }
}

fn tell_others(core: &Core, ties: &[Arc<dyn Tie>], reason: &ExitReason) {
    let (links, monitors) = {
        let mut shared = core.shared.lock();
        // Nobody enters any more, but for whoever waits for the end: that finds the mailbox closed from now on.
        (take(&mut shared.links), shared.monitors.take())
    };
    links.for_each(|linked, tells| {
        if tells != Tells::Collected || !reason.is_normal() {
            shielded(core, || link::tell_linked(linked, core.pid, reason));
        }
    });
    for tie in ties {
        shielded(core, || tie.links_told(core.pid, reason));
    }
    if let Some(monitors) = monitors {
        end_monitors(core, *monitors, reason);
    }
}

fn end_monitors(core: &Core, monitors: Monitors, reason: &ExitReason) {
    let Monitors { watchers, watching } = monitors;
    for (reference, watcher) in watchers.iter() {
        if let Watcher::Process(pid) = watcher {
            shielded(core, || deliver_down(*pid, *reference, reason));
        }
    }
    watchers.for_each(|_, watcher| {
        if let Watcher::Waiter(answerer) = watcher {
            // It may have given up.
            shielded(core, || drop(answerer.answer(reason.clone())));
        }
    });
    for (place, watched) in watching {
        match (watched.stage, watched.pid.and_then(table::get)) {
            (Stage::Watching, Some(process)) => {
                let reference = Reference::made(place, core.pid, watched.number);
                process.core().shared.lock().remove_watcher(reference);
            }
            // What a `Down` says that nobody takes any more is a value of the user's.
            (fired, _) => shielded(core, || drop(fired)),
        }
    }
}
