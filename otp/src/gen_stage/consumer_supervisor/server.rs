//! The stage behind a consumer supervisor: a consumer that asks by hand.
//!
//! Of each subscription it knows how many children have a place (`count`), and how many places were given back and not asked
//! for again (`freed`). A child that is restarted keeps its place.

use super::template::EventChild;
use crate::child::{BoxFuture, ChildKind, Started};
use crate::gen_server::{Described, Next, NoContinue, ReplyTo, ServerOptions};
use crate::gen_stage::answer::StageInit;
use crate::gen_stage::behaviour::{Accepts, Answer, Consumer, Stage};
use crate::gen_stage::dispatcher::NoDispatcher;
use crate::gen_stage::subscription::{Cancelled, Manual, NewSubscription, Subscription, Target};
use crate::gen_stage::{BadDemand, Emit, NoEvents, StageRef, SubscriptionTag, kind};
use crate::observe;
use crate::process::core::AnyProcess;
use crate::process::pid::Map;
use crate::process::run::caught;
use crate::process::{Exit, ExitReason, Info, Pid, StartError, link, self_pid, send, table};
use crate::supervisor::policy::{Verdict, decide};
use crate::supervisor::shutdown::{report, shut_down};
use crate::supervisor::{ChildCounts, ChildStatus, Init as Answered, Intensity};
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// The stage of a [`ConsumerSupervisor`](super::ConsumerSupervisor). Reached through
/// [`ConsumerSupervisorRef`](super::ConsumerSupervisorRef).
pub struct EventSupervisor<E: Send + 'static> {
    name: String,
    template: EventChild<E>,
    intensity: Intensity,
    running: Map<Pid, Running<E>>,
    /// Those whose restart failed and is tried again, by a number.
    restarting: HashMap<u64, Kept<E>>,
    next: u64,
    subscriptions: Map<SubscriptionTag, Account>,
}

/// A child with a process.
struct Running<E> {
    process: Option<Arc<dyn AnyProcess>>,
    kept: Kept<E>,
}

/// What outlives a child's process.
struct Kept<E> {
    /// Which subscription it came from; `None` for one that was started by hand.
    of: Option<SubscriptionTag>,
    /// For a restart.
    event: Option<E>,
}

/// See the module.
struct Account {
    manual: Manual,
    count: usize,
    freed: usize,
}

impl Account {
    /// Asks for what was freed, when that is enough.
    fn ask(&mut self) {
        if self.freed >= self.manual.options().min_demand() {
            self.manual.ask(std::mem::take(&mut self.freed));
        }
    }
}

/// One child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventChildInfo {
    /// Its process, or that it is being restarted.
    pub status: ChildStatus,
    /// Whether it is a supervisor.
    pub kind: ChildKind,
    /// Its type.
    pub type_name: &'static str,
}

/// What it is started with: settings that are found out in its own process.
pub struct Setup<E> {
    pub(super) init: BoxFuture<'static, Answered<Settings<E>>>,
}

impl<E: Send + 'static> Setup<E> {
    /// With settings that are there.
    pub(super) fn of(settings: Settings<E>) -> Self {
        Self { init: Box::pin(std::future::ready(Answered::Start(settings))) }
    }
}

impl<E> fmt::Debug for Setup<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").finish_non_exhaustive()
    }
}

/// Template, options, and whom to subscribe to.
pub(super) struct Settings<E> {
    pub(super) template: EventChild<E>,
    pub(super) max_restarts: u32,
    pub(super) period: Duration,
    pub(super) subscribe_to: Vec<Box<dyn Target<E>>>,
    pub(super) bad: Option<BadDemand>,
}

impl<E> fmt::Debug for Settings<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerSupervisor").field("template", &self.template).finish_non_exhaustive()
    }
}

/// What it is asked.
pub enum Request<E> {
    StartChild(E, ReplyTo<Result<Pid, StartError>>),
    TerminateChild(Pid, ReplyTo<bool>),
    WhichChildren(ReplyTo<Vec<EventChildInfo>>),
    CountChildren(ReplyTo<ChildCounts>),
}

/// To itself: try that restart again. Other messages get their turn in between.
struct Retry(u64);

impl<E: Send + 'static> Stage for EventSupervisor<E> {
    type Kind = kind::Consumer;
    type In = E;
    type Out = NoEvents;
    type Dispatcher = NoDispatcher;
    type Args = Setup<E>;
    type Request = Request<E>;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    fn options() -> ServerOptions {
        ServerOptions::new().trap_exit(true)
    }

    async fn init(setup: Setup<E>) -> StageInit<Self> {
        let settings = match setup.init.await {
            Answered::Start(settings) => settings,
            Answered::Ignore => return StageInit::ignore(),
            Answered::Stop(reason) => return StageInit::stop(reason),
        };
        if let Some(bad) = settings.bad {
            return StageInit::stop(ExitReason::error(bad));
        }
        let name = crate::process::context::with(|running| running.map(|running| running.core().display()));
        let mut init = StageInit::ok(Self {
            name: name.unwrap_or_default(),
            template: settings.template,
            intensity: Intensity::new(settings.max_restarts, settings.period),
            running: Map::default(),
            restarting: HashMap::new(),
            next: 0,
            subscriptions: Map::default(),
        });
        init.subscribe_to = settings.subscribe_to;
        init
    }

    async fn handle(&mut self, request: Request<E>) -> Answer<Self> {
        match request {
            Request::StartChild(event, from) => from.reply(self.start(event, None).await),
            Request::TerminateChild(pid, from) => from.reply(self.terminate_child(pid).await),
            Request::WhichChildren(from) => from.reply(self.which_children()),
            Request::CountChildren(from) => from.reply(self.count_children()),
        }
        Emit::nothing()
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        let info = match info.take::<Exit>() {
            Ok(Exit { from, reason, .. }) => return self.ended(from, reason).await.into(),
            Err(info) => info,
        };
        match info.take::<Retry>() {
            Ok(Retry(number)) => match self.restarting.remove(&number) {
                Some(kept) => self.restart(kept).await.into(),
                None => Emit::nothing(),
            },
            Err(other) => {
                crate::gen_stage::expand::unexpected_info(other);
                Emit::nothing()
            }
        }
    }

    async fn terminate(&mut self, _: &ExitReason) {
        self.shut_all_down().await;
    }

    fn describe(request: &Request<E>) -> Described {
        match request {
            Request::StartChild(_, from) => Described::call("start_child", from),
            Request::TerminateChild(_, from) => Described::call("terminate_child", from),
            Request::WhichChildren(from) => Described::call("which_children", from),
            Request::CountChildren(from) => Described::call("count_children", from),
        }
    }

    fn format_state(&self) -> Option<String> {
        let counts = self.count_children();
        Some(format!("ConsumerSupervisor {{ template: {:?}, children: {counts:?} }}", self.template))
    }
}

impl<E: Send + 'static> Accepts<E> for EventSupervisor<E> {}

impl<E: Send + 'static> Consumer for EventSupervisor<E> {
    async fn handle_events(&mut self, events: Vec<E>, from: &Subscription) -> Answer<Self> {
        let tag = from.tag();
        let (max, mut failed) = (from.options().max_demand(), 0);
        let (before, given) = (self.subscriptions.get(&tag).map_or(0, |account| account.count), events.len());
        if before + given > max {
            observe::excess_events(&self.name, before + given - max, &from.producer());
        }
        for event in events {
            match self.start(event, Some(tag)).await {
                Ok(_) => {
                    if let Some(account) = self.subscriptions.get_mut(&tag) {
                        account.count += 1;
                    }
                }
                Err(_) => failed += 1,
            }
        }
        if let Some(account) = self.subscriptions.get_mut(&tag) {
            account.freed += failed;
            account.ask();
        }
        Emit::nothing()
    }

    async fn handle_subscribe(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        let manual = subscription.manual();
        manual.ask(subscription.options().max_demand());
        self.subscriptions.insert(subscription.tag(), Account { manual, count: 0, freed: 0 });
        Next::noreply()
    }

    async fn handle_cancel(&mut self, subscription: &Subscription, _: &Cancelled) -> Answer<Self> {
        self.subscriptions.remove(&subscription.tag());
        Emit::nothing()
    }
}

impl<E: Send + 'static> EventSupervisor<E> {
    fn report(&self, context: &'static str, pid: Option<Pid>, reason: &dyn fmt::Display) {
        report(&self.name, context, &self.template.spec().options, pid, reason);
    }

    async fn start(&mut self, event: E, of: Option<SubscriptionTag>) -> Result<Pid, StartError> {
        let kept = Kept { of, event: self.template.keep(&event) };
        let pid = self.run(event).await?;
        self.running.insert(pid, Running { process: table::get(pid), kept });
        self.tie(pid);
        Ok(pid)
    }

    /// A child that is not linked would never be seen to end. Its start should have done it; if it has not, and the child
    /// has ended meanwhile, an `Exit` of nobody comes.
    fn tie(&self, pid: Pid) {
        // It traps exits: this never fails.
        let _ = link(pid);
    }

    /// Runs the start function, which may panic before it has made its future.
    async fn run(&mut self, event: E) -> Result<Pid, StartError> {
        let template = self.template.clone();
        let started = caught(async move { template.start(event).await }).await;
        match started.unwrap_or_else(|panic| Err(StartError::Failed(panic))) {
            Ok(Started { pid, .. }) => Ok(pid),
            Err(StartError::Ignored) => Err(StartError::Ignored),
            Err(error) => {
                self.report("start_error", None, &error);
                Err(error)
            }
        }
    }

    /// A linked process has ended: a child, or one that is none any more, which is ignored.
    async fn ended(&mut self, pid: Pid, reason: ExitReason) -> Next {
        let Some(Running { kept, .. }) = self.running.remove(&pid) else { return Next::noreply() };
        let verdict = decide(self.template.spec().get_restart(), &reason);
        if !reason.is_orderly() {
            self.report("child_terminated", Some(pid), &reason);
        }
        if verdict == Verdict::Restart {
            return self.restart(kept).await;
        }
        self.freed(kept.of);
        Next::noreply()
    }

    async fn restart(&mut self, kept: Kept<E>) -> Next {
        if !self.intensity.admit(Instant::now()) {
            self.report("shutdown", None, &"reached_max_restart_intensity");
            return Next::stop(ExitReason::Shutdown);
        }
        let event = kept.event.as_ref().and_then(|event| self.template.keep(event));
        let event = event.expect("a child that is restarted keeps its event");
        match self.run(event).await {
            Ok(pid) => {
                self.running.insert(pid, Running { process: table::get(pid), kept });
                self.tie(pid);
            }
            Err(StartError::Ignored) => self.freed(kept.of),
            Err(_) => {
                let number = self.next;
                self.next += 1;
                self.restarting.insert(number, kept);
                let _ = send(self_pid(), Retry(number));
            }
        }
        Next::noreply()
    }

    /// A place is free for good.
    fn freed(&mut self, of: Option<SubscriptionTag>) {
        if let Some(account) = of.and_then(|tag| self.subscriptions.get_mut(&tag)) {
            account.count -= 1;
            account.freed += 1;
            account.ask();
        }
    }

    async fn terminate_child(&mut self, pid: Pid) -> bool {
        let Some(Running { process, kept }) = self.running.remove(&pid) else { return false };
        shut_down(&self.name, &self.template.spec().options, pid, process).await;
        self.freed(kept.of);
        true
    }

    /// All at the same time.
    async fn shut_all_down(&mut self) {
        type Ending = Pin<Box<dyn Future<Output = ()> + Send>>;
        let spec = self.template.spec();
        let mut endings: Vec<Ending> = Vec::with_capacity(self.running.len());
        for (pid, Running { process, .. }) in self.running.drain() {
            let (name, spec) = (self.name.clone(), spec.clone());
            endings.push(Box::pin(async move { shut_down(&name, &spec.options, pid, process).await }));
        }
        poll_fn(|cx| {
            endings.retain_mut(|ending| ending.as_mut().poll(cx).is_pending());
            if endings.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn info(&self, status: ChildStatus) -> EventChildInfo {
        let spec = self.template.spec();
        EventChildInfo { status, kind: spec.get_kind(), type_name: spec.type_name }
    }

    fn which_children(&self) -> Vec<EventChildInfo> {
        let running = self.running.keys().map(|pid| self.info(ChildStatus::Running(*pid)));
        let restarting = self.restarting.keys().map(|_| self.info(ChildStatus::Restarting));
        running.chain(restarting).collect()
    }

    fn count_children(&self) -> ChildCounts {
        let all = self.running.len() + self.restarting.len();
        let counts = ChildCounts { specs: 1, active: self.running.len(), ..ChildCounts::default() };
        match self.template.spec().get_kind() {
            ChildKind::Worker => ChildCounts { workers: all, ..counts },
            ChildKind::Supervisor => ChildCounts { supervisors: all, ..counts },
        }
    }
}
