//! Reports: what the runtime has to say to operators. The only file that knows whether `tracing` is there.
//!
//! Every report is one event with structured fields, under a target of its own:
//!
//! | Target | Level | Says |
//! |---|---|---|
//! | `otp::crash` | error, debug | a process ended because of its own code, and not in order; debug if it has said so itself, as servers do |
//! | `otp::gen_server` | error, warn | a server failed, with its last message and state; a message nobody handles |
//! | `otp::supervisor` | error, debug | a child ended, could not be started or shut down, was started; too many restarts |
//! | `otp::process` | error, warn | a destructor panicked; a mailbox is at its bound |
//! | `otp::gen_stage` | error, warn, info | events nobody asked for, events dropped, an end because a producer ended |
//! | `otp::application` | error, info | an application was started, could not be, was stopped, ended or stops with all others |
//! | `otp::sys` | info | what a traced server does |
//!
//! Whoever reports passes plain values: this file knows no process.

use std::fmt::{Debug, Display};

macro_rules! report {
    ($level:ident, $($rest:tt)*) => {{
        #[cfg(feature = "tracing")]
        tracing::$level!($($rest)*);
    }};
}

/// A process ended because of its own code, and not in order.
#[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "read by tracing only"))]
pub(crate) struct Crash<'a> {
    pub(crate) pid: &'a dyn Display,
    pub(crate) name: &'a str,
    pub(crate) label: Option<&'a str>,
    pub(crate) behaviour: &'a str,
    pub(crate) initial_call: &'a str,
    pub(crate) ancestors: &'a dyn Debug,
    /// On whose behalf it ran, if it was a task.
    pub(crate) callers: Option<&'a dyn Debug>,
    pub(crate) reason: &'a dyn Display,
    /// Whether its own report came before this one: a server's says all of it and more.
    pub(crate) reported: bool,
}

/// See [`Crash`].
pub(crate) fn crash(crash: &Crash<'_>) {
    let _ = crash;
    #[cfg(feature = "tracing")]
    {
        macro_rules! crashed {
            ($level:ident) => {
                tracing::$level!(
                    target: "otp::crash",
                    pid = %crash.pid,
                    name = crash.name,
                    label = crash.label,
                    behaviour = crash.behaviour,
                    initial_call = crash.initial_call,
                    ancestors = ?crash.ancestors,
                    callers = crash.callers.map(tracing::field::debug),
                    reason = %crash.reason,
                    "process {} crashed",
                    crash.name
                )
            };
        }
        // One failure is one error, as it is in Elixir, which leaves this report out unless it is asked for it.
        if crash.reported {
            crashed!(debug);
        } else {
            crashed!(error);
        }
    }
}

/// A destructor of a process's state panicked.
pub(crate) fn panic_in_drop(pid: &dyn Display) {
    let _ = pid;
    report!(error, target: "otp::process", %pid, "a destructor panicked while process {pid} ended");
}

/// A message found a mailbox full.
pub(crate) fn mailbox_overflow(name: &str, max: usize, overflow: &dyn Debug) {
    let _ = (name, max, overflow);
    report!(
        warn,
        target: "otp::process",
        name,
        max,
        ?overflow,
        "the mailbox of {name} is at its bound of {max} messages"
    );
}

/// A server with tracing on did something.
pub(crate) fn trace_event(name: &str, event: &dyn Display) {
    let _ = (name, event);
    report!(info, target: "otp::sys", name, %event, "{name} {event}");
}

/// A server ended because of its own code, and not in order.
#[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "read by tracing only"))]
pub(crate) struct ServerFailure<'a> {
    /// What it is called: a generic server, say.
    pub(crate) title: &'a str,
    pub(crate) pid: &'a dyn Display,
    pub(crate) name: &'a str,
    pub(crate) last_message: &'a str,
    pub(crate) from: Option<String>,
    pub(crate) state: Option<&'a str>,
    pub(crate) reason: &'a str,
}

/// See [`ServerFailure`].
pub(crate) fn server_failure(failure: &ServerFailure<'_>) {
    let _ = failure;
    report!(
        error,
        target: "otp::gen_server",
        pid = %failure.pid,
        name = failure.name,
        last_message = failure.last_message,
        from = failure.from.as_deref(),
        state = failure.state,
        reason = failure.reason,
        "{} {} terminating",
        failure.title,
        failure.name
    );
}

/// A message that a server does not handle.
pub(crate) fn unexpected(name: &str, message: &str) {
    let _ = (name, message);
    report!(warn, target: "otp::gen_server", name, got = message, "{name} got {message}, and dropped it");
}

/// What a supervisor has to say of a child.
#[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "read by tracing only"))]
pub(crate) struct ChildReport<'a> {
    pub(crate) supervisor: &'a str,
    /// `started`, `start_error`, `child_terminated`, `shutdown_error`, or `shutdown` when it gives up.
    pub(crate) context: &'static str,
    pub(crate) child: &'a str,
    pub(crate) pid: Option<&'a dyn Display>,
    pub(crate) kind: &'a dyn Display,
    pub(crate) restart: &'a dyn Debug,
    pub(crate) reason: &'a dyn Display,
}

/// See [`ChildReport`].
pub(crate) fn child(report: &ChildReport<'_>) {
    let _ = report;
    #[cfg(feature = "tracing")]
    {
        let ChildReport { supervisor, context, child, pid, kind, restart, reason } = report;
        // Shown to whoever listens: nobody, mostly.
        let pid = pid.map(tracing::field::display);
        if *context == "started" {
            tracing::debug!(
                target: "otp::supervisor", supervisor, context, child, pid, %kind, ?restart, "started {child}"
            );
        } else {
            tracing::error!(
                target: "otp::supervisor",
                supervisor,
                context,
                child,
                pid,
                %kind,
                ?restart,
                %reason,
                "supervisor {supervisor}: {context} of child {child}"
            );
        }
    }
}

/// A consumer was sent more events than it had asked for.
pub(crate) fn excess_events(name: &str, excess: usize, producer: &dyn Display) {
    let _ = (name, excess, producer);
    report!(
        error,
        target: "otp::gen_stage",
        name,
        excess,
        %producer,
        "{name} was sent {excess} events by {producer} that it had not asked for"
    );
}

/// A buffer was full.
pub(crate) fn buffer_overflow(name: &str, dropped: usize) {
    let _ = (name, dropped);
    report!(warn, target: "otp::gen_stage", name, dropped, "{name} dropped {dropped} events: its buffer is full");
}

/// A consumer asks for more than the others do.
pub(crate) fn demand_mismatch(max: usize, demand: usize, subscription: &dyn Display) {
    let _ = (max, demand, subscription);
    report!(
        warn,
        target: "otp::gen_stage",
        max,
        demand,
        %subscription,
        "a consumer asks for {demand} events where {max} is the maximum: it will be served before the others"
    );
}

/// A process subscribes to a broadcast a second time.
pub(crate) fn already_subscribed(consumer: &dyn Display) {
    let _ = consumer;
    report!(error, target: "otp::gen_stage", %consumer, "{consumer} is subscribed to this broadcast already");
}

/// A producer was not found.
pub(crate) fn no_producer(name: &str, producer: &str) {
    let _ = (name, producer);
    report!(error, target: "otp::gen_stage", name, producer, "{name} found no producer at {producer}");
}

/// A subscription was to begin with a tag that is in use.
pub(crate) fn duplicated_subscription(name: &str, subscription: &dyn Display) {
    let _ = (name, subscription);
    report!(error, target: "otp::gen_stage", name, %subscription, "{name} has a subscription {subscription} already");
}

/// A consumer ends because a subscription has ended.
pub(crate) fn consumer_exits(name: &str, producer: &dyn Display, reason: &dyn Display) {
    let _ = (name, producer, reason);
    report!(
        info,
        target: "otp::gen_stage",
        name,
        %producer,
        %reason,
        "{name} exits: its subscription to {producer} ended with {reason}"
    );
}

#[cfg(feature = "application")]
pub(crate) use application::*;

/// What applications have to say.
#[cfg(feature = "application")]
mod application {
    use std::fmt::Display;

    /// Its tree is up.
    pub(crate) fn application_started(application: &str, mode: &dyn Display) {
        let _ = (application, mode);
        report!(info, target: "otp::application", application, %mode, "application {application} is started");
    }

    /// Its tree did not come up.
    pub(crate) fn application_not_started(application: &str, reason: &dyn Display) {
        let _ = (application, reason);
        report!(error, target: "otp::application", application, %reason, "application {application} was not started");
    }

    /// It was asked to stop, and all of it is gone.
    pub(crate) fn application_stopped(application: &str) {
        let _ = application;
        report!(info, target: "otp::application", application, "application {application} is stopped");
    }

    /// Its tree ended by itself.
    pub(crate) fn application_exited(application: &str, mode: &dyn Display, reason: &dyn Display, ends_all: bool) {
        let _ = (application, mode, reason, ends_all);
        let then = if ends_all { "all others are stopped" } else { "others go on" };
        let _ = then;
        report!(
            error,
            target: "otp::application",
            application,
            %mode,
            %reason,
            ends_all,
            "application {application} ({mode}) exited: {reason}; {then}"
        );
    }

    /// A callback panicked whose failure stops nothing.
    pub(crate) fn application_callback(application: &str, callback: &str, reason: &dyn Display) {
        let _ = (application, callback, reason);
        report!(
            error,
            target: "otp::application",
            application,
            callback,
            %reason,
            "`{callback}` of application {application} failed, and the application stops all the same"
        );
    }

    /// A signal asks the program to end, or an operator to end or to start again.
    pub(crate) fn stopping(asked: &str) {
        let _ = asked;
        report!(info, target: "otp::application", asked, "{asked}: stopping all applications");
    }

    /// The program ends because of this.
    pub(crate) fn system_failed(reason: &dyn Display) {
        let _ = reason;
        report!(error, target: "otp::application", %reason, "the system ends: {reason}");
    }
}
