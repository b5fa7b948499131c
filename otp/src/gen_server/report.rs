//! What a server tells of itself: its failure, its status, its events.

use super::GenServer;
use crate::generic::Envelope;
use crate::generic::sys::{self, Event, StatusReport};
use crate::observe::{self, ServerFailure};
use crate::process::context::{self, Local, Running};
use crate::process::inspect::status;
use crate::process::run::caught_sync;
use crate::process::spawn::ancestors;
use crate::process::{ExitReason, Pid};

/// What the server did last, for its failure report.
#[derive(Clone, Copy)]
pub(super) struct Last {
    pub(super) name: &'static str,
    /// [`Pid::NOBODY`] if it was no call: an `Option` would be larger.
    pub(super) from: Pid,
}

impl Last {
    pub(super) fn other(name: &'static str) -> Self {
        Self { name, from: Pid::NOBODY }
    }
}

/// Reports that the server failed.
pub(super) fn failure<S: GenServer>(state: &S, reason: &ExitReason, last: Last) {
    let (shown, why) = shown_state(state, reason);
    context::with_local(|local: &Local<Envelope<S::Request>>| {
        observe::server_failure(&ServerFailure {
            title: title::<S>(),
            pid: &local.core().pid,
            name: &local.core().display(),
            last_message: last.name,
            from: (last.from != Pid::NOBODY).then(|| last.from.to_string()),
            state: shown.as_deref(),
            reason: &why,
        });
        local.own.borrow_mut().rare().reported = true;
    });
}

/// What reports call it: as Erlang's do, or by the name of its behaviour.
fn title<S: GenServer>() -> &'static str {
    if S::BEHAVIOUR == "gen_server" { "generic server" } else { S::BEHAVIOUR }
}

/// The state and the reason as a report shows them. A formatter that panics is noted instead.
fn shown_state<S: GenServer>(state: &S, reason: &ExitReason) -> (Option<String>, String) {
    let shown = caught_sync(|| state.format_state()).unwrap_or_else(|_| Some("(formatting it panicked)".into()));
    (shown, reason.to_string())
}

/// What `sys::get_status` answers. `parent` may be [`Pid::NOBODY`].
pub(super) fn of<S: GenServer>(state: &S, parent: Pid) -> StatusReport {
    let (debug, logged_events) = sys::summary();
    let shown = shown_state(state, &ExitReason::Normal).0;
    context::with_local(|local: &Local<Envelope<S::Request>>| {
        let core = local.core();
        StatusReport {
            header: format!("Status for {} {}", title::<S>(), core.display()),
            pid: core.pid,
            behaviour: core.kind.behaviour,
            initial_call: (core.kind.initial_call)(),
            ancestors: ancestors(core.parents()),
            status: status(core),
            parent: (parent != Pid::NOBODY).then_some(parent),
            debug,
            logged_events,
            state: shown.unwrap_or_else(|| format!("#{}", std::any::type_name::<S>())),
        }
    })
}

/// Shows the state to whoever traces.
#[cold]
pub(super) fn show_state<S: GenServer>(state: &S) {
    if sys::wants_events()
        && let (Some(state), _) = shown_state(state, &ExitReason::Normal)
    {
        record(Event::State { state });
    }
}

/// Has `sys` note an event.
#[cold]
pub(super) fn record(event: Event) {
    let name = context::with(|running| running.map(|running| running.core().display()));
    sys::record(&name.unwrap_or_default(), event);
}
