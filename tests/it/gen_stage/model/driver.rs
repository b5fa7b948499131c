//! Who makes the stages of a run and meddles with them.

use super::checked::{Options, Which};
use super::quiet;
use super::rng::Rng;
use super::stages::{Behind, Middle, Of, Request, Setup, Sink, Source, keeps};
use super::world::{Producing, World, lock};
use otp::gen_stage::dispatcher::SubscriptionTag;
use otp::gen_stage::{Cancel, DemandMode, Producer, Stage, StageRef, SubscribeTo};
use otp::prelude::*;
use otp::process;
use std::sync::Arc;
use std::time::Duration;

/// What the stages run on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Threads {
    /// And the time is paused.
    One,
    Many,
}

/// A stage that was started.
#[derive(Clone)]
pub(super) enum Handle {
    Source(StageRef<Source>),
    Middle(StageRef<Middle>),
    Sink(StageRef<Sink>),
}

macro_rules! each {
    ($handle:expr, $it:ident => $do:expr) => {
        match $handle {
            Handle::Source($it) => $do,
            Handle::Middle($it) => $do,
            Handle::Sink($it) => $do,
        }
    };
}

impl Handle {
    pub(super) fn is_alive(&self) -> bool {
        each!(self, it => it.is_alive())
    }

    pub(super) fn pid(&self) -> Pid {
        each!(self, it => it.pid()).expect("it was started")
    }

    fn cast(&self, request: Request) {
        each!(self, it => it.cast(request));
    }

    pub(super) async fn ping(&self) {
        // Who has died does not answer.
        let _ = each!(self, it => it.call(Request::Ping).infinity().await);
    }

    /// How many events it has buffered; `None`: it has died, or is a consumer.
    pub(super) async fn buffered(&self) -> Option<usize> {
        match self {
            Self::Source(it) => it.estimate_buffered_count().await.ok(),
            Self::Middle(it) => it.estimate_buffered_count().await.ok(),
            Self::Sink(_) => None,
        }
    }
}

/// See the module.
pub(super) struct Driver {
    pub(super) world: Arc<World>,
    rng: Rng,
    pub(super) threads: Threads,
    /// Those there ever were, by their number; at most six live.
    pub(super) stages: Vec<Handle>,
}

/// At most so many stages live.
const MOST: usize = 6;

impl Driver {
    /// One run.
    pub(super) async fn run(seed: u64, threads: Threads) {
        let rng = Rng::new(seed);
        let mut it = Self { world: Arc::default(), rng, threads, stages: Vec::new() };
        it.begin().await;
        for _ in 0..it.rng.below(40) {
            it.step().await;
            if it.world.failure().is_some() {
                break;
            }
        }
        it.let_go();
        quiet::check(&it).await;
        let failure = it.world.failure();
        for stage in &it.stages {
            process::exit(stage.pid(), ExitReason::Kill);
        }
        for stage in &it.stages {
            process::wait(stage.pid()).await;
        }
        if let Some(failure) = failure {
            panic!("seed {seed}: {failure}");
        }
    }

    async fn begin(&mut self) {
        let stages = 2 + self.rng.below(MOST - 1);
        for at in 0..stages {
            let kind = match at {
                0 => 0,
                _ if at + 1 == stages => 2,
                _ => self.rng.below(3),
            };
            self.start(kind).await;
        }
        for _ in 0..stages {
            self.subscribe(None).await;
        }
    }

    async fn start(&mut self, kind: usize) {
        let rng = &mut self.rng;
        let which = match rng.below(3) {
            0 => Which::Demand,
            1 => Which::Broadcast,
            _ => Which::Partition(1 + rng.below(3)),
        };
        let producing = Producing {
            buffer: rng.percent(40).then(|| 1 + rng.below(20)),
            keep: keeps(rng.percent(50)),
            supply: if rng.percent(20) { rng.below(20) } else { rng.below(400) } as u64,
            accumulated: kind == 0 && rng.percent(20),
            ..Producing::default()
        };
        let number = self.world.add(producing);
        let paused = self.threads == Threads::One;
        let setup = Setup { world: self.world.clone(), number, which, rng: rng.fork(), paused };
        let started = "it starts";
        self.stages.push(match kind {
            0 => Handle::Source(Source::start(setup).await.expect(started)),
            1 => Handle::Middle(Middle::start(setup).await.expect(started)),
            _ => Handle::Sink(Sink::start(setup).await.expect(started)),
        });
    }

    fn live(&self) -> Vec<usize> {
        (0..self.stages.len()).filter(|at| self.stages[*at].is_alive()).collect()
    }

    /// A subscription that has not ended.
    fn subscription(&mut self) -> Option<(SubscriptionTag, usize)> {
        let received = lock(&self.world.received);
        let live: Vec<_> =
            received.iter().filter(|(_, it)| it.ended.is_none()).map(|(tag, it)| (*tag, it.consumer)).collect();
        drop(received);
        (!live.is_empty()).then(|| *self.rng.pick(&live))
    }

    fn reason(&mut self) -> ExitReason {
        match self.rng.below(4) {
            0 => ExitReason::Normal,
            1 => ExitReason::Shutdown,
            2 => ExitReason::other("on purpose"),
            _ => ExitReason::shutdown_with("on purpose"),
        }
    }

    async fn step(&mut self) {
        let live = self.live();
        match self.rng.below(20) {
            0..4 => self.subscribe(None).await,
            4..7 => {
                if let Some((tag, consumer)) = self.subscription() {
                    let reason = self.reason();
                    self.stages[consumer].cast(Request::Cancel(tag, reason));
                }
            }
            7 => {
                if let Some(old) = self.subscription() {
                    let reason = self.reason();
                    self.subscribe(Some((old.0, old.1, reason))).await;
                }
            }
            8 => {
                if let Some((tag, consumer)) = self.subscription() {
                    let demand = self.rng.below(20);
                    self.stages[consumer].cast(Request::Ask(tag, demand));
                }
            }
            9 | 10 if !live.is_empty() => {
                let n = self.rng.below(12);
                self.stages[*self.rng.pick(&live)].cast(Request::Emit(n));
            }
            11 | 12 if !live.is_empty() => self.message(*self.rng.clone().pick(&live)),
            13 if !live.is_empty() => self.set_demand(*self.rng.clone().pick(&live)),
            14 if !live.is_empty() && self.rng.percent(50) => {
                let at = *self.rng.pick(&live);
                lock(&self.world.ended).insert(at);
                let reason = if self.rng.percent(70) { ExitReason::Kill } else { self.reason() };
                match (&reason, &self.stages[at]) {
                    (ExitReason::Kill, stage) => process::exit(stage.pid(), ExitReason::Kill),
                    // Nobody says whether it was in time.
                    (_, stage) => drop(each!(stage, it => it.stop().reason(reason).await)),
                }
            }
            15 if live.len() < MOST => {
                let kind = self.rng.below(3);
                self.start(kind).await;
            }
            _ => {}
        }
        self.wait().await;
    }

    async fn wait(&mut self) {
        match self.rng.below(8) {
            0 if self.threads == Threads::One => {
                let time = self.rng.below(20) as u64;
                process::sleep(Duration::from_millis(time)).await;
            }
            1..4 => {
                for _ in 0..self.rng.below(20) {
                    tokio::task::yield_now().await;
                }
            }
            _ => {}
        }
    }

    /// Has a stage that was started later subscribe to one that was started before.
    async fn subscribe(&mut self, replaces: Option<(SubscriptionTag, usize, ExitReason)>) {
        let consumers: Vec<usize> = match &replaces {
            Some((_, consumer, _)) => vec![*consumer],
            None => (1..self.stages.len()).filter(|at| !matches!(self.stages[*at], Handle::Source(_))).collect(),
        };
        if consumers.is_empty() {
            return;
        }
        let consumer = *self.rng.pick(&consumers);
        let producers: Vec<usize> = (0..consumer).filter(|at| !matches!(self.stages[*at], Handle::Sink(_))).collect();
        if producers.is_empty() {
            return;
        }
        let producer = *self.rng.pick(&producers);
        let options = Options {
            rejects: self.rng.percent(40).then(|| 1 + self.rng.below(4) as u64),
            partition: self.rng.below(3),
        };
        let replaces = replaces.map(|(tag, _, reason)| (tag, reason));
        match self.stages[producer].clone() {
            Handle::Source(it) => self.subscribe_to(consumer, it.subscription_with(options), producer, replaces).await,
            Handle::Middle(it) => self.subscribe_to(consumer, it.subscription_with(options), producer, replaces).await,
            Handle::Sink(_) => {}
        }
    }

    async fn subscribe_to<P>(
        &mut self,
        consumer: usize,
        to: SubscribeTo<P>,
        producer: usize,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) where
        P: Producer + Stage<Out = super::world::Event>,
    {
        let max = if self.rng.percent(30) { 1 + self.rng.below(3) } else { 1 + self.rng.below(40) };
        let min = match self.rng.below(3) {
            0 => 0,
            1 => max - 1,
            _ => self.rng.below(max),
        };
        let cancel = *self.rng.pick(&[Cancel::Temporary, Cancel::Temporary, Cancel::Transient, Cancel::Permanent]);
        let manual = self.rng.percent(15);
        let to = to.max_demand(max).min_demand(min).cancel(cancel).with(Of { producer, manual });
        let waits = self.rng.percent(50);
        // A consumer that has died meanwhile is no failure.
        macro_rules! subscribe {
            ($it:expr) => {
                match (replaces, waits) {
                    (None, true) => drop($it.sync_subscribe(to).infinity().await),
                    (None, false) => drop($it.async_subscribe(to)),
                    (Some((tag, reason)), true) => drop($it.sync_resubscribe(tag, reason, to).infinity().await),
                    (Some((tag, reason)), false) => drop($it.async_resubscribe(tag, reason, to)),
                }
            };
        }
        match self.stages[consumer].clone() {
            Handle::Middle(it) => subscribe!(it),
            Handle::Sink(it) => subscribe!(it),
            Handle::Source(_) => {}
        }
    }

    /// Queues a message behind what a stage has emitted.
    fn message(&mut self, at: usize) {
        let emitted = lock(&self.world.producing(at)).emitted;
        match &self.stages[at] {
            // What it has emitted it has dispatched, or is about to in the same handler.
            Handle::Source(it) => it.async_info(Behind(emitted)),
            Handle::Middle(it) => it.async_info(Behind(emitted)),
            Handle::Sink(it) => it.async_info(Behind(0)),
        }
    }

    fn set_demand(&mut self, at: usize) {
        if let Handle::Source(it) = &self.stages[at] {
            if self.rng.percent(30) {
                lock(&self.world.producing(at)).accumulated = true;
                it.set_demand(DemandMode::Accumulate);
            } else {
                it.set_demand(DemandMode::Forward);
            }
        }
    }

    /// Nothing is held back any more.
    fn let_go(&self) {
        for stage in &self.stages {
            if let Handle::Source(it) = stage {
                it.set_demand(DemandMode::Forward);
            }
        }
    }
}
