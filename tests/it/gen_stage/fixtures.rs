//! Stages written by hand that tell the test what happens to them.

use otp::gen_stage::dispatcher::NoDispatcher;
use otp::gen_stage::{
    Accepts, Answer, Cancelled, Consumer, DemandDispatcher, Dispatcher, Emit, HandleDemand, Manual, NewSubscription,
    NoEvents, Producer, Stage, StageInit, StageRef, Subscriber, Subscription, SubscriptionTag, kind,
};
use otp::prelude::*;
use otp::process;
use std::collections::HashMap;
use std::time::Duration;

/// What a stage tells the test, with its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    Demand(&'static str, usize),
    Events(&'static str, Vec<u64>),
    /// On the consumer's side.
    Subscribed(&'static str, SubscriptionTag),
    /// On the producer's side.
    Subscriber(&'static str, SubscriptionTag),
    Ended(&'static str, Cancelled),
    Unsubscribed(&'static str, Cancelled),
    Info(&'static str, u64),
    Terminated(&'static str, ExitReason),
    Discarded(&'static str, usize),
}

/// The next thing that a stage tells.
pub(super) async fn seen() -> Seen {
    process::receive::<Seen>().await
}

/// The next batches that this consumer handles, whatever else is told.
pub(super) async fn batches<const N: usize>(name: &'static str) -> [Vec<u64>; N] {
    let mut found = Vec::new();
    while found.len() < N {
        found.push(
            process::receive_match(
                |info| match info.take::<Seen>() {
                    Ok(Seen::Events(who, events)) if who == name => Ok(events),
                    Ok(other) => Err(Info::new(other)),
                    Err(info) => Err(info),
                },
                None,
            )
            .await
            .expect("without a time there is no timeout"),
        );
    }
    found.try_into().expect("so many")
}

/// The next demands that this producer is asked for.
pub(super) async fn demands<const N: usize>(name: &'static str) -> [usize; N] {
    let mut found = [0; N];
    for demand in &mut found {
        *demand = process::receive_match(
            |info| match info.take::<Seen>() {
                Ok(Seen::Demand(who, demand)) if who == name => Ok(demand),
                Ok(other) => Err(Info::new(other)),
                Err(info) => Err(info),
            },
            None,
        )
        .await
        .expect("without a time there is no timeout");
    }
    found
}

/// How a subscription of this stage ended.
pub(super) async fn ended(name: &'static str) -> Cancelled {
    process::receive_match(
        |info| match info.take::<Seen>() {
            Ok(Seen::Ended(who, cancelled) | Seen::Unsubscribed(who, cancelled)) if who == name => Ok(cancelled),
            Ok(other) => Err(Info::new(other)),
            Err(info) => Err(info),
        },
        None,
    )
    .await
    .expect("without a time there is no timeout")
}

/// Everything that was told and not looked at, once all stages wait. Under paused time.
pub(super) async fn rest() -> Vec<Seen> {
    let mut all = Vec::new();
    while let Some(seen) = process::receive_timeout::<Seen>(Duration::from_millis(10)).await {
        all.push(seen);
    }
    all
}

/// What is left of one kind, as text.
pub(super) async fn quiet() {
    assert_eq!(rest().await, []);
}

pub(super) fn range(from: u64, to: u64) -> Vec<u64> {
    (from..to).collect()
}

type Answering = Box<dyn FnMut(usize) -> Vec<u64> + Send>;
type Making<D> = Box<dyn FnOnce() -> D + Send>;
type Init<S> = StageInit<S, <S as Stage>::Continue>;
type Setting<S> = Box<dyn FnOnce(Init<S>) -> Init<S> + Send>;

/// A producer.
pub(super) struct Source<D: Dispatcher<u64> = DemandDispatcher<u64>> {
    name: &'static str,
    test: Pid,
    answer: Answering,
    make: std::sync::Mutex<Option<Making<D>>>,
    log_discarded: Option<bool>,
    stop_on_unsubscribe: bool,
    subscribers: HashMap<SubscriptionTag, Subscriber>,
}

pub(super) struct SourceArgs<D: Dispatcher<u64>> {
    pub(super) name: &'static str,
    pub(super) answer: Answering,
    pub(super) make: Making<D>,
    pub(super) setup: Setting<Source<D>>,
    pub(super) log_discarded: Option<bool>,
    pub(super) stop_on_unsubscribe: bool,
    pub(super) test: Pid,
}

pub(super) enum ToSource {
    /// Emits, and does not wait.
    Emit(Vec<u64>),
    /// Emits, then replies.
    Notify(Vec<u64>, ReplyTo<()>),
    /// Replies, then emits.
    Early(Vec<u64>, ReplyTo<()>),
    /// Emits in a continue step.
    Continue(Vec<u64>),
    Reply(ReplyTo<u8>, ExitReason),
    Panic,
}

/// Answers each demand at once with the next numbers.
pub(super) fn counting() -> Answering {
    let mut next = 0;
    Box::new(move |demand| {
        let events = range(next, next + demand as u64);
        next += demand as u64;
        events
    })
}

/// Never answers demand.
pub(super) fn idle() -> Answering {
    Box::new(|_| Vec::new())
}

impl SourceArgs<DemandDispatcher<u64>> {
    pub(super) fn new(name: &'static str, answer: Answering) -> Self {
        Self::with(name, answer, DemandDispatcher::new)
    }
}

impl<D: Dispatcher<u64>> SourceArgs<D> {
    pub(super) fn with(name: &'static str, answer: Answering, make: impl FnOnce() -> D + Send + 'static) -> Self {
        Self {
            name,
            answer,
            make: Box::new(make),
            setup: Box::new(|init| init),
            log_discarded: None,
            stop_on_unsubscribe: false,
            test: process::self_pid(),
        }
    }

    pub(super) fn setup(mut self, setup: impl FnOnce(Init<Source<D>>) -> Init<Source<D>> + Send + 'static) -> Self {
        self.setup = Box::new(setup);
        self
    }

    pub(super) fn log_discarded(mut self, log: bool) -> Self {
        self.log_discarded = Some(log);
        self
    }

    pub(super) fn stop_on_unsubscribe(mut self) -> Self {
        self.stop_on_unsubscribe = true;
        self
    }

    pub(super) async fn start(self) -> StageRef<Source<D>> {
        Source::start(self).await.expect("it starts")
    }
}

impl<D: Dispatcher<u64>> Stage for Source<D> {
    type Kind = kind::Producer;
    type In = NoEvents;
    type Out = u64;
    type Dispatcher = D;
    type Args = SourceArgs<D>;
    type Request = ToSource;
    type Continue = Vec<u64>;
    type Ref = StageRef<Self>;

    async fn init(args: SourceArgs<D>) -> StageInit<Self, Vec<u64>> {
        let state = Self {
            name: args.name,
            test: args.test,
            answer: args.answer,
            make: std::sync::Mutex::new(Some(args.make)),
            log_discarded: args.log_discarded,
            stop_on_unsubscribe: args.stop_on_unsubscribe,
            subscribers: HashMap::new(),
        };
        (args.setup)(StageInit::ok(state))
    }

    async fn handle(&mut self, request: ToSource) -> Answer<Self> {
        match request {
            ToSource::Emit(events) => Emit::events(events),
            ToSource::Notify(events, from) => Emit::events(events).reply(from, ()),
            ToSource::Early(events, from) => {
                from.reply(());
                Emit::events(events)
            }
            ToSource::Continue(events) => Next::then(events).into(),
            ToSource::Reply(from, reason) => {
                from.reply(7);
                Emit::stop(reason)
            }
            ToSource::Panic => panic!("as it should"),
        }
    }

    async fn handle_continue(&mut self, events: Vec<u64>) -> Answer<Self> {
        Emit::events(events)
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        match info.take::<u64>() {
            Ok(n) => self.tell(Seen::Info(self.name, n)),
            Err(Info::Down(down)) => self.tell(*down),
            Err(_) => {}
        }
        Emit::nothing()
    }

    async fn terminate(&mut self, reason: &ExitReason) {
        self.tell(Seen::Terminated(self.name, reason.clone()));
    }

    fn format_state(&self) -> Option<String> {
        Some(format!("Source({})", self.name))
    }
}

impl<D: Dispatcher<u64>> Source<D> {
    fn tell<M: Send + 'static>(&self, message: M) {
        let _ = process::send(self.test, message);
    }
}

impl<D: Dispatcher<u64>> Producer for Source<D> {
    fn dispatcher(&self) -> D {
        let make = self.make.lock().expect("nobody panics with it").take();
        make.expect("a dispatcher is made once")()
    }

    async fn handle_subscriber(&mut self, subscriber: &Subscriber) -> Next<Vec<u64>> {
        self.subscribers.insert(subscriber.tag(), subscriber.clone());
        self.tell(Seen::Subscriber(self.name, subscriber.tag()));
        if let Some(Extra(n)) = subscriber.options().get() {
            self.tell(Seen::Info(self.name, *n));
        }
        Next::noreply()
    }

    async fn handle_unsubscribed(&mut self, subscriber: &Subscriber, cancelled: &Cancelled) -> Answer<Self> {
        assert!(self.subscribers.remove(&subscriber.tag()).is_some());
        self.tell(Seen::Unsubscribed(self.name, cancelled.clone()));
        if self.stop_on_unsubscribe { Emit::stop(ExitReason::Shutdown) } else { Emit::nothing() }
    }

    fn handle_discarded(&self, discarded: usize) -> bool {
        if self.log_discarded.is_some() {
            self.tell(Seen::Discarded(self.name, discarded));
        }
        self.log_discarded.unwrap_or(true)
    }
}

impl<D: Dispatcher<u64>> HandleDemand for Source<D> {
    async fn handle_demand(&mut self, demand: usize) -> Answer<Self> {
        self.tell(Seen::Demand(self.name, demand));
        Emit::events((self.answer)(demand))
    }
}

/// An option of a subscription that the library knows nothing of.
#[derive(Debug)]
pub(super) struct Extra(pub(super) u64);

/// A consumer.
pub(super) struct Sink {
    name: &'static str,
    test: Pid,
    /// Whether demand is the test's business, by [`ToSink::Ask`].
    manual: bool,
    subscriptions: HashMap<SubscriptionTag, Held>,
    handling: Handling,
}

enum Held {
    Automatic(Subscription),
    Manual(Manual),
}

/// What happens in `handle_events` beside being told.
pub(super) type Handling = Box<dyn FnMut(&[u64]) -> Doing + Send>;

pub(super) enum Doing {
    Nothing,
    Wait(Duration),
    Stop(ExitReason),
}

pub(super) enum ToSink {
    Ask(SubscriptionTag, usize),
    Cancel(SubscriptionTag, ExitReason),
    /// Asks for the address of the one subscription there is.
    Only(ReplyTo<SubscriptionTag>),
    Panic,
}

pub(super) struct SinkArgs {
    pub(super) name: &'static str,
    pub(super) test: Pid,
    pub(super) manual: bool,
    pub(super) setup: Setting<Sink>,
    pub(super) handling: Handling,
}

pub(super) fn sink(name: &'static str) -> SinkArgs {
    let test = process::self_pid();
    SinkArgs { name, test, manual: false, setup: Box::new(|init| init), handling: Box::new(|_| Doing::Nothing) }
}

impl SinkArgs {
    pub(super) fn manual(mut self) -> Self {
        self.manual = true;
        self
    }

    pub(super) fn setup(mut self, setup: impl FnOnce(StageInit<Sink>) -> StageInit<Sink> + Send + 'static) -> Self {
        self.setup = Box::new(setup);
        self
    }

    pub(super) fn handling(mut self, handling: impl FnMut(&[u64]) -> Doing + Send + 'static) -> Self {
        self.handling = Box::new(handling);
        self
    }

    pub(super) async fn start(self) -> StageRef<Sink> {
        Sink::start(self).await.expect("it starts")
    }
}

impl Sink {
    fn tell<M: Send + 'static>(&self, message: M) {
        let _ = process::send(self.test, message);
    }
}

impl Stage for Sink {
    type Kind = kind::Consumer;
    type In = u64;
    type Out = NoEvents;
    type Dispatcher = NoDispatcher;
    type Args = SinkArgs;
    type Request = ToSink;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(args: SinkArgs) -> StageInit<Self> {
        let SinkArgs { name, test, manual, setup, handling } = args;
        setup(StageInit::ok(Self { name, test, manual, subscriptions: HashMap::new(), handling }))
    }

    async fn handle(&mut self, request: ToSink) -> Answer<Self> {
        match request {
            ToSink::Ask(tag, demand) => match &self.subscriptions[&tag] {
                Held::Manual(manual) => manual.ask(demand),
                Held::Automatic(_) => panic!("demand is automatic"),
            },
            ToSink::Cancel(tag, reason) => match &self.subscriptions[&tag] {
                Held::Manual(manual) => manual.cancel(reason),
                Held::Automatic(subscription) => subscription.cancel(reason),
            },
            ToSink::Only(from) => {
                let only = self.subscriptions.keys().next().expect("there is one");
                from.reply(*only);
            }
            ToSink::Panic => panic!("as it should"),
        }
        Emit::nothing()
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        match info.take::<u64>() {
            Ok(n) => self.tell(Seen::Info(self.name, n)),
            Err(Info::Down(down)) => self.tell(*down),
            Err(_) => {}
        }
        Emit::nothing()
    }

    async fn terminate(&mut self, reason: &ExitReason) {
        self.tell(Seen::Terminated(self.name, reason.clone()));
    }

    fn format_state(&self) -> Option<String> {
        Some(format!("Sink({})", self.name))
    }
}

impl Accepts<u64> for Sink {}

impl Consumer for Sink {
    async fn handle_events(&mut self, events: Vec<u64>, from: &Subscription) -> Answer<Self> {
        assert!(self.subscriptions.contains_key(&from.tag()));
        let doing = (self.handling)(&events);
        self.tell(Seen::Events(self.name, events));
        match doing {
            Doing::Nothing => Emit::nothing(),
            Doing::Wait(time) => {
                process::sleep(time).await;
                Emit::nothing()
            }
            Doing::Stop(reason) => Emit::stop(reason),
        }
    }

    async fn handle_subscribe(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        let tag = subscription.tag();
        let held =
            if self.manual { Held::Manual(subscription.manual()) } else { Held::Automatic((*subscription).clone()) };
        self.subscriptions.insert(tag, held);
        self.tell(Seen::Subscribed(self.name, tag));
        if let Some(Extra(n)) = subscription.options().get() {
            self.tell(Seen::Info(self.name, *n));
        }
        Next::noreply()
    }

    async fn handle_cancel(&mut self, subscription: &Subscription, cancelled: &Cancelled) -> Answer<Self> {
        self.subscriptions.remove(&subscription.tag());
        self.tell(Seen::Ended(self.name, cancelled.clone()));
        Emit::nothing()
    }
}

/// A producer-consumer.
pub(super) struct Middle<D: Dispatcher<u64> = DemandDispatcher<u64>> {
    name: &'static str,
    test: Pid,
    make: std::sync::Mutex<Option<Making<D>>>,
    transform: Transform,
}

type Transform = Box<dyn FnMut(Vec<u64>) -> Vec<u64> + Send>;

pub(super) struct MiddleArgs<D: Dispatcher<u64>> {
    pub(super) name: &'static str,
    pub(super) test: Pid,
    pub(super) make: Making<D>,
    pub(super) setup: Setting<Middle<D>>,
    pub(super) transform: Transform,
}

impl<D: Dispatcher<u64>> MiddleArgs<D> {
    pub(super) fn with(
        name: &'static str,
        make: impl FnOnce() -> D + Send + 'static,
        transform: impl FnMut(Vec<u64>) -> Vec<u64> + Send + 'static,
    ) -> Self {
        let test = process::self_pid();
        Self { name, test, make: Box::new(make), setup: Box::new(|init| init), transform: Box::new(transform) }
    }

    pub(super) fn setup(
        mut self,
        setup: impl FnOnce(StageInit<Middle<D>>) -> StageInit<Middle<D>> + Send + 'static,
    ) -> Self {
        self.setup = Box::new(setup);
        self
    }

    pub(super) async fn start(self) -> StageRef<Middle<D>> {
        Middle::start(self).await.expect("it starts")
    }
}

/// Passes events on as they are.
pub(super) fn middle(name: &'static str) -> MiddleArgs<DemandDispatcher<u64>> {
    MiddleArgs::with(name, DemandDispatcher::new, |events| events)
}

/// Each event twice.
pub(super) fn doubling(name: &'static str) -> MiddleArgs<DemandDispatcher<u64>> {
    MiddleArgs::with(name, DemandDispatcher::new, twice)
}

pub(super) fn twice(events: Vec<u64>) -> Vec<u64> {
    events.into_iter().flat_map(|n| [n, n]).collect()
}

pub(super) enum ToMiddle {
    Emit(Vec<u64>),
}

impl<D: Dispatcher<u64>> Stage for Middle<D> {
    type Kind = kind::ProducerConsumer;
    type In = u64;
    type Out = u64;
    type Dispatcher = D;
    type Args = MiddleArgs<D>;
    type Request = ToMiddle;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(args: MiddleArgs<D>) -> StageInit<Self> {
        let MiddleArgs { name, test, make, setup, transform } = args;
        setup(StageInit::ok(Self { name, test, make: std::sync::Mutex::new(Some(make)), transform }))
    }

    async fn handle(&mut self, request: ToMiddle) -> Answer<Self> {
        match request {
            ToMiddle::Emit(events) => Emit::events(events),
        }
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        if let Ok(n) = info.take::<u64>() {
            self.tell(Seen::Info(self.name, n));
        }
        Emit::nothing()
    }

    async fn terminate(&mut self, reason: &ExitReason) {
        self.tell(Seen::Terminated(self.name, reason.clone()));
    }
}

impl<D: Dispatcher<u64>> Middle<D> {
    fn tell(&self, seen: Seen) {
        let _ = process::send(self.test, seen);
    }
}

impl<D: Dispatcher<u64>> Producer for Middle<D> {
    fn dispatcher(&self) -> D {
        let make = self.make.lock().expect("nobody panics with it").take();
        make.expect("a dispatcher is made once")()
    }

    async fn handle_subscriber(&mut self, subscriber: &Subscriber) -> Next {
        self.tell(Seen::Subscriber(self.name, subscriber.tag()));
        Next::noreply()
    }

    async fn handle_unsubscribed(&mut self, _: &Subscriber, cancelled: &Cancelled) -> Answer<Self> {
        self.tell(Seen::Unsubscribed(self.name, cancelled.clone()));
        Emit::nothing()
    }
}

impl<D: Dispatcher<u64>> Accepts<u64> for Middle<D> {}

impl<D: Dispatcher<u64>> Consumer for Middle<D> {
    async fn handle_events(&mut self, events: Vec<u64>, _: &Subscription) -> Answer<Self> {
        self.tell(Seen::Events(self.name, events.clone()));
        Emit::events((self.transform)(events))
    }

    async fn handle_subscribe(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        self.tell(Seen::Subscribed(self.name, subscription.tag()));
        Next::noreply()
    }

    async fn handle_cancel(&mut self, _: &Subscription, cancelled: &Cancelled) -> Answer<Self> {
        self.tell(Seen::Ended(self.name, cancelled.clone()));
        Emit::nothing()
    }
}
