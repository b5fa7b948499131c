//! The stages of a run: they do what is asked of them at random moments, and note what happens to them.

use super::checked::{Checked, Which};
use super::rng::Rng;
use super::world::{Event, Producing, Received, World, lock};
use otp::gen_stage::dispatcher::{NoDispatcher, SubscriptionTag};
use otp::gen_stage::{
    Accepts, Answer, BufferKeep, Cancelled, Consumer, DemandMode, Emit, HandleDemand, Manual, NewSubscription,
    NoEvents, Producer, Stage, StageInit, StageRef, Subscriber, Subscription, kind,
};
use otp::prelude::*;
use otp::process;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a stage is made.
pub(super) struct Setup {
    pub(super) world: Arc<World>,
    pub(super) number: usize,
    pub(super) which: Which,
    pub(super) rng: Rng,
    /// Handlers may sleep: the time is paused.
    pub(super) paused: bool,
}

/// What all kinds share.
pub(super) struct Common {
    world: Arc<World>,
    number: usize,
    which: Which,
    rng: Rng,
    paused: bool,
    subscriptions: BTreeMap<SubscriptionTag, Held>,
}

enum Held {
    Automatic(Subscription),
    Manual(Manual),
}

pub(super) enum Request {
    /// Emits so many that nobody asked for.
    Emit(usize),
    /// Emits some of what it has kept back.
    Tick,
    Cancel(SubscriptionTag, ExitReason),
    Ask(SubscriptionTag, usize),
    Ping(ReplyTo<()>),
}

/// A message behind events: how many had been emitted when it was sent.
pub(super) struct Behind(pub(super) u64);

impl Common {
    fn new(setup: Setup) -> Self {
        let Setup { world, number, which, rng, paused } = setup;
        Self { world, number, which, rng, paused, subscriptions: BTreeMap::new() }
    }

    /// As it begins.
    fn copy(&self) -> Self {
        Self {
            world: self.world.clone(),
            number: self.number,
            which: self.which,
            rng: self.rng.clone(),
            paused: self.paused,
            subscriptions: BTreeMap::new(),
        }
    }

    fn log(&self) -> Arc<Mutex<Producing>> {
        self.world.producing(self.number)
    }

    /// Others get a turn, sometimes.
    async fn pause(&mut self) {
        self.world.act();
        match self.rng.below(10) {
            0 if self.paused => process::sleep(Duration::from_millis(self.rng.below(3) as u64)).await,
            1..4 => tokio::task::yield_now().await,
            _ => {}
        }
        self.world.act();
    }

    /// The next events, with keys that come from `keys`.
    fn events(&mut self, keys: impl IntoIterator<Item = u64>) -> Vec<Event> {
        let log = self.log();
        let mut log = lock(&log);
        let first = log.emitted;
        let number = |(at, key)| Event { stage: self.number, number: first + at as u64, key };
        let events: Vec<_> = keys.into_iter().enumerate().map(number).collect();
        log.emitted += events.len() as u64;
        log.owed = log.owed.saturating_sub(events.len());
        events
    }

    fn keys(&mut self, n: usize) -> Vec<u64> {
        (0..n).map(|_| self.rng.below(100) as u64).collect()
    }

    fn cancel(&mut self, tag: SubscriptionTag, reason: ExitReason) {
        match self.subscriptions.get(&tag) {
            Some(Held::Automatic(subscription)) => subscription.cancel(reason),
            Some(Held::Manual(manual)) => manual.cancel(reason),
            None => {}
        }
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize) {
        if let Some(Held::Manual(manual)) = self.subscriptions.get(&tag) {
            manual.ask(demand);
        }
    }

    fn got(&mut self, events: &[Event], from: &Subscription) {
        self.world.got(self.number, from.tag(), events);
    }

    /// What a stage that asks itself does when it has handled events: it asks for as many.
    fn ask_again(&mut self, n: usize, from: &Subscription) {
        self.ask(from.tag(), n);
    }

    fn subscribe(&mut self, subscription: &mut NewSubscription<'_>) {
        self.world.act();
        let options = subscription.options().clone();
        let Some(Of { producer, manual }) = options.get::<Of>().copied() else { return };
        let tag = subscription.tag();
        let received = Received {
            consumer: self.number,
            producer,
            numbers: Vec::new(),
            max: options.max_demand(),
            min: options.min_demand(),
            manual,
            mode: options.cancel(),
            ended: None,
        };
        lock(&self.world.received).insert(tag, received);
        let held = if manual {
            let manual = subscription.manual();
            manual.ask(1 + self.rng.below(options.max_demand()));
            Held::Manual(manual)
        } else {
            Held::Automatic((*subscription).clone())
        };
        self.subscriptions.insert(tag, held);
    }

    fn ended(&mut self, subscription: &Subscription, cancelled: &Cancelled) {
        self.subscriptions.remove(&subscription.tag());
        self.world.ended(self.number, subscription.tag(), cancelled);
    }

    fn info(&mut self, info: Info) {
        self.world.act();
        match info.take::<Behind>() {
            Ok(Behind(emitted)) => {
                let log = self.log();
                let log = lock(&log);
                let gone = log.taken + log.dropped;
                self.world.check(gone >= emitted || log.accumulated, || {
                    format!("stage {} got a message behind {emitted} events when {gone} had gone", self.number)
                });
            }
            Err(other) => self.world.fail(|| format!("stage {} got {other:?}", self.number)),
        }
    }

    fn discarded(&self, n: usize) -> bool {
        self.world.act();
        lock(&self.log()).dropped += n as u64;
        false
    }

    fn dispatcher(&self) -> Checked {
        Checked::new(self.which, self.number, &self.world)
    }

    /// A limit and what it keeps, as it was drawn.
    fn buffer<S: Producer>(&self, init: StageInit<S>) -> StageInit<S> {
        let log = self.log();
        let log = lock(&log);
        let init = match log.buffer {
            Some(size) => init.buffer_size(size),
            None => init.buffer_unlimited(),
        };
        init.buffer_keep(log.keep)
    }
}

/// What a subscription tells its consumer of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of {
    pub(super) producer: usize,
    pub(super) manual: bool,
}

pub(super) fn keeps(first: bool) -> BufferKeep {
    if first { BufferKeep::First } else { BufferKeep::Last }
}

/// A producer: answers demand at once, in part, or with more, as long as it has events.
pub(super) struct Source(Common);

impl Stage for Source {
    type Kind = kind::Producer;
    type In = NoEvents;
    type Out = Event;
    type Dispatcher = Checked;
    type Args = Setup;
    type Request = Request;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(setup: Setup) -> StageInit<Self> {
        let common = Common::new(setup);
        let accumulated = lock(&common.log()).accumulated;
        let mode = if accumulated { DemandMode::Accumulate } else { DemandMode::Forward };
        let init = StageInit::ok(Self(common.copy()));
        common.buffer(init).demand(mode)
    }

    async fn handle(&mut self, request: Request) -> Answer<Self> {
        if let Request::Ping(from) = request {
            from.reply(());
            return Emit::nothing();
        }
        self.0.pause().await;
        match request {
            Request::Ping(_) => {}
            Request::Emit(n) => return self.emit(n),
            Request::Tick => {
                let owed = lock(&self.0.log()).owed;
                if owed > 0 {
                    let n = 1 + self.0.rng.below(owed);
                    return self.emit_some(n);
                }
            }
            Request::Cancel(..) | Request::Ask(..) => {}
        }
        Emit::nothing()
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        self.0.info(info);
        Emit::nothing()
    }
}

impl Source {
    /// As many of so many as there are left.
    fn emit(&mut self, n: usize) -> Answer<Self> {
        let n = {
            let log = self.0.log();
            let mut log = lock(&log);
            let n = (n as u64).min(log.supply);
            log.supply -= n;
            n as usize
        };
        let keys = self.0.keys(n);
        Emit::events(self.0.events(keys))
    }

    /// So many now, and the rest later.
    fn emit_some(&mut self, n: usize) -> Answer<Self> {
        let answer = self.emit(n);
        let log = self.0.log();
        let log = lock(&log);
        if log.owed > 0
            && log.supply > 0
            && let Some(me) = StageRef::<Self>::from_pid(process::self_pid())
        {
            me.cast(Request::Tick);
        }
        answer
    }
}

impl Producer for Source {
    fn dispatcher(&self) -> Checked {
        self.0.dispatcher()
    }

    async fn handle_subscriber(&mut self, _: &Subscriber) -> Next {
        self.0.pause().await;
        Next::noreply()
    }

    async fn handle_unsubscribed(&mut self, _: &Subscriber, _: &Cancelled) -> Answer<Self> {
        self.0.pause().await;
        if self.0.rng.percent(30) { self.emit(2) } else { Emit::nothing() }
    }

    fn handle_discarded(&self, n: usize) -> bool {
        self.0.discarded(n)
    }
}

impl HandleDemand for Source {
    async fn handle_demand(&mut self, demand: usize) -> Answer<Self> {
        {
            let log = self.0.log();
            let mut log = lock(&log);
            let right = log.accumulated || demand == log.placeable.saturating_sub(log.owed);
            self.0.world.check(demand > 0 && right, || {
                format!("asked for {demand}, with {} owed and {} to be placed", log.owed, log.placeable)
            });
            log.owed += demand;
        }
        self.0.pause().await;
        let n = match self.0.rng.below(4) {
            0 => self.0.rng.below(demand + 1),
            1 => demand + self.0.rng.below(4),
            _ => demand,
        };
        self.emit_some(n)
    }
}

/// A producer-consumer: passes events on, doubles them, drops some, or keeps some for later.
pub(super) struct Middle {
    common: Common,
    does: usize,
    kept: Vec<u64>,
}

impl Middle {
    /// Emits what it has kept, without its consumers' asking.
    fn release(&mut self) -> Answer<Self> {
        let kept = std::mem::take(&mut self.kept);
        Emit::events(self.common.events(kept))
    }
}

impl Stage for Middle {
    type Kind = kind::ProducerConsumer;
    type In = Event;
    type Out = Event;
    type Dispatcher = Checked;
    type Args = Setup;
    type Request = Request;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(setup: Setup) -> StageInit<Self> {
        let mut common = Common::new(setup);
        let does = common.rng.below(5);
        let copy = common.copy();
        copy.buffer(StageInit::ok(Self { common, does, kept: Vec::new() }))
    }

    async fn handle(&mut self, request: Request) -> Answer<Self> {
        if let Request::Ping(from) = request {
            from.reply(());
            return Emit::nothing();
        }
        self.common.pause().await;
        match request {
            Request::Ping(_) => {}
            Request::Emit(n) => {
                let keys = self.common.keys(n);
                return Emit::events(self.common.events(keys));
            }
            Request::Tick => return self.release(),
            Request::Cancel(tag, reason) => self.common.cancel(tag, reason),
            Request::Ask(tag, demand) => self.common.ask(tag, demand),
        }
        Emit::nothing()
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        self.common.info(info);
        Emit::nothing()
    }
}

impl Producer for Middle {
    fn dispatcher(&self) -> Checked {
        self.common.dispatcher()
    }

    async fn handle_unsubscribed(&mut self, _: &Subscriber, _: &Cancelled) -> Answer<Self> {
        self.common.pause().await;
        if self.common.rng.percent(30) { self.release() } else { Emit::nothing() }
    }

    fn handle_discarded(&self, n: usize) -> bool {
        self.common.discarded(n)
    }
}

impl Accepts<Event> for Middle {}

impl Consumer for Middle {
    async fn handle_events(&mut self, events: Vec<Event>, from: &Subscription) -> Answer<Self> {
        self.common.got(&events, from);
        self.common.pause().await;
        self.common.ask_again(events.len(), from);
        let keys = events.iter().map(|event| event.key);
        let keys: Vec<u64> = match self.does {
            0 => keys.flat_map(|key| [key, key + 1]).collect(),
            1 => keys.filter(|key| key.is_multiple_of(2)).collect(),
            2 => {
                self.kept.extend(keys);
                if let Some(me) = StageRef::<Self>::from_pid(process::self_pid()) {
                    me.cast(Request::Tick);
                }
                return Emit::nothing();
            }
            _ => keys.collect(),
        };
        Emit::events(self.common.events(keys))
    }

    async fn handle_subscribe(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        self.common.subscribe(subscription);
        Next::noreply()
    }

    async fn handle_cancel(&mut self, subscription: &Subscription, cancelled: &Cancelled) -> Answer<Self> {
        self.common.ended(subscription, cancelled);
        if self.common.rng.percent(30) { self.release() } else { Emit::nothing() }
    }
}

/// A consumer.
pub(super) struct Sink(Common);

impl Stage for Sink {
    type Kind = kind::Consumer;
    type In = Event;
    type Out = NoEvents;
    type Dispatcher = NoDispatcher;
    type Args = Setup;
    type Request = Request;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(setup: Setup) -> StageInit<Self> {
        StageInit::ok(Self(Common::new(setup)))
    }

    async fn handle(&mut self, request: Request) -> Answer<Self> {
        if let Request::Ping(from) = request {
            from.reply(());
            return Emit::nothing();
        }
        self.0.pause().await;
        match request {
            Request::Ping(_) => {}
            Request::Cancel(tag, reason) => self.0.cancel(tag, reason),
            Request::Ask(tag, demand) => self.0.ask(tag, demand),
            Request::Emit(_) | Request::Tick => {}
        }
        Emit::nothing()
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        self.0.info(info);
        Emit::nothing()
    }
}

impl Accepts<Event> for Sink {}

impl Consumer for Sink {
    async fn handle_events(&mut self, events: Vec<Event>, from: &Subscription) -> Answer<Self> {
        self.0.got(&events, from);
        self.0.pause().await;
        self.0.ask_again(events.len(), from);
        Emit::nothing()
    }

    async fn handle_subscribe(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        self.0.subscribe(subscription);
        Next::noreply()
    }

    async fn handle_cancel(&mut self, subscription: &Subscription, cancelled: &Cancelled) -> Answer<Self> {
        self.0.ended(subscription, cancelled);
        Emit::nothing()
    }
}
