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

use super::context::{Local, Running};
use super::core::{Core, Shared, Stage, Watcher, deliver_down};
use super::name::{self, Registration};
use super::spawn::ancestors;
use super::{ExitReason, link, mailbox, run, table};
use crate::observe;
use std::fmt::Debug;
use std::mem::take;

/// How the process came to its end: whether it is a failure of its own that is to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Its own code ended it: returned, stopped, panicked.
    Own,
    /// A signal ended it.
    Signal,
}

/// Ends the process. Runs on its own task, as that process.
pub(crate) fn finish<M: Send + 'static>(local: &Local<M>, reason: ExitReason, end: End, drop_future: impl FnOnce()) {
    let core = &local.process.core;
    let reason = core.reason.get_or_init(|| reason.received()).clone();
    core.flags.set_ending();
    // Callers whose reply handles are dropped with the future are told in their turn (5).
    local.own.borrow_mut().holds_orphans = true;
    // A destructor or formatter of the user's that panics must not keep the rest from happening.
    shielded(core, drop_future);
    if end == End::Own && !reason.is_orderly() {
        let reported = local.own.borrow().rare.as_ref().is_some_and(|rare| rare.reported);
        shielded(core, || report_crash(core, &reason, reported));
    }
    let relations = release(core);
    table::remove(core.pid);
    shielded(core, || tell_callers(local));
    tell_others(core, relations, &reason);
}

fn report_crash(core: &Core, reason: &ExitReason, reported: bool) {
    let label = core.shared.lock().extra.as_ref().and_then(|extra| extra.label.clone());
    let callers = core.callers.is_some().then(|| ancestors(core.callers.as_ref()));
    observe::crash(&observe::Crash {
        pid: &core.pid,
        name: &core.display(),
        label: label.as_deref(),
        behaviour: core.kind.behaviour,
        initial_call: (core.kind.initial_call)(),
        ancestors: &ancestors(core.parents.as_ref()),
        callers: callers.as_ref().map(|callers| callers as &dyn Debug),
        reason,
        reported,
    });
}

fn shielded(core: &Core, f: impl FnOnce()) {
    run::shielded(f, || observe::panic_in_drop(&core.pid));
}

/// Takes everything out, frees the names and gives back what is tied to it.
fn release(core: &Core) -> Shared {
    let mut shared = {
        let mut shared = core.shared.lock();
        shared.ended = true;
        let name = shared.name.clone();
        let mut taken = take(&mut *shared);
        shared.ended = true;
        // A report that is made later, and errors of callers, still name it.
        shared.name = name;
        shared.extra = taken.extra.take();
        if let Some(extra) = &mut shared.extra {
            taken.extra().registrations = take(&mut extra.registrations);
            taken.extra().ties = take(&mut extra.ties);
            taken.extra().timers = take(&mut extra.timers);
            // It leads back here: a supervisor that its parent cannot vacate any more would keep itself.
            taken.extra().slot = extra.slot.take();
            extra.aliases.clear();
        }
        taken
    };
    if let Some(name) = shared.name.take() {
        name::release(&name, core.pid);
    }
    if let Some(extra) = &mut shared.extra {
        // Before names: one in a registry goes with what the process has there.
        for tie in &extra.ties {
            shielded(core, || tie.process_ended(core.pid));
        }
        for registration in take(&mut extra.registrations) {
            match registration {
                Registration::Name(name) => {
                    name::release(&name, core.pid);
                }
                Registration::Via(via) => shielded(core, move || via.unregister(core.pid)),
            }
        }
        for timer in take(&mut extra.timers).into_values() {
            timer.stop();
        }
    }
    shared
}

fn tell_callers<M: Send + 'static>(local: &Local<M>) {
    let core = &local.process.core;
    let orphans = {
        let mut own = local.own.borrow_mut();
        own.holds_orphans = false;
        own.take_orphans()
    };
    // It wakes callers, also under wakers of the user's.
    shielded(core, || drop(orphans));
    core.wake.close();
    loop {
        // Taken out before it is dropped: a destructor may look at the mailbox.
        let item = local.inbox.borrow_mut().pop_any(&local.process);
        let Some(item) = item else { break };
        shielded(core, || drop(item));
    }
    mailbox::release_waiters(core);
    let own = take(&mut *local.own.borrow_mut());
    shielded(local.core(), || drop(own));
}

fn tell_others(core: &Core, relations: Shared, reason: &ExitReason) {
    relations.links.for_each(|linked, _| shielded(core, || link::tell_linked(linked, core.pid, reason)));
    for tie in relations.extra.iter().flat_map(|extra| &extra.ties) {
        shielded(core, || tie.links_told(core.pid, reason));
    }
    // Whoever began to wait between `release` and the closing of the mailbox entered itself afterwards.
    let late = core.shared.lock().monitors.take();
    let monitors = [relations.monitors, late];
    for (reference, watcher) in monitors.iter().flatten().flat_map(|monitors| monitors.watchers.iter()) {
        if let Watcher::Process(pid) = watcher {
            shielded(core, || deliver_down(*pid, *reference, reason));
        }
    }
    for monitors in monitors.into_iter().flatten() {
        monitors.watchers.for_each(|_, watcher| {
            if let Watcher::Waiter(answerer) = watcher {
                // It may have given up.
                shielded(core, || drop(answerer.answer(reason.clone())));
            }
        });
        for (_, watched) in monitors.watching {
            if let (Some(pid), Stage::Watching) = (watched.pid, watched.stage)
                && let Some(process) = table::get(pid)
            {
                process.core().shared.lock().remove_watcher(watched.reference);
            }
        }
    }
}
