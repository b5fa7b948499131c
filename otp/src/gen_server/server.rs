//! The loop of a server.
//!
//! ```text
//! init -> acknowledge -> serve { receive -> handle -> next step } -> terminate -> report
//! ```
//!
//! The state is a local of [`run`], *outside* of the guarded future in which handlers run: a panic unwinds the handler,
//! and `terminate` still has the state. Each handler's answer is judged in one place, [`Served::judge`].

use super::answer::{Beginning, Step};
use super::report::{self, Last, record};
use super::{Described, GenServer, Init, Next};
use crate::generic::sys::{self, Event, System};
use crate::generic::{Envelope, ReplyTo};
use crate::process::context::{self, Local, Rest, Running};
use crate::process::cycle;
use crate::process::mailbox::{Item, Wait};
use crate::process::run::{caught, caught_at_home, caught_sync};
use crate::process::timeout::Deadline;
use crate::process::{ExitReason, Info, Pid, link, monitor, table};
use std::future::poll_fn;
use std::num::NonZeroU32;
use std::task::{Context, Poll};
use std::time::Duration;

/// The local of a server that takes requests of type `R`.
type Mine<R> = Local<Envelope<R>>;

/// The whole life of a server: the future of its process.
///
/// A block that captures, not an `async fn`: what is captured and used in place is stored once.
pub(crate) fn run<S: GenServer>(
    args: S::Args,
    parent: Option<Pid>,
    hibernate_after: Option<Duration>,
    inline: bool,
    started: ReplyTo<()>,
) -> impl Future<Output = ExitReason> + Send + 'static {
    let millis = |after: Duration| u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
    let mut server = Served {
        parent: parent.unwrap_or(Pid::NOBODY),
        hibernate_after: hibernate_after.map(|after| NonZeroU32::new(millis(after)).unwrap_or(NonZeroU32::MIN)),
        debugged: false,
        hibernated: false,
        inline,
        suspended: None,
        until: None,
        last: Last::other("init"),
    };
    async move {
        context::with_local(|local: &Mine<S::Request>| local.holds_orphans.set(true));
        let (mut state, first) = match caught(begin::<S>(args)).await.map(begun::<S>) {
            Ok(Ok(begun)) => begun,
            // Dropping `started` tells the starter, when the process is gone and its name free.
            Ok(Err(reason)) | Err(reason) => {
                spare_starter::<S::Request>(server.parent);
                return reason;
            }
        };
        started.reply(());
        let judged = server.judge(&state, first);
        let reason = match caught_at_home(server.serve(&mut state, judged)).await {
            Ok(reason) | Err(reason) => reason,
        };
        // It may panic before it has made its future.
        let failed = match caught_sync(|| state.terminate(&reason)) {
            Ok(terminating) => caught(terminating).await.err(),
            Err(panic) => Some(panic),
        };
        let reason = failed.unwrap_or(reason);
        if !reason.is_orderly() {
            report::failure(&state, &reason, server.last);
        }
        reason
    }
}

/// `init` itself, which may panic before it has made its future.
async fn begin<S: GenServer>(args: S::Args) -> Init<S, S::Continue> {
    S::init(args).await
}

/// `init` failed, which its starter learns as the answer of the start. The link must not end it as well; a starter that
/// traps exits gets the message.
fn spare_starter<R: Send + 'static>(parent: Pid) {
    if let Some(starter) = table::get(parent)
        && !starter.core().flags.traps_exits()
    {
        context::with_local(|local: &Mine<R>| link::disconnect(local.core(), starter.core().pid));
    }
}

/// What `init` answered: a state, or why there is none.
fn begun<S: GenServer>(Init(beginning): Init<S, S::Continue>) -> Result<(S, Step<S::Continue>), ExitReason> {
    match beginning {
        Beginning::Run(state, step) => Ok((state, step)),
        Beginning::Ignore => {
            context::with_local(|local: &Mine<S::Request>| local.core().flags.set_ignored());
            Err(ExitReason::Normal)
        }
        Beginning::Stop(reason) => Err(reason),
    }
}

/// What ends a server's wait beside a message.
#[derive(Default)]
struct Until {
    /// Until then, a message or else this.
    idle: Option<Idle>,
    /// Until then (`Served::hibernate_after`), a message or else hibernation.
    hibernate: Option<Deadline>,
}

struct Idle {
    after: Duration,
    deadline: Deadline,
    /// What is handled instead of running the timeout handler.
    message: Option<Info>,
}

/// What a server has attended to, as far as that needs no waiting.
enum Attended<R, C> {
    /// A request was handled: its answer.
    Answer(Step<C>),
    /// A request whose handler may wait.
    Request(R),
    /// A message that a handler takes.
    Info(Info),
    /// The idle time has passed.
    Timeout,
    /// It is to stop.
    Stop(ExitReason),
}

/// Why a wait is over.
enum Woken {
    /// There may be something in the mailbox.
    Message,
    /// The time of `Until::idle` has passed.
    Idle,
    /// The time of `Until::hibernate` has passed.
    Hibernate,
}

/// What follows an answer.
enum Judged<C> {
    Wait,
    Continue(C),
    /// A message that does not wait for its turn.
    Info(Info),
    Stop(ExitReason),
}

struct Served {
    /// [`Pid::NOBODY`] if it was started without a link.
    parent: Pid,
    /// In milliseconds.
    hibernate_after: Option<NonZeroU32>,
    /// Whether `sys` has anything on.
    debugged: bool,
    /// Until it handles something again; a system request leaves it hibernated.
    hibernated: bool,
    /// Whether callers may run their requests in place.
    inline: bool,
    /// `Some` while suspended: how many items at the front of the mailbox were looked at and have to wait.
    suspended: Option<u32>,
    /// `None` for what nearly every server waits for: a message, however long that takes.
    until: Option<Box<Until>>,
    last: Last,
}

impl Served {
    /// Handles messages until it is to stop. Answers why.
    ///
    /// What is moved about in here lies in every idle server. So nothing lives across two waits, and what was taken is
    /// out of the way before the wait for what handles it.
    #[expect(clippy::manual_async_fn, reason = "what a block captures and uses in place is stored once")]
    fn serve<'a, S: GenServer>(
        &'a mut self,
        state: &'a mut S,
        mut judged: Judged<S::Continue>,
    ) -> impl Future<Output = ExitReason> + Send + use<'a, S> {
        async move {
            loop {
                if let Judged::Continue(_) | Judged::Info(_) = judged {
                    Self::turn::<S>().await;
                }
                let next = match judged {
                    Judged::Stop(reason) => return reason,
                    Judged::Continue(step) => state.handle_continue(step).await,
                    Judged::Info(message) => self.info(state, message).await,
                    Judged::Wait => match self.attend(state).await {
                        Attended::Answer(step) => Next(step),
                        Attended::Request(request) => state.handle(request).await,
                        Attended::Info(info) => self.info(state, info).await,
                        Attended::Timeout => self.timeout(state).await,
                        Attended::Stop(reason) => return reason,
                    },
                };
                judged = if self.goes_on::<S>(&next) { Judged::Wait } else { self.judge(state, next.0) };
            }
        }
    }

    /// Handles what needs no waiting, until something does.
    ///
    /// This is where a server spends its life. A handler that is no `async fn` runs in here, whoever polls, and costs no
    /// future: on the way of a message there is nothing but this loop.
    fn attend<'a, S: GenServer>(
        &'a mut self,
        state: &'a mut S,
    ) -> impl Future<Output = Attended<S::Request, S::Continue>> + Send + use<'a, S> {
        // Whether something woke it since it last handled anything; whether it waits for its mailbox.
        let (mut woken, mut resting) = (false, false);
        poll_fn(move |cx| {
            context::with_local(|local: &Mine<S::Request>| {
                loop {
                    // A signal that ends it came while it was at work: no further callback. Its task has been woken for
                    // that, and ends it at its next poll.
                    if local.core().flags.is_signalled() {
                        return Poll::Pending;
                    }
                    if std::mem::take(&mut resting) {
                        woken |= Self::was_woken(local);
                    }
                    // A guest brings it to a server that has nothing else to do. On a way of its own: what is moved here is
                    // moved in each call.
                    let brought = local.take_handed(|message| match message {
                        Envelope::Request(request) => {
                            woken = false;
                            self.handle(state, request)
                        }
                        Envelope::System(system) => self.system(state, *system).err().map(Attended::Stop),
                    });
                    match brought {
                        None => {}
                        Some(None) if self.is_settled(local) => {
                            local.rest.set(Rest::Idle);
                            resting = true;
                            return Poll::Pending;
                        }
                        Some(None) => continue,
                        Some(Some(attended)) => return Poll::Ready(attended),
                    }
                    let item = if woken || !self.has_looked(local) { self.next(local) } else { None };
                    let attended = match item {
                        Some(Item::Message(Envelope::Request(request))) => {
                            woken = false;
                            let Some(attended) = self.handle(state, request) else { continue };
                            Some(attended)
                        }
                        // What is attended to here comes in between, without ending the wait.
                        Some(item) => self.look_at(local, state, item),
                        None => match self.wait(local, cx) {
                            Poll::Pending => {
                                resting = local.rest.get() != Rest::Not;
                                return Poll::Pending;
                            }
                            Poll::Ready(Woken::Message) => {
                                woken = true;
                                None
                            }
                            Poll::Ready(Woken::Hibernate) => {
                                self.hibernate();
                                None
                            }
                            Poll::Ready(Woken::Idle) => {
                                Some(self.idle_message().map_or(Attended::Timeout, Attended::Info))
                            }
                        },
                    };
                    if let Some(attended) = attended {
                        return Poll::Ready(attended);
                    }
                }
            })
        })
    }

    /// Handles a request, if that needs no waiting. `None`: it did, and waits for the next one.
    #[inline(always)]
    fn handle<S: GenServer>(
        &mut self,
        state: &mut S,
        request: S::Request,
    ) -> Option<Attended<S::Request, S::Continue>> {
        self.note::<S>(&request);
        match state.handle_now(request) {
            Ok(next) if self.goes_on::<S>(&next) => {
                // There is nothing in it to be dropped.
                std::mem::forget(next);
                None
            }
            Ok(Next(step)) => Some(Attended::Answer(step)),
            Err(request) => Some(Attended::Request(request)),
        }
    }

    /// Whether a visit left nothing to be done before the next one.
    #[inline]
    fn is_settled<R: Send + 'static>(&self, local: &Mine<R>) -> bool {
        self.rest() == Rest::Idle && !local.own.borrow().has_orphans() && local.inbox.borrow().is_clear()
    }

    /// It waited for its mailbox, and is polled: whether for something that is there.
    #[inline]
    fn was_woken<R: Send + 'static>(local: &Mine<R>) -> bool {
        match local.woken.get() {
            context::Woken::ByPush => local.inbox.borrow_mut().rested(&local.process),
            context::Woken::ByLook => {}
            context::Woken::Otherwise => return false,
        }
        true
    }

    /// Whether the answer is what nearly every handler answers: the server waits for its next message, and there is nothing to
    /// be judged.
    #[inline]
    fn goes_on<S: GenServer>(&self, next: &Next<S::Continue>) -> bool {
        let is_simple = !self.debugged && self.until.is_none() && self.hibernate_after.is_none();
        let goes_on = next.is_wait() && is_simple;
        if cycle::ENABLED && goes_on {
            context::with_local(|local: &Mine<S::Request>| cycle::done(local.core()));
        }
        goes_on
    }

    /// Judges an answer: the only place that does.
    fn judge<S: GenServer>(&mut self, state: &S, step: Step<S::Continue>) -> Judged<S::Continue> {
        if cycle::ENABLED {
            context::with_local(|local: &Mine<S::Request>| cycle::done(local.core()));
        }
        if self.debugged {
            report::show_state(state);
        }
        let mut idle = None;
        let mut hibernate = self.hibernate_after.map(|_| Deadline::default());
        match step {
            Step::Wait => {}
            Step::Timeout(after) => idle = Some(Idle { after, deadline: Deadline::default(), message: None }),
            Step::TimeoutWith(timeout) => {
                let (after, message) = *timeout;
                if after.is_zero() {
                    return Judged::Info(message);
                }
                idle = Some(Idle { after, deadline: Deadline::default(), message: Some(message) });
            }
            Step::Hibernate => {
                self.hibernate();
                hibernate = None;
            }
            Step::Continue(to) => {
                self.last = Last::other("continue");
                if self.debugged {
                    record(Event::Continue);
                }
                return Judged::Continue(to);
            }
            Step::Stop(reason) => return Judged::Stop(reason),
        }
        if idle.is_some() || hibernate.is_some() {
            **self.until.get_or_insert_default() = Until { idle, hibernate };
        } else {
            self.until = None;
        }
        Judged::Wait
    }

    /// Before a callback that takes nothing from the mailbox: a signal ends the server here, and its share is counted, so
    /// that a chain of continue steps neither outlives a kill nor keeps its thread.
    fn turn<S: GenServer>() -> impl Future<Output = ()> + Send {
        poll_fn(|cx| {
            context::with_local(|local: &Mine<S::Request>| {
                if local.core().flags.is_signalled() {
                    return Poll::Pending;
                }
                // A guest has its answer, or will get it: it does not wait for more.
                if !local.is_visited() && local.inbox.borrow_mut().spend(&local.process) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        })
    }

    /// Whether a look into the mailbox can wait: an owner that was not woken looks only if more is likely to be there. A
    /// look before it announces that it sleeps is one more than it needs.
    #[inline]
    fn has_looked<R: Send + 'static>(&self, local: &Mine<R>) -> bool {
        self.suspended.is_none() && !local.inbox.borrow().is_busy() && !local.own.borrow().has_orphans()
    }

    /// What to handle next. `None`: wait first.
    // Not inlined: what it takes is written to where it is handled, in one piece. In pieces, as rustc does it otherwise,
    // the processor cannot forward it to whoever reads it next.
    #[inline(never)]
    fn next<R: Send + 'static>(&mut self, local: &Mine<R>) -> Option<Item<Envelope<R>>> {
        // The handler before this went on: callers it left without an answer learn that now.
        if local.own.borrow().has_orphans() {
            let orphans = local.own.borrow_mut().take_orphans();
            drop(orphans);
        }
        let mut inbox = local.inbox.borrow_mut();
        match &mut self.suspended {
            None => inbox.next(&local.process),
            Some(held) => inbox.next_where(&local.process, held, |item| must_hold(self.parent, item)),
        }
    }

    /// Nothing is in the mailbox, or it had its share.
    #[inline]
    fn wait<R: Send + 'static>(&mut self, local: &Mine<R>, cx: &mut Context<'_>) -> Poll<Woken> {
        let held = self.suspended.unwrap_or(0);
        match local.inbox.borrow_mut().wait(&local.process, held, cx) {
            Wait::Look => return Poll::Ready(Woken::Message),
            Wait::Yield => return Poll::Pending,
            // A time that has passed loses to what waits.
            Wait::Rest if self.may_be_late() && !local.process.queue.is_empty() => return Poll::Ready(Woken::Message),
            Wait::Rest => {}
        }
        let over = self.poll_until(cx);
        if over.is_pending() {
            local.rest.set(self.rest());
        }
        over
    }

    /// Whether it waits for a time that loses to a message.
    #[inline]
    fn may_be_late(&self) -> bool {
        self.until.is_some() && self.suspended.is_none()
    }

    /// A guest comes in where there is nothing to do but to handle its request.
    #[inline]
    fn rest(&self) -> Rest {
        if self.until.is_none() && self.suspended.is_none() && self.inline { Rest::Idle } else { Rest::Asleep }
    }

    #[inline]
    fn poll_until(&mut self, cx: &mut Context<'_>) -> Poll<Woken> {
        let Some(until) = &mut self.until else { return Poll::Pending };
        if let Some(idle) = &mut until.idle
            && self.suspended.is_none()
            && idle.deadline.poll(idle.after, false, cx).is_ready()
        {
            return Poll::Ready(Woken::Idle);
        }
        if let (Some(deadline), Some(after)) = (&mut until.hibernate, self.hibernate_after)
            && deadline.poll(Duration::from_millis(after.get().into()), false, cx).is_ready()
        {
            until.hibernate = None;
            return Poll::Ready(Woken::Hibernate);
        }
        Poll::Pending
    }

    /// Gives back memory.
    fn hibernate(&mut self) {
        self.hibernated = true;
        note_hibernated(true);
    }

    /// It has something to handle.
    #[inline]
    fn woken(&mut self) {
        if std::mem::take(&mut self.hibernated) {
            note_hibernated(false);
        }
    }

    /// Notes which request is handled.
    #[inline]
    fn note<S: GenServer>(&mut self, request: &S::Request) {
        let Described { name, call, from } = S::describe(request);
        self.woken();
        if cycle::ENABLED && from != Pid::NOBODY {
            context::with_local(|local: &Mine<S::Request>| cycle::take(from, local.core()));
        }
        self.last = Last { name, from };
        if self.debugged {
            let from = (from != Pid::NOBODY).then_some(from);
            record(if call { Event::Call { request: name, from } } else { Event::Cast { request: name } });
        }
    }

    /// Notes that a message is handled, and begins to.
    fn info<'a, S: GenServer>(
        &mut self,
        state: &'a mut S,
        info: Info,
    ) -> impl Future<Output = Next<S::Continue>> + Send + use<'a, S> {
        self.woken();
        self.last = Last::other("info");
        if self.debugged {
            record(Event::Info { message: info.describe() });
        }
        state.handle_info(info)
    }

    /// Notes that the idle time has passed, and begins to handle that.
    fn timeout<'a, S: GenServer>(
        &mut self,
        state: &'a mut S,
    ) -> impl Future<Output = Next<S::Continue>> + Send + use<'a, S> {
        self.woken();
        self.last = Last::other("timeout");
        if self.debugged {
            record(Event::Timeout);
        }
        state.handle_timeout()
    }

    /// What is to be done about an item that is no request. `None`: nothing any more.
    fn look_at<S: GenServer>(
        &mut self,
        local: &Mine<S::Request>,
        state: &mut S,
        item: Item<Envelope<S::Request>>,
    ) -> Option<Attended<S::Request, S::Continue>> {
        let info = match item {
            Item::Message(Envelope::Request(_)) => unreachable!("requests are handled"),
            Item::Message(Envelope::System(system)) => return self.system(state, *system).err().map(Attended::Stop),
            // It may have been taken back.
            Item::Down(reference) => {
                return monitor::take_whole_down(local.core(), reference).map(Attended::Info);
            }
            Item::Info(info) => info,
        };
        // From somebody who knows no more than the pid.
        match info.open::<System>() {
            Ok(system) => self.system(state, *system).err().map(Attended::Stop),
            // It was taken back.
            Err(Info::Down(down)) if !monitor::take_down(local.core(), down.reference.0) => None,
            Err(Info::Exit(exit)) if exit.from == self.parent => Some(Attended::Stop(exit.reason)),
            Err(info) => Some(Attended::Info(info)),
        }
    }

    /// The idle time has passed: what is handled now, if it is not the timeout handler that runs.
    fn idle_message(&mut self) -> Option<Info> {
        self.until.as_mut().and_then(|until| until.idle.take()).and_then(|idle| idle.message)
    }

    /// Handles a system request. `Err`: stop.
    fn system<S: GenServer>(&mut self, state: &mut S, system: System) -> Result<(), ExitReason> {
        match system {
            System::Stop(reason) => return Err(reason),
            System::Suspend { by, done } => {
                self.suspended.get_or_insert_default();
                note_suspended::<S::Request>(true, by);
                done.reply_unseen(());
            }
            System::Resume(done) => {
                self.suspended = None;
                note_suspended::<S::Request>(false, None);
                done.reply_unseen(());
            }
            System::Status(to) => to.reply_unseen(report::of(state, self.parent)),
            System::State(f) => {
                // Made for this type of server; a panic in it is the requester's, and must not harm the server.
                let _ = caught_sync(|| f(state));
            }
            System::Debug(f) => self.debugged = sys::change(f),
        }
        Ok(())
    }
}

/// While suspended, only system requests and the parent's end are handled.
fn must_hold<R>(parent: Pid, item: &Item<Envelope<R>>) -> bool {
    match item {
        Item::Message(Envelope::System(_)) => false,
        Item::Info(info) if info.is::<System>() => false,
        Item::Info(Info::Exit(exit)) => exit.from != parent,
        _ => true,
    }
}

fn note_suspended<R: Send + 'static>(on: bool, by: Option<Pid>) {
    context::with_local(|local: &Mine<R>| {
        local.core().flags.set_suspended(on);
        local.core().shared.lock().extra().suspended_by = by;
    });
}

fn note_hibernated(on: bool) {
    context::with(|running| {
        if let Some(running) = running {
            if on {
                running.shrink();
            }
            running.core().flags.set_hibernated(on);
        }
    });
}

#[cfg(all(test, not(otp_loom)))]
#[path = "server_tests.rs"]
mod tests;
