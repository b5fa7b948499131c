//! System requests: what every server understands, whatever it is. Follows Erlang's `sys`.

use super::reply::ReplyTo;
use crate::process::context;
use crate::process::{ExitReason, Info, Pid, Status, table};
use crate::sync::reply::Tag;
use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

/// A look at the state of a server.
type Look = Box<dyn FnOnce(&mut dyn Any) + Send>;

/// A system request in the mailbox of a server.
pub(crate) enum System {
    Stop(ExitReason),
    Suspend {
        by: Option<Pid>,
        done: ReplyTo<()>,
    },
    Resume(ReplyTo<()>),
    Status(ReplyTo<StatusReport>),
    /// Looks at the state, or changes it. The state is what the function expects: it was made for this server type.
    State(Look),
    Debug(Box<dyn FnOnce(&mut Debug) + Send>),
}

/// Asks a server of which nothing is known but its pid; `None` if it has ended, is no server, or is not there in time.
///
/// The request travels as a message of any type does: every server looks whether it is one. A process that is no server
/// would keep it in its mailbox, so it is not sent there.
#[cfg_attr(not(feature = "release"), expect(dead_code, reason = "the console asks"))]
pub(crate) async fn ask<T: Send + 'static>(pid: Pid, make: impl FnOnce(ReplyTo<T>) -> System) -> Option<T> {
    let process = table::get(pid).filter(|process| process.core().kind.is_server())?;
    let (answerer, mut pending) = context::reply_slot(None).begin();
    process.push_info(Info::new(make(ReplyTo::new(answerer))));
    let answer = std::future::poll_fn(move |cx| pending.poll(cx));
    tokio::time::timeout(Duration::from_secs(5), answer).await.ok()?.0.ok()
}

/// How many servers have debugging on: as long as there is none, a reply does not look.
static DEBUGGED: AtomicUsize = AtomicUsize::new(0);

/// The debug settings of one server.
#[derive(Default)]
pub(crate) struct Debug {
    pub(crate) statistics: Option<Counted>,
    pub(crate) trace: bool,
    /// How many events are kept, and those.
    pub(crate) log: Option<(usize, VecDeque<Event>)>,
    pub(crate) hooks: Vec<Hook>,
    /// While anything is on. Goes with the settings, also when the server ends.
    counted: Option<Debugged>,
}

/// One of `DEBUGGED`.
struct Debugged;

impl Debugged {
    fn new() -> Self {
        DEBUGGED.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Debugged {
    fn drop(&mut self) {
        DEBUGGED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A debug function with its id.
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) f: Box<dyn FnMut(&Event) + Send>,
}

/// What statistics count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) start: SystemTime,
    pub(crate) messages_in: u64,
    pub(crate) messages_out: u64,
}

/// Counts of a server since they were switched on. Prints as Erlang's list of pairs.
///
/// Erlang's `reductions` have no counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// When they were switched on.
    pub start_time: SystemTime,
    /// When they were asked for.
    pub current_time: SystemTime,
    /// Messages handled since: calls, casts, info messages.
    pub messages_in: u64,
    /// Replies sent since.
    pub messages_out: u64,
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |t: SystemTime| t.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        write!(
            f,
            "start_time: {}, current_time: {}, messages_in: {}, messages_out: {}",
            seconds(self.start_time),
            seconds(self.current_time),
            self.messages_in,
            self.messages_out
        )
    }
}

/// Something a server did, for traces, logs and debug functions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It got a call.
    Call {
        /// The handler.
        request: &'static str,
        /// Who called, if it is a process.
        from: Option<Pid>,
    },
    /// It got a cast.
    Cast {
        /// The handler.
        request: &'static str,
    },
    /// It got another message, or a notification.
    Info {
        /// What it was, as far as that is known.
        message: String,
    },
    /// Its idle timeout passed.
    Timeout,
    /// It goes on with a continue step.
    Continue,
    /// It sent a reply.
    Reply {
        /// Who called, if it is a process.
        to: Option<Pid>,
    },
    /// It handled something; this is its state now.
    State {
        /// The state as it prints itself.
        state: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = |pid: &Option<Pid>| pid.map_or_else(|| "a task".to_string(), |pid| pid.to_string());
        match self {
            Self::Call { request, from } => write!(f, "got call {request} from {}", who(from)),
            Self::Cast { request } => write!(f, "got cast {request}"),
            Self::Info { message } => write!(f, "got {message}"),
            Self::Timeout => f.write_str("got timeout"),
            Self::Continue => f.write_str("continues"),
            Self::Reply { to } => write!(f, "sent reply to {}", who(to)),
            Self::State { state } => write!(f, "new state {state}"),
        }
    }
}

/// What a server says of itself. Prints with the names of Erlang's output.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatusReport {
    /// `Status for generic server NAME`; `gen_stage` instead of `generic server` for a stage.
    pub header: String,
    /// The process.
    pub pid: Pid,
    /// What kind of server: `gen_server`, `supervisor` ..
    pub behaviour: &'static str,
    /// The type of the server.
    pub initial_call: &'static str,
    /// Those that started it, nearest first.
    pub ancestors: Vec<Pid>,
    /// Running or suspended.
    pub status: Status,
    /// Who started it with a link.
    pub parent: Option<Pid>,
    /// What debugging is on: `statistics`, `trace`, `log`, ids of debug functions.
    pub debug: Vec<String>,
    /// The events kept, oldest first.
    pub logged_events: Vec<Event>,
    /// The state, as the server formats it.
    pub state: String,
}

impl fmt::Display for StatusReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = self.parent.map_or_else(|| "none".to_string(), |pid| pid.to_string());
        writeln!(f, "{}", self.header)?;
        writeln!(f, "  Pid: {} ({}, {})", self.pid, self.behaviour, self.initial_call)?;
        writeln!(f, "  Ancestors: {:?}", self.ancestors)?;
        writeln!(f, "  Status: {}", self.status)?;
        writeln!(f, "  Parent: {parent}")?;
        writeln!(f, "  Debug: {:?}", self.debug)?;
        let events: Vec<_> = self.logged_events.iter().map(ToString::to_string).collect();
        writeln!(f, "  Logged events: {events:?}")?;
        write!(f, "  State: {}", self.state)
    }
}

impl Debug {
    fn is_off(&self) -> bool {
        self.statistics.is_none() && !self.trace && self.log.is_none() && self.hooks.is_empty()
    }

    /// Whether somebody wants to see events, not only count them.
    pub(crate) fn wants_events(&self) -> bool {
        self.trace || self.log.is_some() || !self.hooks.is_empty()
    }

    /// What is on, by name.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (on, name) in
            [(self.statistics.is_some(), "statistics"), (self.trace, "trace"), (self.log.is_some(), "log")]
        {
            if on {
                names.push(name.to_string());
            }
        }
        names.extend(self.hooks.iter().map(|hook| hook.id.clone()));
        names
    }

    fn record(&mut self, name: &str, event: Event) {
        if let Some(counted) = &mut self.statistics {
            match event {
                Event::Call { .. } | Event::Cast { .. } | Event::Info { .. } => counted.messages_in += 1,
                Event::Reply { .. } => counted.messages_out += 1,
                _ => {}
            }
        }
        if !self.wants_events() {
            return;
        }
        if self.trace {
            crate::observe::trace_event(name, &event);
        }
        // A debug function that panics is removed; the server is not harmed.
        self.hooks.retain_mut(|hook| crate::process::run::caught_sync(|| (hook.f)(&event)).is_ok());
        if let Some((keep, events)) = &mut self.log {
            while events.len() >= *keep {
                events.pop_front();
            }
            events.push_back(event);
        }
    }
}

/// The debug settings of the current process are taken out while they are used: a debug function may do anything.
fn with_debug<R>(f: impl FnOnce(&mut Box<Debug>) -> R) -> Option<R> {
    context::with(|running| {
        let running = running?;
        let taken = running.own().try_borrow_mut().ok()?.rare.as_mut()?.debug.take()?;
        let mut debug = taken.downcast::<Debug>().ok()?;
        let result = f(&mut debug);
        if let Ok(mut own) = running.own().try_borrow_mut() {
            own.rare().debug = Some(debug);
        }
        Some(result)
    })
}

/// Changes the debug settings of the current server. Whether any are on afterwards.
pub(crate) fn change(f: impl FnOnce(&mut Debug)) -> bool {
    context::with(|running| {
        let Some(running) = running else { return false };
        let before = running.own().borrow_mut().rare().debug.take().and_then(|debug| debug.downcast::<Debug>().ok());
        let mut debug = before.unwrap_or_default();
        f(&mut debug);
        let on = !debug.is_off();
        if on && debug.counted.is_none() {
            debug.counted = Some(Debugged::new());
        }
        running.own().borrow_mut().rare().debug = on.then_some(debug as Box<dyn Any + Send>);
        on
    })
}

/// The current server did something. Called only while debugging is on.
#[cold]
pub(crate) fn record(name: &str, event: Event) {
    with_debug(|debug| debug.record(name, event));
}

/// Whether the current server's events are looked at, beyond being counted.
#[cold]
pub(crate) fn wants_events() -> bool {
    with_debug(|debug| debug.wants_events()).unwrap_or(false)
}

/// What is on, and the events kept, for a status report.
pub(crate) fn summary() -> (Vec<String>, Vec<Event>) {
    with_debug(|debug| {
        let events = debug.log.as_ref().map(|(_, events)| events.iter().cloned().collect()).unwrap_or_default();
        (debug.names(), events)
    })
    .unwrap_or_default()
}

/// Whether no server at all has debugging on.
#[inline]
pub(crate) fn nobody_debugs() -> bool {
    DEBUGGED.load(Ordering::Relaxed) == 0
}

/// A call was answered by the current process.
#[cold]
pub(crate) fn replied(to: Tag, wanted: bool) {
    if nobody_debugs() || !wanted {
        return;
    }
    let name = context::with(|running| running.map(|running| running.core().display()));
    record(&name.unwrap_or_default(), Event::Reply { to: Pid::from_tag(to) });
}
