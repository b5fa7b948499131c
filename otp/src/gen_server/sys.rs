//! Looking into a server while it runs: state, status, statistics, traces; suspending it. Follows Erlang's `sys`.
//!
//! Every request waits 5 seconds for its answer, unless [`Request::timeout`] says otherwise, and fails with a
//! [`CallError`]. They are answered in the order of the mailbox, also by a server that is suspended, and do not count as
//! messages: an idle timeout goes on.
//!
//! ```
//! use otp::prelude::*;
//! use otp::sys;
//!
//! #[gen_server]
//! #[derive(Clone, Debug)]
//! struct Counter { n: u64 }
//!
//! #[gen_server]
//! impl Counter {
//!     #[init]
//!     fn init() -> Self { Self { n: 0 } }
//!     #[call]
//!     fn next(&mut self) -> u64 { self.n += 1; self.n }
//! }
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let counter = Counter::start_link(()).await?;
//! sys::statistics(&counter, sys::Switch::On).await?;
//! counter.next().await?;
//! let counted = sys::statistics(&counter, sys::Switch::Get).await?.expect("switched on");
//! assert_eq!((counted.messages_in, counted.messages_out), (1, 1));
//! assert_eq!(sys::get_state(&counter).await?.n, 1);
//! assert_eq!(sys::replace_state(&counter, |c| c.n = 41).await?.n, 41);
//! assert!(sys::get_status(&counter).await?.to_string().contains("State: Counter { n: 41 }"));
//! # Ok(())
//! # }
//! ```

use super::{GenServer, ServerRef};
use crate::generic::call::Make;
use crate::generic::sys::{Counted, Debug, Hook, System};
use crate::generic::{Call, CallError, ReplyTo};
use crate::process::context;
use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

pub use crate::generic::sys::{Event, Statistics, StatusReport};
pub use crate::process::Status;

type Maker<T> = Box<dyn FnOnce(ReplyTo<T>) -> System + Send>;

/// A system request: await it.
#[must_use = "a request is sent when it is awaited"]
pub struct Request<'a, S: GenServer, T>(Call<'a, S::Request, Maker<T>, T>);

impl<S: GenServer, T> std::fmt::Debug for Request<'_, S, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a, S: GenServer, T: Send + 'static> Request<'a, S, T> {
    fn new(
        server: &'a ServerRef<S>,
        name: &'static str,
        make: impl FnOnce(ReplyTo<T>) -> System + Send + 'static,
    ) -> Self {
        let make: Maker<T> = Box::new(make);
        Self(Call::new(&server.address, name, make, Make::System(|make, from| make(from))))
    }

    fn debug(
        server: &'a ServerRef<S>,
        name: &'static str,
        change: impl FnOnce(&mut Debug) -> T + Send + 'static,
    ) -> Self {
        Self::new(server, name, |from| System::Debug(Box::new(move |debug| from.reply_unseen(change(debug)))))
    }

    /// Waits for at most this long. Default: 5 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// Waits until the answer comes or the server ends.
    #[doc(alias = ":infinity")]
    pub fn infinity(self) -> Self {
        Self(self.0.infinity())
    }
}

impl<S: GenServer, T: Send> Future for Request<'_, S, T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

/// Looks at the state through a function, which runs in the server.
pub fn inspect_state<'a, S: GenServer, T: Send + 'static>(
    server: &'a ServerRef<S>,
    look: impl FnOnce(&mut S) -> T + Send + 'static,
) -> Request<'a, S, T> {
    Request::new(server, "sys:get_state", |from| {
        System::State(Box::new(move |state: &mut dyn Any| {
            let state = state.downcast_mut::<S>().expect("a handle addresses servers of its own type");
            from.reply_unseen(look(state));
        }))
    })
}

/// A clone of the state. No callback runs.
///
/// Follows `:sys.get_state/2`.
pub fn get_state<S: GenServer + Clone>(server: &ServerRef<S>) -> Request<'_, S, S> {
    inspect_state(server, |state| state.clone())
}

/// Changes the state, and answers a clone of the new one. If the function panics the state may be half changed, the
/// server lives on, and the request fails with `ReplyDropped`.
///
/// Follows `:sys.replace_state/3`.
pub fn replace_state<S: GenServer + Clone>(
    server: &ServerRef<S>,
    change: impl FnOnce(&mut S) + Send + 'static,
) -> Request<'_, S, S> {
    inspect_state(server, |state| {
        change(state);
        state.clone()
    })
}

/// What the server says of itself; prints with the names of Erlang's output.
///
/// Follows `:sys.get_status/2`.
pub fn get_status<S: GenServer>(server: &ServerRef<S>) -> Request<'_, S, StatusReport> {
    Request::new(server, "sys:get_status", System::Status)
}

/// Stops handling messages, until [`resume`]. Calls wait (and time out), casts and messages too; system requests are
/// answered. Suspending twice is suspending once.
///
/// Follows `:sys.suspend/2`.
pub fn suspend<S: GenServer>(server: &ServerRef<S>) -> Request<'_, S, ()> {
    let by = context::try_self_pid();
    Request::new(server, "sys:suspend", move |done| System::Suspend { by, done })
}

/// Goes on after [`suspend`]: what came meanwhile is handled, in order. Resuming a server that runs is no error.
///
/// Follows `:sys.resume/2`.
pub fn resume<S: GenServer>(server: &ServerRef<S>) -> Request<'_, S, ()> {
    Request::new(server, "sys:resume", System::Resume)
}

/// On, off, or just the current value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switch {
    /// Begin; what was counted before is forgotten.
    On,
    /// End.
    Off,
    /// Change nothing.
    Get,
}

/// Switches statistics on or off, or reads them. The answer is what has been counted since they were switched on;
/// `None` when they are not on.
///
/// Follows `:sys.statistics/3`, without the count of reductions.
pub fn statistics<S: GenServer>(server: &ServerRef<S>, switch: Switch) -> Request<'_, S, Option<Statistics>> {
    Request::debug(server, "sys:statistics", move |debug| {
        match switch {
            Switch::On => {
                debug.statistics = Some(Counted { start: SystemTime::now(), messages_in: 0, messages_out: 0 });
            }
            Switch::Off => debug.statistics = None,
            Switch::Get => {}
        }
        debug.statistics.map(|counted| Statistics {
            start_time: counted.start,
            current_time: SystemTime::now(),
            messages_in: counted.messages_in,
            messages_out: counted.messages_out,
        })
    })
}

/// Reports what the server does, as events of the target `otp::sys`.
///
/// Follows `:sys.trace/3`.
pub fn trace<S: GenServer>(server: &ServerRef<S>, on: bool) -> Request<'_, S, ()> {
    Request::debug(server, "sys:trace", move |debug| debug.trace = on)
}

/// Keeps the last `n` events; `None` ends it and forgets them. Elixir keeps 10 when nothing is said.
///
/// Follows `:sys.log/3`.
pub fn log<S: GenServer>(server: &ServerRef<S>, keep: Option<usize>) -> Request<'_, S, ()> {
    Request::debug(server, "sys:log", move |debug| {
        let mut events = debug.log.take().map(|(_, events)| events).unwrap_or_else(VecDeque::new);
        debug.log = keep.filter(|n| *n > 0).map(|n| {
            events.drain(..events.len().saturating_sub(n));
            (n, events)
        });
    })
}

/// The events that were kept, oldest first.
///
/// Follows `:sys.log(server, :get)`.
#[doc(alias = "log/2")]
pub fn get_log<S: GenServer>(server: &ServerRef<S>) -> Request<'_, S, Vec<Event>> {
    Request::debug(server, "sys:log", |debug| {
        debug.log.as_ref().map(|(_, events)| events.iter().cloned().collect()).unwrap_or_default()
    })
}

/// Installs a debug function: it sees each event, in the server. Installing an id that is there changes nothing. A
/// function that panics is removed.
///
/// Follows `:sys.install/3`.
pub fn install<S: GenServer>(
    server: &ServerRef<S>,
    id: impl Into<String>,
    f: impl FnMut(&Event) + Send + 'static,
) -> Request<'_, S, ()> {
    let id = id.into();
    Request::debug(server, "sys:install", move |debug| {
        if !debug.hooks.iter().any(|hook| hook.id == id) {
            debug.hooks.push(Hook { id, f: Box::new(f) });
        }
    })
}

/// Removes a debug function. An id that is not there is no error.
///
/// Follows `:sys.remove/3`.
pub fn remove<S: GenServer>(server: &ServerRef<S>, id: impl Into<String>) -> Request<'_, S, ()> {
    let id = id.into();
    Request::debug(server, "sys:remove", move |debug| debug.hooks.retain(|hook| hook.id != id))
}

/// Switches everything off: statistics, trace, log, debug functions.
///
/// Follows `:sys.no_debug/2`.
pub fn no_debug<S: GenServer>(server: &ServerRef<S>) -> Request<'_, S, ()> {
    Request::debug(server, "sys:no_debug", |debug| *debug = Debug::default())
}
