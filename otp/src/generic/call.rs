//! A call under way.

use super::address::{Address, Unreachable};
use super::envelope::{Envelope, Server};
use super::error::{CallError, CallFailure};
use super::reply::ReplyTo;
use super::sys::System;
use crate::process::context::{self, Caller, Running};
use crate::process::cycle;
use crate::process::mailbox::{Item, has_room};
use crate::process::timeout::Deadline;
use crate::sync::reply::{Closed, Pending};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The time a call waits for its answer when nothing else is said.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// A call: a future of the answer.
///
/// The request is sent when the call is **first polled**; a call that is dropped before sends nothing. Dropping it later
/// gives up the answer only: the request is handled all the same. It waits for 5 seconds, unless [`Call::timeout`] or
/// [`Call::infinity`] say otherwise. It may be awaited in any task; in a process it needs no allocation.
///
/// # In place
/// A call of a server that is idle needs no task switch: the calling process takes the server over, polls its handler
/// once, as the server, and takes the answer. What the handler waits for after that, and whatever follows it (a continue
/// step, `terminate`), runs in the server's own task as ever. The order of messages, panics, exits, links, timeouts
/// and `sys` are the same either way. What one can tell:
///
/// - the handler's first stretch, up to where it waits, runs in the task of the caller and holds that, also when it has
///   replied early; a timeout cannot pass meanwhile, and an answer that is there wins over a time that has passed;
/// - a caller that comes while another one's short request runs in place waits for its turn without leaving its thread,
///   little more than a tenth of a millisecond at most;
/// - in that stretch the handler sees its caller's task-locals, `tokio::task::id`, coop budget and current `tracing` span;
/// - a call is no point at which other tasks are sure to run: after some milliseconds, or two thousand calls, it is.
///
/// A server is left alone by `#[gen_server(inline = false)]`, all of them by the environment variable `OTP_INLINE=off`.
/// Callers that are no process, and those of another tokio runtime, always go through the mailbox.
///
/// It borrows the handle; [`Call::owned`] gives one that does not, to be spawned or kept.
///
/// Follows Elixir's `GenServer.call/3`; kept and polled later it is `:gen_server.send_request/2`.
#[doc(alias = "GenServer.call")]
#[doc(alias = "send_request")]
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'a, R: 'static, A, T> {
    to: To<'a, R>,
    request: &'static str,
    timeout: Option<Duration>,
    /// Taken when it is sent. No enum of states: its parts are written where they stay, and nothing is moved.
    unsent: Option<(A, Make<R, A, T>)>,
    /// `Some` while the answer is waited for.
    pending: Option<Pending<T>>,
    /// Who was called, when the address is not the process itself.
    resolved: Option<Arc<Server<R>>>,
    deadline: Deadline,
    /// Whom the caller waits for.
    note: cycle::Note,
}

enum To<'a, R: 'static> {
    Borrowed(&'a Address<R>),
    Owned(Box<Address<R>>),
}

/// Makes what is sent from the arguments: for a request this is the constructor of its variant, so that a call needs no
/// closure, no box and no type of its own.
pub(crate) enum Make<R, A, T> {
    Request(fn(A, ReplyTo<T>) -> R),
    System(fn(A, ReplyTo<T>) -> System),
}

// Nothing in a call is pinned: its parts are moved out when it is polled.
impl<R: 'static, A, T> Unpin for Call<'_, R, A, T> {}

impl<R: 'static, A, T> std::fmt::Debug for Call<'_, R, A, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl<'a, R: Send + 'static, A, T: Send> Call<'a, R, A, T> {
    #[inline]
    pub(crate) fn new(to: &'a Address<R>, request: &'static str, args: A, make: Make<R, A, T>) -> Self {
        Self {
            to: To::Borrowed(to),
            request,
            timeout: Some(DEFAULT_TIMEOUT),
            unsent: Some((args, make)),
            pending: None,
            resolved: None,
            deadline: Deadline::default(),
            note: cycle::Note::default(),
        }
    }

    /// Waits for at most this long, from the first poll on. With a time of zero the request is sent, and the call fails
    /// unless the answer is there at once. Default: 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Waits until the answer comes or the server ends.
    #[doc(alias = ":infinity")]
    pub fn infinity(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// The same call without the borrow: it can be spawned, or outlive the handle.
    pub fn owned(self) -> Call<'static, R, A, T> {
        // The parts are taken out of `self`, which has no destructor of its own.
        let to = match self.to {
            To::Borrowed(address) => Box::new(address.clone()),
            To::Owned(address) => address,
        };
        let Self { request, timeout, unsent, pending, resolved, deadline, note, .. } = self;
        Call { to: To::Owned(to), request, timeout, unsent, pending, resolved, deadline, note }
    }

    fn address(&self) -> &Address<R> {
        match &self.to {
            To::Borrowed(address) => address,
            To::Owned(address) => address,
        }
    }

    #[cold]
    fn failed(&self, failure: CallFailure) -> Poll<Result<T, CallError>> {
        Poll::Ready(Err(CallError::new(failure, self.address().to_string(), self.request, self.timeout)))
    }

    /// Sends the request.
    #[inline]
    fn send(&mut self, args: A, make: Make<R, A, T>, cx: &mut Context<'_>) -> Result<Sent<T>, CallFailure> {
        let address = match &self.to {
            To::Borrowed(address) => *address,
            To::Owned(address) => address,
        };
        let server = match address {
            Address::Process(server) => server,
            other => self.resolved.insert(resolve(other)?),
        };
        context::with(|running| {
            let caller = running.map(Running::caller);
            admit(caller.as_ref(), server, matches!(make, Make::System(_)), &mut self.note)?;
            let slot = caller.as_ref().and_then(Caller::slot).unwrap_or_else(|| context::new_slot(running));
            let make = |from| match make {
                Make::Request(make) => Envelope::Request(make(args, from)),
                Make::System(make) => Envelope::System(Box::new(make(args, from))),
            };
            let (answerer, pending) = slot.begin_here();
            let mut message = Cell::new(Some(make(ReplyTo::new(answerer))));
            if let Some(caller) = &caller {
                server.visit(caller.runtime, &message);
            }
            // Before somebody else sees what is sent: from then on the answer wakes this caller.
            let settled = pending.settle();
            if message.get_mut().is_some()
                && let Some(message) = message.take()
            {
                server.push(Item::Message(message));
            }
            let pending = match settled {
                Err(pending) => self.pending.insert(pending),
                Ok((answer, slot)) => {
                    self.note = cycle::Note::default();
                    if let Some(caller) = caller {
                        caller.give_back(slot);
                    }
                    return Ok(Sent::Answered(answer));
                }
            };
            // Its own waker is woken by the answer, whenever that comes: no need to look now.
            let is_set = caller.is_some_and(|caller| {
                !pending.is_foreign(cx)
                    && self
                        .timeout
                        .is_none_or(|timeout| self.deadline.begin(timeout, &mut caller.own.borrow_mut().timer, cx))
            });
            Ok(if is_set { Sent::Waits } else { Sent::Look })
        })
    }

    #[inline]
    fn answered(&self, answer: Result<T, Closed>) -> Poll<Result<T, CallError>> {
        match answer {
            Ok(value) => Poll::Ready(Ok(value)),
            Err(Closed) => self.closed(),
        }
    }

    /// The call was closed without an answer.
    #[cold]
    fn closed(&self) -> Poll<Result<T, CallError>> {
        let reason = match (&self.resolved, self.address()) {
            (Some(server), _) | (None, Address::Process(server)) => server.core.reason.get().cloned(),
            _ => None,
        };
        self.failed(reason.map_or(CallFailure::ReplyDropped, CallFailure::Exit))
    }
}

/// What became of a request that was sent.
enum Sent<T> {
    /// It was answered at once.
    Answered(Result<T, Closed>),
    /// Everything is set for this poll: it waits under its process's own waker and timer.
    Waits,
    /// It waits, or has its answer.
    Look,
}

#[cold]
fn resolve<R: Send + 'static>(address: &Address<R>) -> Result<Arc<Server<R>>, CallFailure> {
    match address.resolve() {
        Ok(server) => Ok(server.into_owned()),
        Err(Unreachable::NoProc) => Err(CallFailure::NoProc),
        Err(Unreachable::OtherServer) => Err(CallFailure::OtherServer),
    }
}

/// Looks whether the call may be made.
#[inline]
fn admit<R: Send + 'static>(
    caller: Option<&Caller<'_>>,
    server: &Server<R>,
    system: bool,
    note: &mut cycle::Note,
) -> Result<(), CallFailure> {
    if server.core.wake.is_closed() {
        return Err(CallFailure::NoProc);
    }
    let me = caller.map(|caller| caller.core);
    if me.is_some_and(|me| me.pid == server.core.pid) {
        return Err(CallFailure::CallingSelf);
    }
    check_room(server, system)?;
    if let (true, Some(me)) = (cycle::ENABLED, me) {
        *note = cycle::begin(me, server.core.pid).map_err(CallFailure::Cycle)?;
    }
    Ok(())
}

#[inline]
fn check_room<R: Send + 'static>(server: &Server<R>, system: bool) -> Result<(), CallFailure> {
    // A system request always gets through: that is how one looks at a server that is overloaded.
    if !system && server.core.flags.is_bounded() && !has_room(server) {
        return Err(CallFailure::Overloaded);
    }
    Ok(())
}

// Not `T: 'static`: with it, rustc cannot see that a future that joins calls with `&'static` answers is `Send`.
impl<R: Send + 'static, A, T: Send> Future for Call<'_, R, A, T> {
    type Output = Result<T, CallError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some((args, make)) = this.unsent.take() {
            match this.send(args, make, cx) {
                Ok(Sent::Answered(answer)) => return this.answered(answer),
                Ok(Sent::Waits) => return Poll::Pending,
                Ok(Sent::Look) => {}
                Err(failure) => return this.failed(failure),
            }
        }
        let pending = this.pending.as_mut().expect("a call was polled after it was done");
        let (answer, slot) = match pending.poll(cx) {
            Poll::Ready((answer, slot)) => (Some(answer), slot),
            Poll::Pending => {
                let Some(timeout) = this.timeout else { return Poll::Pending };
                let foreign = pending.is_foreign(cx);
                ready!(this.deadline.poll(timeout, foreign, cx));
                // An answer that is there wins over a time that has passed.
                pending.cancel()
            }
        };
        this.pending = None;
        this.note = cycle::Note::default();
        context::give_back(slot);
        match answer {
            Some(answer) => this.answered(answer),
            None => this.failed(CallFailure::Timeout),
        }
    }
}
