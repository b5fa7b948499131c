//! Reports: what the runtime has to say to operators. The only file that knows whether `tracing` is there.
//!
//! Every report is one event with structured fields, under a target of its own: `otp::crash`, `otp::gen_server`,
//! `otp::supervisor`, `otp::process`, `otp::sys`.

use crate::process::core::Core;
use crate::process::spawn::ancestors;
use crate::process::{ExitReason, Overflow};

macro_rules! report {
    ($level:ident, $($rest:tt)*) => {{
        #[cfg(feature = "tracing")]
        tracing::$level!($($rest)*);
    }};
}

/// A process ended because of its own code, and not in order.
pub(crate) fn crash(core: &Core, reason: &ExitReason) {
    let name = core.display();
    let label = core.shared.lock().extra.as_ref().and_then(|e| e.label.clone());
    let ancestors = ancestors(core.parents.as_ref());
    let initial_call = (core.kind.initial_call)();
    report!(
        error,
        target: "otp::crash",
        pid = %core.pid,
        name,
        label,
        behaviour = core.kind.behaviour,
        initial_call,
        ?ancestors,
        %reason,
        "process {name} crashed: {reason}"
    );
    let _ = (name, label, ancestors, initial_call, reason);
}

/// A destructor of a process's state panicked.
pub(crate) fn panic_in_drop(core: &Core) {
    report!(error, target: "otp::process", pid = %core.pid, "a destructor panicked while process {} ended", core.pid);
    let _ = core;
}

/// A message found a mailbox full.
pub(crate) fn mailbox_overflow(name: &str, max: usize, overflow: Overflow) {
    report!(
        warn,
        target: "otp::process",
        name,
        max,
        ?overflow,
        "the mailbox of {name} is at its bound of {max} messages"
    );
    let _ = (name, max, overflow);
}

/// A server with tracing on did something.
pub(crate) fn trace_event(name: &str, event: &crate::generic::sys::Event) {
    report!(info, target: "otp::sys", name, "{name} {event}");
    let _ = (name, event);
}

/// A server ended because of its own code, and not in order.
pub(crate) struct ServerFailure<'a> {
    pub(crate) core: &'a Core,
    pub(crate) last: &'a str,
    pub(crate) from: Option<crate::process::Pid>,
    pub(crate) state: Option<&'a str>,
    pub(crate) reason: &'a str,
}

/// See [`ServerFailure`].
pub(crate) fn server_failure(failure: &ServerFailure<'_>) {
    let ServerFailure { core, last, from, state, reason } = failure;
    let name = core.display();
    report!(
        error,
        target: "otp::gen_server",
        pid = %core.pid,
        name,
        last_message = last,
        from = from.map(|pid| pid.to_string()),
        state,
        reason,
        "generic server {name} terminating: {reason}"
    );
    let _ = (name, last, from, state, reason);
}

/// A message that a server does not handle.
pub(crate) fn unexpected(name: &str, message: &str) {
    report!(warn, target: "otp::gen_server", name, message, "{name} got {message}, and dropped it");
    let _ = (name, message);
}

/// What a supervisor has to say of a child.
pub(crate) struct ChildReport<'a> {
    supervisor: &'a str,
    /// `started`, `start_error`, `child_terminated`, `shutdown_error`, or `shutdown` when it gives up.
    context: &'static str,
    child: &'a crate::child::ChildSpec,
    pid: Option<crate::process::Pid>,
    reason: &'a dyn std::fmt::Display,
}

impl<'a> ChildReport<'a> {
    pub(crate) fn new(
        supervisor: &'a str,
        context: &'static str,
        child: &'a crate::child::ChildSpec,
        pid: Option<crate::process::Pid>,
        reason: &'a dyn std::fmt::Display,
    ) -> Self {
        Self { supervisor, context, child, pid, reason }
    }
}

/// See [`ChildReport`].
pub(crate) fn child(report: &ChildReport<'_>) {
    let ChildReport { supervisor, context, child, pid, reason } = report;
    let (id, kind, restart) = (child.get_id(), child.get_kind(), child.get_restart());
    let pid = pid.map(|pid| pid.to_string());
    if *context == "started" {
        report!(debug, target: "otp::supervisor", supervisor, context, child = id, pid, %kind, ?restart, "started {id}");
    } else {
        report!(
            error,
            target: "otp::supervisor",
            supervisor,
            context,
            child = id,
            pid,
            %kind,
            ?restart,
            %reason,
            "supervisor {supervisor}: {context} of child {id}: {reason}"
        );
    }
    let _ = (supervisor, context, id, kind, restart, pid, reason);
}
