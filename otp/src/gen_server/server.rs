//! The loop of a server.
//!
//! ```text
//! init -> acknowledge -> serve { receive -> handle -> next step } -> terminate -> report
//! ```
//!
//! The state is a local of [`run`], *outside* of the guarded future in which handlers run: a panic unwinds the handler,
//! and `terminate` still has the state. Each handler's answer is judged in one place, [`Served::judge`].

use super::answer::{Beginning, Step};
use super::{Described, GenServer, Init, Next};
use crate::generic::sys::{self, Event, StatusReport, System};
use crate::generic::{Envelope, ReplyTo};
use crate::observe::{self, ServerFailure};
use crate::process::context::{self, Local, Running};
use crate::process::cycle;
use crate::process::inspect::status;
use crate::process::mailbox::{Item, Taken};
use crate::process::run::{caught, caught_sync};
use crate::process::spawn::ancestors;
use crate::process::timeout::Deadline;
use crate::process::{ExitReason, Info, Pid, link, monitor, table};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroU32;
use std::task::{Context, Poll};
use std::time::Duration;

/// The local of a server that takes requests of type `R`.
type Mine<R> = Local<Envelope<R>>;

/// What the server did last, for its failure report.
#[derive(Clone, Copy)]
struct Last {
    name: &'static str,
    /// [`Pid::NOBODY`] if it was no call: an `Option` would be larger.
    from: Pid,
}

impl Last {
    fn other(name: &'static str) -> Self {
        Self { name, from: Pid::NOBODY }
    }
}

/// The whole life of a server: the future of its process.
///
/// A block that captures, not an `async fn`: what is captured and used in place is stored once.
pub(crate) fn run<S: GenServer>(
    args: S::Args,
    parent: Option<Pid>,
    hibernate_after: Option<Duration>,
    started: ReplyTo<()>,
) -> impl Future<Output = ExitReason> + Send + 'static {
    let millis = |after: Duration| u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
    let mut server = Served::<S::Request> {
        parent: parent.unwrap_or(Pid::NOBODY),
        hibernate_after: hibernate_after.map(|after| NonZeroU32::new(millis(after)).unwrap_or(NonZeroU32::MIN)),
        debugged: false,
        hibernated: false,
        held: None,
        last: Last::other("init"),
    };
    async move {
        context::with_local(|local: &Mine<S::Request>| local.own.borrow_mut().holds_orphans = true);
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
        let reason = match caught(server.serve(&mut state, judged)).await {
            Ok(reason) | Err(reason) => reason,
        };
        // It may panic before it has made its future.
        let failed = match caught_sync(|| state.terminate(&reason)) {
            Ok(terminating) => caught(terminating).await.err(),
            Err(panic) => Some(panic),
        };
        let reason = failed.unwrap_or(reason);
        if !reason.is_orderly() {
            report_failure(&state, &reason, server.last);
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

fn report_failure<S: GenServer>(state: &S, reason: &ExitReason, last: Last) {
    let (shown, why) = shown_state(state, reason);
    context::with_local(|local: &Mine<S::Request>| {
        observe::server_failure(&ServerFailure {
            pid: &local.core().pid,
            name: &local.core().display(),
            last_message: last.name,
            from: (last.from != Pid::NOBODY).then(|| last.from.to_string()),
            state: shown.as_deref(),
            reason: &why,
        });
    });
}

/// The state and the reason as a report shows them. A formatter that panics is noted instead.
fn shown_state<S: GenServer>(state: &S, reason: &ExitReason) -> (Option<String>, String) {
    let shown = caught_sync(|| state.format_state()).unwrap_or_else(|_| Some("(formatting it panicked)".into()));
    (shown, reason.to_string())
}

/// What a server waits for. Small: it lies in every idle server.
struct Waiting {
    /// Until then, a message or else this.
    idle: Option<Box<Idle>>,
    /// Until then (`Served::hibernate_after`), a message or else hibernation.
    hibernate: Option<Deadline>,
}

struct Idle {
    after: Duration,
    deadline: Deadline,
    /// What is handled instead of running the timeout handler.
    message: Option<Info>,
}

enum Got<R> {
    Item(Item<Envelope<R>>),
    Idle(Option<Info>),
    Hibernate,
}

/// What follows an answer.
enum Judged<C> {
    Wait(Waiting),
    Continue(C),
    /// A message that does not wait for its turn.
    Info(Info),
    Stop(ExitReason),
}

struct Served<R> {
    /// [`Pid::NOBODY`] if it was started without a link.
    parent: Pid,
    /// In milliseconds.
    hibernate_after: Option<NonZeroU32>,
    /// Whether `sys` has anything on.
    debugged: bool,
    /// Until it handles something again; a system request leaves it hibernated.
    hibernated: bool,
    /// `Some` while suspended, or while what came meanwhile is being handled: the oldest first.
    held: Option<Box<Held<R>>>,
    last: Last,
}

struct Held<R> {
    suspended: bool,
    items: VecDeque<Item<Envelope<R>>>,
}

impl<R: Send + 'static> Served<R> {
    /// Handles messages until it is to stop. Answers why.
    #[expect(clippy::manual_async_fn, reason = "what a block captures and uses in place is stored once")]
    fn serve<'a, S: GenServer<Request = R>>(
        &'a mut self,
        state: &'a mut S,
        mut judged: Judged<S::Continue>,
    ) -> impl Future<Output = ExitReason> + Send + use<'a, R, S> {
        async move {
            loop {
                if let Judged::Continue(_) | Judged::Info(_) = judged {
                    Self::turn().await;
                }
                let Next(next) = match judged {
                    Judged::Stop(reason) => return reason,
                    Judged::Continue(step) => state.handle_continue(step).await,
                    Judged::Info(message) => {
                        self.note_info(&message);
                        state.handle_info(message).await
                    }
                    // System requests come in between without ending the wait.
                    Judged::Wait(mut waiting) => loop {
                        match self.receive(&mut waiting).await {
                            Got::Item(Item::Message(Envelope::Request(request))) => {
                                break state.handle(self.noted::<S>(request)).await;
                            }
                            Got::Item(Item::Message(Envelope::System(system))) => {
                                if let Err(reason) = self.system(state, *system) {
                                    return reason;
                                }
                            }
                            Got::Item(Item::Info(info)) => match self.noted_info(info) {
                                Some(Ok(info)) => break state.handle_info(info).await,
                                Some(Err(reason)) => return reason,
                                None => {}
                            },
                            Got::Idle(None) => {
                                self.note_timeout();
                                break state.handle_timeout().await;
                            }
                            Got::Idle(Some(message)) => {
                                self.note_info(&message);
                                break state.handle_info(message).await;
                            }
                            Got::Hibernate => self.hibernate(),
                        }
                    },
                };
                judged = self.judge::<S>(state, next);
            }
        }
    }

    /// Judges an answer: the only place that does.
    #[inline]
    fn judge<S: GenServer<Request = R>>(&mut self, state: &S, step: Step<S::Continue>) -> Judged<S::Continue> {
        if cycle::ENABLED {
            context::with_local(|local: &Mine<R>| cycle::done(local.core()));
        }
        match step {
            // What nearly every handler answers.
            Step::Wait if !self.debugged && self.hibernate_after.is_none() => {
                Judged::Wait(Waiting { idle: None, hibernate: None })
            }
            step => self.judge_rare(state, step),
        }
    }

    fn judge_rare<S: GenServer<Request = R>>(&mut self, state: &S, step: Step<S::Continue>) -> Judged<S::Continue> {
        if self.debugged {
            self.show_state(state);
        }
        let mut waiting = Waiting { idle: None, hibernate: self.hibernate_after.map(|_| Deadline::default()) };
        match step {
            Step::Wait => {}
            Step::Timeout(after) => {
                waiting.idle = Some(Box::new(Idle { after, deadline: Deadline::default(), message: None }));
            }
            Step::TimeoutWith(timeout) => {
                let (after, message) = *timeout;
                if after.is_zero() {
                    return Judged::Info(message);
                }
                let message = Some(message);
                waiting.idle = Some(Box::new(Idle { after, deadline: Deadline::default(), message }));
            }
            Step::Hibernate => {
                self.hibernate();
                waiting.hibernate = None;
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
        Judged::Wait(waiting)
    }

    /// Before a callback that takes nothing from the mailbox: a signal ends the server here, and its share is counted, so
    /// that a chain of continue steps neither outlives a kill nor keeps its thread.
    fn turn() -> impl Future<Output = ()> + Send {
        poll_fn(|cx| {
            context::with_local(|local: &Mine<R>| {
                if local.core().flags.is_signalled() {
                    return Poll::Pending;
                }
                if local.inbox.borrow_mut().spend(&local.process) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        })
    }

    #[inline]
    async fn receive(&mut self, waiting: &mut Waiting) -> Got<R> {
        poll_fn(|cx| self.poll_receive(waiting, cx)).await
    }

    #[inline]
    fn poll_receive(&mut self, waiting: &mut Waiting, cx: &mut Context<'_>) -> Poll<Got<R>> {
        context::with_local(|local: &Mine<R>| {
            // A signal that ends it came while it was at work: no further callback. Its task has been woken for that.
            if local.core().flags.is_signalled() {
                return Poll::Pending;
            }
            if let Some(item) = self.held_item() {
                return Poll::Ready(Got::Item(item));
            }
            // The handler before this went on: callers it left without an answer learn that now.
            if local.own.borrow().has_orphans() {
                let orphans = local.own.borrow_mut().take_orphans();
                drop(orphans);
            }
            loop {
                let taken = local.inbox.borrow_mut().take(&local.process, cx);
                match taken {
                    Taken::Item(item) if self.must_hold(&item) => self.hold(item),
                    Taken::Item(item) => {
                        return Poll::Ready(Got::Item(item));
                    }
                    Taken::Yield => return Poll::Pending,
                    Taken::Nothing => return self.poll_idle(waiting, cx),
                }
            }
        })
    }

    #[inline]
    fn poll_idle(&self, waiting: &mut Waiting, cx: &mut Context<'_>) -> Poll<Got<R>> {
        if let Some(idle) = &mut waiting.idle
            && !self.is_suspended()
            && idle.deadline.poll(idle.after, false, cx).is_ready()
        {
            let idle = waiting.idle.take().expect("just looked at");
            return Poll::Ready(Got::Idle(idle.message));
        }
        if let (Some(deadline), Some(after)) = (&mut waiting.hibernate, self.hibernate_after)
            && deadline.poll(Duration::from_millis(after.get().into()), false, cx).is_ready()
        {
            waiting.hibernate = None;
            return Poll::Ready(Got::Hibernate);
        }
        Poll::Pending
    }

    fn is_suspended(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.suspended)
    }

    /// While suspended, only system requests and the parent's end are handled.
    #[inline]
    fn must_hold(&self, item: &Item<Envelope<R>>) -> bool {
        let Some(held) = &self.held else { return false };
        held.suspended
            && match item {
                Item::Message(Envelope::System(_)) => false,
                Item::Info(Info::Exit(exit)) => exit.from != self.parent,
                _ => true,
            }
    }

    fn hold(&mut self, item: Item<Envelope<R>>) {
        if let Some(held) = &mut self.held {
            held.items.push_back(item);
        }
    }

    /// What came while it was suspended is handled first, in order.
    #[inline]
    fn held_item(&mut self) -> Option<Item<Envelope<R>>> {
        let held = self.held.as_mut()?;
        if held.suspended {
            return None;
        }
        let item = held.items.pop_front();
        if item.is_none() {
            self.held = None;
        }
        item
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

    /// Notes which request is about to be handled.
    #[inline]
    fn noted<S: GenServer<Request = R>>(&mut self, request: R) -> R {
        let Described { name, call, from } = S::describe(&request);
        self.woken();
        if let (true, Some(caller)) = (cycle::ENABLED, from) {
            context::with_local(|local: &Mine<R>| cycle::take(caller, local.core()));
        }
        self.last = Last { name, from: from.unwrap_or(Pid::NOBODY) };
        if self.debugged {
            record(if call { Event::Call { request: name, from } } else { Event::Cast { request: name } });
        }
        request
    }

    /// Notes which message is about to be handled. `None`: it was flushed. `Err`: the parent has ended.
    fn noted_info(&mut self, info: Info) -> Option<Result<Info, ExitReason>> {
        match &info {
            Info::Down(down) if !context::with_local(|local: &Mine<R>| monitor::take_down(local.core(), down)) => {
                return None;
            }
            Info::Exit(exit) if exit.from == self.parent => return Some(Err(exit.reason.clone())),
            _ => {}
        }
        self.note_info(&info);
        Some(Ok(info))
    }

    fn note_info(&mut self, info: &Info) {
        self.woken();
        self.last = Last::other("info");
        if self.debugged {
            record(Event::Info { message: info.describe() });
        }
    }

    fn note_timeout(&mut self) {
        self.woken();
        self.last = Last::other("timeout");
        if self.debugged {
            record(Event::Timeout);
        }
    }

    /// Handles a system request. `Err`: stop.
    fn system<S: GenServer<Request = R>>(&mut self, state: &mut S, system: System) -> Result<(), ExitReason> {
        match system {
            System::Stop(reason) => return Err(reason),
            System::Suspend { by, done } => {
                self.held.get_or_insert_with(|| Box::new(Held { suspended: true, items: VecDeque::new() })).suspended =
                    true;
                note_suspended::<R>(true, by);
                done.reply_unseen(());
            }
            System::Resume(done) => {
                if let Some(held) = &mut self.held {
                    held.suspended = false;
                }
                note_suspended::<R>(false, None);
                done.reply_unseen(());
            }
            System::Status(to) => to.reply_unseen(self.status(state)),
            System::State(f) => {
                // Made for this type of server; a panic in it is the requester's, and must not harm the server.
                let _ = caught_sync(|| f(state));
            }
            System::Debug(f) => self.debugged = sys::change(f),
        }
        Ok(())
    }

    fn status<S: GenServer<Request = R>>(&self, state: &S) -> StatusReport {
        let (debug, logged_events) = sys::summary();
        let shown = shown_state(state, &ExitReason::Normal).0;
        context::with_local(|local: &Mine<R>| {
            let core = local.core();
            StatusReport {
                header: format!("Status for generic server {}", core.display()),
                pid: core.pid,
                behaviour: core.kind.behaviour,
                initial_call: (core.kind.initial_call)(),
                ancestors: ancestors(core.parents.as_ref()),
                status: status(core),
                parent: (self.parent != Pid::NOBODY).then_some(self.parent),
                debug,
                logged_events,
                state: shown.unwrap_or_else(|| format!("#{}", std::any::type_name::<S>())),
            }
        })
    }

    #[cold]
    fn show_state<S: GenServer<Request = R>>(&self, state: &S) {
        if sys::wants_events()
            && let (Some(state), _) = shown_state(state, &ExitReason::Normal)
        {
            record(Event::State { state });
        }
    }
}

#[cold]
fn record(event: Event) {
    let name = context::with(|running| running.map(|running| running.core().display()));
    sys::record(&name.unwrap_or_default(), event);
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
mod tests {
    use super::*;
    use crate::gen_server::{NoContinue, ServerRef};
    use crate::process::pid::NO_PID;
    use crate::sync::reply::Slot;
    use std::mem::{size_of, size_of_val};

    struct Idle<const N: usize>([u8; N]);

    impl<const N: usize> GenServer for Idle<N> {
        type Args = ();
        type Request = ReplyTo<u8>;
        type Continue = NoContinue;
        type Ref = ServerRef<Self>;
        async fn init(_: ()) -> Init<Self> {
            Init::ok(Self([0; N]))
        }
        async fn handle(&mut self, request: ReplyTo<u8>) -> Next {
            request.reply(self.0[0]);
            Next::noreply()
        }
    }

    fn future_size<const N: usize>() -> usize {
        let (answerer, _pending) = Slot::new(None, NO_PID).begin();
        size_of_val(&run::<Idle<N>>((), None, None, ReplyTo::new(answerer)))
    }

    /// What lies in memory for every server: grows only on purpose.
    #[test]
    fn an_idle_server_is_small() {
        assert_eq!(size_of::<Item<Envelope<ReplyTo<u8>>>>(), 32, "an item of the mailbox");
        assert!(size_of::<crate::process::core::Core>() <= 224, "what is shared");
        assert!(size_of::<Mine<ReplyTo<u8>>>() <= 96, "what belongs to the task");
        let (small, large) = (future_size::<8>(), future_size::<1000>());
        assert!(small <= 296, "the future, with a state of 8 bytes: {small}");
        assert!(large <= 1000 + small, "the state is stored once: {large}");
    }
}
