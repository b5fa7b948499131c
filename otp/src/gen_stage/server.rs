//! The loop of a stage: a server whose state is the stage, its subscriptions, and its outlet.
//!
//! ```text
//! message -> callback -> absorb: dispatch, reply, continue -> settle: ask for events, or handle stored ones
//! ```
//!
//! Everything here belongs to the stage's own process. What other stages see of it are its ends (`subscription.rs`), which
//! only put messages into its mailbox. What holds between two messages:
//!
//! 1. The outbox is empty: what was dispatched has been sent.
//! 2. A producer was asked for all demand that can be placed and is not owed, or a `Demand` message to itself is on the
//!    way. So a dispatcher that discards what it gets cannot keep the stage from its mailbox.
//! 3. A producer-consumer has stored events only while nothing could be placed.
//!
//! A callback that asks to continue is continued at once when another callback is due in the same message; otherwise the
//! server's own loop does it.

use super::answer::StageInit;
use super::behaviour::Answer;
use super::expand::DeclaredSubscriptions;
use super::kind::{Kind, Role};
use super::message::{Message, Opaque, Protocol, Unknown};
use super::options::{BufferSize, DEFAULT_BUFFER, Setup};
use super::outlet::Outlet;
use super::roster::Roster;
use super::subscription::{Cancelled, ConsumerEnd, Subscriber, Subscription, push};
use super::{BufferKeep, DemandMode, Emit, Stage, SubscriptionTag};
use crate::gen_server::{Beginning, Described, GenServer, Init, Next, ServerOptions, Step};
use crate::generic::{Envelope, Server};
use crate::observe;
use crate::process::context::{self, Local};
use crate::process::mailbox::Item;
use crate::process::pid::Map;
use crate::process::reference::Reference;
use crate::process::{Down, ExitReason, Info, MonitorRef, monitor};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::task::Poll;

/// A stage as a server: what runs in its process. Reached through [`StageRef`](super::StageRef).
pub struct Staged<S: Stage> {
    pub(super) stage: S,
    /// Its own process, as other stages address it.
    pub(super) me: Arc<Server<Message<S>>>,
    /// Its subscriptions to producers.
    pub(super) subscriptions: Roster<Consuming>,
    /// Its consumers.
    pub(super) subscribers: Roster<Producing<S::Out>>,
    /// The tags of its consumers, by its monitor of them.
    pub(super) monitors: Map<Reference, SubscriptionTag>,
    pub(super) outlet: Outlet<S::Out, S::Dispatcher>,
    /// What a producer-consumer has received and not handled.
    pub(super) stored: VecDeque<Stored<S::In>>,
    /// A `Demand` message to itself is on the way.
    pub(super) demand_due: bool,
    /// What the last callback asked for beside events, if that is not the last of the message.
    pub(super) step: Step<S::Continue>,
}

/// What a stage is started with: the arguments of its `init`, and what somebody else wants it to subscribe to. Opaque.
pub struct StageArgs<S: Stage> {
    pub(super) args: S::Args,
    /// Behind those of `init`.
    pub(super) subscriptions: DeclaredSubscriptions<S>,
}

impl<S: Stage> StageArgs<S> {
    pub(super) fn new(args: S::Args) -> Self {
        Self { args, subscriptions: DeclaredSubscriptions::default() }
    }
}

impl<S: Stage> std::fmt::Debug for StageArgs<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StageArgs").field("subscriptions", &self.subscriptions).finish_non_exhaustive()
    }
}

/// A subscription to a producer.
pub(super) struct Consuming {
    pub(super) subscription: Subscription,
    /// What was asked for and has not come; `None` if the stage asks itself.
    pub(super) owed: Option<usize>,
}

/// A consumer.
pub(super) struct Producing<E> {
    pub(super) subscriber: Subscriber,
    pub(super) end: Arc<dyn ConsumerEnd<E>>,
    pub(super) monitor: Option<MonitorRef>,
}

/// What waits in a producer-consumer until there is demand.
pub(super) enum Stored<E> {
    Events(Subscription, Vec<E>),
    Info(Info),
    /// The subscription has ended.
    End(Subscription, Cancelled),
}

/// What is left to do of an answer whose events were dispatched.
pub(super) enum Taken<C> {
    /// Nothing.
    Done,
    Continue(C),
    Stop(ExitReason),
}

/// `Err`: the stage is to stop.
pub(super) type Outcome = Result<(), ExitReason>;

impl<S: Stage> GenServer for Staged<S> {
    type Args = StageArgs<S>;
    type Request = Message<S>;
    type Continue = S::Continue;
    type Ref = S::Ref;

    const BEHAVIOUR: &'static str = "gen_stage";

    fn options() -> ServerOptions {
        S::options()
    }

    async fn init(StageArgs { args, subscriptions }: StageArgs<S>) -> Init<Self, S::Continue> {
        let wired = match subscriptions.checked() {
            Ok(wired) => wired,
            Err(bad) => return Init::stop(ExitReason::error(bad)),
        };
        let StageInit { beginning, setup, subscribe_to } = S::init(args).await;
        let (stage, step) = match beginning {
            Beginning::Run(stage, step) => (stage, step),
            Beginning::Ignore => return Init::ignore(),
            Beginning::Stop(reason) => return Init::stop(reason),
        };
        let mut staged = Self::new(stage, setup);
        for target in subscribe_to.into_iter().chain(wired) {
            if let Err(reason) = staged.subscribe(target, None, |_| {}).await {
                return Init::stop(reason);
            }
        }
        // What a subscription callback asked for gives way to what `init` did.
        staged.step = Step::Wait;
        Init(Beginning::Run(staged, step))
    }

    async fn handle(&mut self, message: Message<S>) -> Next<S::Continue> {
        let outcome = match message {
            Message::Request(request) => {
                let answer = self.stage.handle(request).await;
                return self.finish(answer).await;
            }
            Message::Ask(tag, demand) => {
                self.asked(tag, demand);
                Ok(())
            }
            Message::Events(tag, events) => self.received(tag, events).await,
            Message::Protocol(Opaque(protocol)) => self.protocol(*protocol).await,
        };
        if outcome.is_ok() && self.is_settled() {
            return self.next();
        }
        self.after(outcome).await
    }

    async fn handle_info(&mut self, info: Info) -> Next<S::Continue> {
        let info = match self.concerns_a_subscription(info) {
            Ok((tag, cancelled)) => {
                let outcome = self.ended(tag, cancelled).await;
                return self.after(outcome).await;
            }
            Err(info) => info,
        };
        let answer = self.stage.handle_info(info).await;
        self.finish(answer).await
    }

    async fn handle_continue(&mut self, step: S::Continue) -> Next<S::Continue> {
        let answer = self.stage.handle_continue(step).await;
        self.finish(answer).await
    }

    async fn handle_timeout(&mut self) -> Next<S::Continue> {
        let answer = self.stage.handle_timeout().await;
        self.finish(answer).await
    }

    async fn terminate(&mut self, reason: &ExitReason) {
        self.stage.terminate(reason).await;
    }

    fn describe(message: &Message<S>) -> Described {
        match message {
            Message::Request(request) => S::describe(request),
            Message::Ask(..) => Described::cast("ask"),
            Message::Events(..) => Described::cast("events"),
            Message::Protocol(Opaque(protocol)) => match &**protocol {
                Protocol::Subscribe { .. } => Described::cast("subscribe"),
                Protocol::Cancel(..) | Protocol::Cancelled(..) => Described::cast("cancel"),
                Protocol::SubscribeTo(_, Some(from)) => Described::call("subscribe_to", from),
                Protocol::SubscribeTo(_, None) => Described::cast("subscribe_to"),
                Protocol::Info(_, Some(from)) => Described::call("sync_info", from),
                Protocol::Info(_, None) => Described::cast("async_info"),
                Protocol::SetMode(_) => Described::cast("demand"),
                Protocol::GetMode(from) => Described::call("demand", from),
                Protocol::Buffered(from) => Described::call("estimate_buffered_count", from),
                Protocol::Demand => Described::cast("demand"),
            },
        }
    }

    fn format_state(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl<S: Stage> std::fmt::Display for Staged<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let role = S::Kind::ROLE;
        let state = self.stage.format_state().unwrap_or_else(|| format!("#{}", std::any::type_name::<S>()));
        write!(f, "{state}, stage: {}", role.name())?;
        if role != Role::Consumer {
            let consumers: Vec<_> = self.subscribers.iter().map(|(_, it)| it.subscriber.consumer).collect();
            let buffered = self.outlet.buffered();
            let dispatcher = crate::gen_server::short_name::<S::Dispatcher>();
            write!(f, ", dispatcher: {dispatcher}, consumers: {consumers:?}, buffered: {buffered}")?;
        }
        if role != Role::Producer {
            let producers: Vec<_> = self.subscriptions.iter().map(|(_, it)| it.subscription.producer()).collect();
            write!(f, ", producers: {producers:?}")?;
        }
        Ok(())
    }
}

impl<S: Stage> Staged<S> {
    fn new(stage: S, setup: Setup) -> Self {
        let default = match S::Kind::ROLE {
            Role::Producer => NonZeroUsize::new(DEFAULT_BUFFER).map_or(BufferSize::Unlimited, BufferSize::Limited),
            _ => BufferSize::Unlimited,
        };
        let size = setup.buffer.unwrap_or(default).limit();
        let (keep, mode) = (setup.keep.unwrap_or_default(), setup.mode.unwrap_or_default());
        let outlet = Self::outlet(&stage, size, keep, mode);
        Self {
            stage,
            me: context::with_local(|local: &Local<Envelope<Message<S>>>| local.process.clone()),
            subscriptions: Roster::default(),
            subscribers: Roster::default(),
            monitors: Map::default(),
            outlet,
            stored: VecDeque::new(),
            demand_due: false,
            step: Step::Wait,
        }
    }

    fn outlet(stage: &S, size: Option<usize>, keep: BufferKeep, mode: DemandMode) -> Outlet<S::Out, S::Dispatcher> {
        Outlet::new(S::Kind::dispatcher(stage), size, keep, mode)
    }

    /// The name or pid, for reports.
    pub(super) fn name(&self) -> String {
        self.me.core.display()
    }

    async fn protocol(&mut self, protocol: Protocol<S>) -> Outcome {
        match protocol {
            Protocol::Subscribe { tag, consumer, options, dispatch, replaces } => {
                self.subscribed_by(tag, consumer, options, dispatch, replaces).await
            }
            Protocol::Cancel(tag, reason) => self.unsubscribed(tag, Cancelled::Cancel(reason)).await,
            Protocol::Cancelled(tag, reason) => self.ended(tag, Cancelled::Cancel(reason)).await,
            Protocol::SubscribeTo((target, replaces), from) => {
                let answer = |tag| {
                    if let Some(from) = from {
                        from.reply(tag);
                    }
                };
                self.subscribe(target, replaces, answer).await
            }
            Protocol::Info(info, from) => {
                self.queue(info);
                if let Some(from) = from {
                    from.reply(());
                }
                Ok(())
            }
            // A stream sets the demand of whatever it reads.
            Protocol::SetMode(_) if S::Kind::ROLE != Role::Producer => Ok(()),
            Protocol::SetMode(DemandMode::Accumulate) => {
                self.outlet.accumulate();
                Ok(())
            }
            Protocol::SetMode(DemandMode::Forward) => self.forward().await,
            Protocol::GetMode(from) => {
                from.reply(self.outlet.mode());
                Ok(())
            }
            Protocol::Buffered(from) => {
                from.reply(self.outlet.buffered());
                Ok(())
            }
            Protocol::Demand => {
                self.demand_due = false;
                Ok(())
            }
        }
    }

    /// A message that belongs to a subscription: which one, and what became of it.
    fn concerns_a_subscription(&mut self, info: Info) -> Result<(SubscriptionTag, Cancelled), Info> {
        if let Info::Down(down) = &info {
            let Down { reference, reason, .. } = &**down;
            let own = SubscriptionTag(reference.reference());
            if self.subscriptions.contains(own) {
                return Ok((own, Cancelled::Down(reason.clone())));
            }
            if let Some(tag) = self.monitors.get(&reference.reference()) {
                return Ok((*tag, Cancelled::Down(reason.clone())));
            }
            return Err(info);
        }
        let Unknown(tag) = info.take::<Unknown>()?;
        Ok((tag, Cancelled::Cancel(super::Refused::UnknownSubscription.into())))
    }

    /// A subscription has ended, on whichever side of it this stage is.
    async fn ended(&mut self, tag: SubscriptionTag, cancelled: Cancelled) -> Outcome {
        if self.subscribers.contains(tag) {
            self.unsubscribed(tag, cancelled).await
        } else {
            self.subscription_ended(tag, cancelled).await
        }
    }

    /// A message that is to be handled behind the events that are there.
    fn queue(&mut self, info: Info) {
        match S::Kind::ROLE {
            Role::Consumer => self.release(info),
            Role::ProducerConsumer if !self.stored.is_empty() => self.stored.push_back(Stored::Info(info)),
            _ => self.queue_behind_buffer(info),
        }
    }

    pub(super) fn queue_behind_buffer(&mut self, info: Info) {
        if let Err(info) = self.outlet.attach(info) {
            // The dispatcher may hold events back itself.
            self.outlet.pass(info);
            self.flush();
        }
    }

    /// Into its own mailbox: behind everything that is decided already.
    pub(super) fn release(&self, info: Info) {
        self.me.push(Item::Info(info));
    }

    /// What one callback answered, when that is the last of its message.
    async fn finish(&mut self, answer: Answer<S>) -> Next<S::Continue> {
        match self.take(answer) {
            Taken::Done => self.after(Ok(())).await,
            // First that; it ends here again.
            Taken::Continue(step) => Next(Step::Continue(step)),
            Taken::Stop(reason) => Next::stop(reason),
        }
    }

    /// What one callback answered, when others may follow.
    pub(super) async fn absorb(&mut self, answer: Answer<S>) -> Outcome {
        match self.take(answer) {
            Taken::Done => Ok(()),
            taken => self.go_on(taken).await,
        }
    }

    /// Emits and replies.
    #[inline]
    pub(super) fn take(&mut self, answer: Answer<S>) -> Taken<S::Continue> {
        let Emit { events, next, reply } = answer;
        self.emit(events);
        if let Some(reply) = reply {
            reply();
        }
        match next.0 {
            Step::Continue(step) => Taken::Continue(step),
            Step::Stop(reason) => Taken::Stop(reason),
            // Nothing is moved for what nearly every callback answers.
            Step::Wait if matches!(self.step, Step::Wait) => Taken::Done,
            step => {
                self.step = step;
                Taken::Done
            }
        }
    }

    /// The continue steps of an answer that others may follow.
    pub(super) async fn go_on(&mut self, taken: Taken<S::Continue>) -> Outcome {
        let mut taken = taken;
        loop {
            match taken {
                Taken::Done => return Ok(()),
                Taken::Stop(reason) => return Err(reason),
                Taken::Continue(step) => {
                    turn().await;
                    let answer = self.stage.handle_continue(step).await;
                    taken = self.take(answer);
                }
            }
        }
    }

    /// The end of every message: asks for what can be placed, of the stage itself or of what is stored.
    async fn after(&mut self, outcome: Outcome) -> Next<S::Continue> {
        if let Err(reason) = outcome {
            return Next::stop(reason);
        }
        let demand = match S::Kind::ROLE {
            Role::Producer => self.outlet.demand(),
            _ => 0,
        };
        if demand > 0 {
            let answer = S::Kind::handle_demand(&mut self.stage, demand).await;
            match self.take(answer) {
                Taken::Done => {}
                taken => {
                    if let Err(reason) = self.go_on(taken).await {
                        return Next::stop(reason);
                    }
                }
            }
            if self.outlet.wants_more() && !std::mem::replace(&mut self.demand_due, true) {
                push(&self.me, Protocol::Demand.into());
            }
        } else if S::Kind::ROLE == Role::ProducerConsumer
            && !self.stored.is_empty()
            && let Err(reason) = self.handle_stored().await
        {
            return Next::stop(reason);
        }
        self.next()
    }

    /// What the callbacks of a message asked for beside events.
    #[inline]
    fn next(&mut self) -> Next<S::Continue> {
        match self.step {
            Step::Wait => Next(Step::Wait),
            _ => Next(std::mem::replace(&mut self.step, Step::Wait)),
        }
    }

    /// Whether a message is done with when its callback is: the stage has nothing stored that could be handled, and nothing
    /// to ask for.
    #[inline]
    fn is_settled(&self) -> bool {
        match S::Kind::ROLE {
            Role::Producer => !self.outlet.wants_more(),
            Role::ProducerConsumer => self.stored.is_empty(),
            Role::Consumer => true,
        }
    }

    /// Emits, and sends what goes out.
    pub(super) fn emit(&mut self, events: Vec<S::Out>) {
        if !events.is_empty() {
            self.outlet.emit(events);
            self.flush();
        }
    }

    /// Sends what the outlet has dispatched.
    pub(super) fn flush(&mut self) {
        let sent = &mut self.outlet.out.sent;
        // Nearly always one message, which needs no drain.
        if sent.len() > 1 {
            for (tag, events) in sent.drain(..) {
                send(&self.subscribers, tag, events);
            }
        } else if let Some((tag, events)) = sent.pop() {
            send(&self.subscribers, tag, events);
        }
        if !self.outlet.out.released.is_empty() {
            for info in std::mem::take(&mut self.outlet.out.released) {
                self.release(info);
            }
        }
        if !self.outlet.dropped.is_empty() {
            self.report_dropped();
        }
    }

    #[cold]
    fn report_dropped(&mut self) {
        for dropped in std::mem::take(&mut self.outlet.dropped) {
            if S::Kind::handle_discarded(&self.stage, dropped) {
                observe::buffer_overflow(&self.name(), dropped);
            }
        }
    }

    pub(super) fn demonitor(&self, monitor: MonitorRef) {
        monitor::cancel(&self.me.core, monitor.0, true);
    }
}

#[inline]
fn send<E>(subscribers: &Roster<Producing<E>>, tag: SubscriptionTag, events: Vec<E>) {
    if let Some(producing) = subscribers.get(tag) {
        producing.end.events(tag, events);
    }
}

/// Before a callback that takes nothing from the mailbox: a signal ends the stage here.
async fn turn() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
