//! What a stage promises its dispatcher, and every dispatcher its consumers: seen by one that looks over the shoulder of
//! another.

use super::fixtures::*;
use otp::gen_stage::dispatcher::{Outbox, Partition};
use otp::gen_stage::{
    BroadcastDispatcher, Cancel, DemandDispatcher, Dispatcher, PartitionDispatcher, Selector, StageRef, SubscribeTo,
    SubscriptionTag,
};
use otp::prelude::*;
use otp::process;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a stage told its dispatcher.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Subscribe(SubscriptionTag),
    Ask(SubscriptionTag, usize),
    Cancel(SubscriptionTag),
    /// So many events, and so many of them left over.
    Dispatch(usize, usize),
    Info,
}

/// What is known of all that was told.
#[derive(Default)]
struct Log {
    told: Vec<Told>,
    asked: HashMap<SubscriptionTag, usize>,
    sent: HashMap<SubscriptionTag, usize>,
}

type Shared = Arc<Mutex<Log>>;

/// Keeps the log, and the contract: nothing is sent that was not asked for, and nothing to who is not there.
struct Spy<D> {
    inner: D,
    log: Shared,
}

impl<D> Spy<D> {
    fn look<E>(&self, inner: &mut Outbox<E>, out: &mut Outbox<E>) {
        let mut log = self.log.lock().expect("nobody panics with it");
        for (tag, events) in inner.take_sent() {
            let sent = log.sent.entry(tag).or_default();
            *sent += events.len();
            let (sent, asked) = (*sent, log.asked.get(&tag).copied());
            assert!(asked.is_some_and(|asked| sent <= asked), "{sent} of {asked:?} sent on {tag}");
            out.send(tag, events);
        }
        inner.take_released().into_iter().for_each(|info| out.release(info));
    }

    fn told(&self, told: Told) {
        self.log.lock().expect("nobody panics with it").told.push(told);
    }
}

impl<E: Send + 'static, D: Dispatcher<E>> Dispatcher<E> for Spy<D> {
    type Options = D::Options;

    fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        consumer: Option<Pid>,
        options: &D::Options,
    ) -> Result<(), ExitReason> {
        self.told(Told::Subscribe(tag));
        self.log.lock().expect("nobody panics with it").asked.insert(tag, 0);
        self.inner.subscribe(tag, consumer, options)
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, out: &mut Outbox<E>) {
        assert!(demand > 0, "an ask of nothing");
        self.told(Told::Ask(tag, demand));
        *self.log.lock().expect("nobody panics with it").asked.get_mut(&tag).expect("it is subscribed") += demand;
        let mut inner = Outbox::new();
        self.inner.ask(tag, demand, &mut inner);
        self.look(&mut inner, out);
    }

    fn cancel(&mut self, tag: SubscriptionTag, out: &mut Outbox<E>) {
        self.told(Told::Cancel(tag));
        let known = self.log.lock().expect("nobody panics with it").asked.remove(&tag);
        assert!(known.is_some(), "{tag} was cancelled twice, or never subscribed");
        let mut inner = Outbox::new();
        self.inner.cancel(tag, &mut inner);
        self.look(&mut inner, out);
    }

    fn placeable(&self) -> usize {
        self.inner.placeable()
    }

    fn dispatch(&mut self, events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
        assert!(!events.is_empty(), "a dispatch of nothing");
        let (given, placeable, mut inner) = (events.len(), self.inner.placeable(), Outbox::new());
        let rest = self.inner.dispatch(events, &mut inner);
        assert!(rest.is_empty() || given > placeable, "{} of {given} left over, with room for {placeable}", rest.len());
        self.told(Told::Dispatch(given, rest.len()));
        self.look(&mut inner, out);
        rest
    }

    fn info(&mut self, info: Info, out: &mut Outbox<E>) {
        self.told(Told::Info);
        let mut inner = Outbox::new();
        self.inner.info(info, &mut inner);
        self.look(&mut inner, out);
    }
}

fn spied<D: Dispatcher<u64>>(inner: D) -> (Spy<D>, Shared) {
    let log = Shared::default();
    (Spy { inner, log: log.clone() }, log)
}

fn told(log: &Shared) -> Vec<Told> {
    std::mem::take(&mut log.lock().expect("nobody panics with it").told)
}

/// A consumer that asks by hand.
async fn manual<D>(to: SubscribeTo<Source<D>>) -> (StageRef<Sink>, SubscriptionTag)
where
    D: Dispatcher<u64>,
{
    let consumer = sink("c").manual().start().await;
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    (consumer, tag)
}

/// One, when the stage starts, with what it was made with, and a state of its own for the life of the stage.
#[otp::test(start_paused = true)]
async fn dsp_001_a_dispatcher_is_made_once_and_keeps_its_state() {
    let made = Arc::new(Mutex::new(0));
    let count = made.clone();
    let args = SourceArgs::with("p", idle(), move || {
        *count.lock().expect("nobody panics with it") += 1;
        PartitionDispatcher::new(3)
    });
    let producer = args.start().await;
    assert_eq!(*made.lock().expect("nobody panics with it"), 1);
    // Who takes a partition is known as long as the stage lives.
    let (first, _) = manual(producer.partition(2)).await;
    let (second, _) = manual(producer.partition(2).cancel(Cancel::Temporary)).await;
    rest().await;
    first.stop().await.expect("it stops");
    rest().await;
    let (third, _) = manual(producer.partition(2)).await;
    rest().await;
    assert!(second.is_alive() && third.is_alive());
    assert_eq!(*made.lock().expect("nobody panics with it"), 1);
}

#[otp::test(start_paused = true)]
async fn dsp_003_a_dispatcher_is_asked_for_what_the_buffer_cannot_give() {
    let (spy, log) = spied(DemandDispatcher::new());
    let producer = SourceArgs::with("p", idle(), || spy).start().await;
    producer.cast(ToSource::Emit(vec![1, 2]));
    let (consumer, tag) = manual(producer.subscription_with(())).await;
    rest().await;
    told(&log);
    consumer.cast(ToSink::Ask(tag, 0));
    consumer.cast(ToSink::Ask(tag, 2));
    // The buffer gives it: the producer is not asked.
    assert_eq!(rest().await, [Seen::Events("c", vec![1, 2])]);
    assert_eq!(told(&log), [Told::Ask(tag, 2), Told::Dispatch(2, 0)]);
    consumer.cast(ToSink::Ask(tag, 3));
    assert_eq!(rest().await, [Seen::Demand("p", 3)]);
    assert_eq!(told(&log), [Told::Ask(tag, 3)]);
    // Nobody who is gone asks.
    consumer.cast(ToSink::Ask(tag, 1));
    process::exit(&consumer, ExitReason::Kill);
    rest().await;
    assert!(told(&log).iter().all(|told| *told != Told::Ask(tag, 0)));
}

#[otp::test(start_paused = true)]
async fn dsp_004_each_subscription_is_cancelled_once() {
    let (spy, log) = spied(DemandDispatcher::new());
    let producer = SourceArgs::with("p", idle(), || spy).start().await;
    let to = || producer.subscription_with(()).cancel(Cancel::Temporary);
    let ((canceller, first), (killed, second)) = (manual(to()).await, manual(to()).await);
    rest().await;
    told(&log);
    // By hand, and then the end of the consumer too.
    canceller.cast(ToSink::Cancel(first, ExitReason::Normal));
    rest().await;
    canceller.stop().await.expect("it stops");
    process::exit(&killed, ExitReason::Kill);
    rest().await;
    assert_eq!(told(&log), [Told::Cancel(first), Told::Cancel(second)]);
}

#[otp::test(start_paused = true)]
async fn dsp_005_a_dispatcher_gets_events_and_gives_back_what_it_cannot_send() {
    let (spy, log) = spied(DemandDispatcher::new());
    let producer = SourceArgs::with("p", idle(), || spy).start().await;
    let (consumer, tag) = manual(producer.subscription_with(())).await;
    consumer.cast(ToSink::Ask(tag, 4));
    rest().await;
    told(&log);
    producer.cast(ToSource::Emit(Vec::new()));
    producer.cast(ToSource::Emit(range(0, 10)));
    assert_eq!(rest().await, [Seen::Events("c", range(0, 4))]);
    assert_eq!(told(&log), [Told::Dispatch(10, 6)]);
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 6);
    // What was left is offered again, in order.
    consumer.cast(ToSink::Ask(tag, 6));
    assert_eq!(rest().await, [Seen::Events("c", range(4, 10))]);
}

#[otp::test(start_paused = true)]
async fn dsp_006_a_message_waits_for_what_the_dispatcher_holds_back() {
    let by_two = PartitionDispatcher::with_hash(2, |n: u64| Some((n, (n % 2) as usize)));
    let (spy, log) = spied(by_two);
    let producer = SourceArgs::with("p", idle(), || spy).start().await;
    let (even, even_tag) = manual(producer.subscription_with(Partition(0))).await;
    let (odd, odd_tag) = manual(producer.subscription_with(Partition(1))).await;
    even.cast(ToSink::Ask(even_tag, 4));
    rest().await;
    // The odd ones wait in the dispatcher, which nobody has asked for them.
    producer.cast(ToSource::Emit(vec![1, 2, 3, 4]));
    producer.async_info(9_u64);
    let seen = rest().await;
    assert!(seen.contains(&Seen::Events("c", vec![2, 4])) && !seen.contains(&Seen::Info("p", 9)), "{seen:?}");
    assert!(told(&log).contains(&Told::Info));
    odd.cast(ToSink::Ask(odd_tag, 2));
    let seen = rest().await;
    assert!(seen.contains(&Seen::Events("c", vec![1, 3])) && seen.contains(&Seen::Info("p", 9)), "{seen:?}");
    drop(even);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Consumers come, ask automatically or by hand, cancel and are killed, while a producer emits what it likes.
async fn rounds<D, T>(spy: Spy<D>, log: Shared, seed: u64, mut to: T)
where
    D: Dispatcher<u64>,
    T: FnMut(&StageRef<Source<Spy<D>>>, u64) -> SubscribeTo<Source<Spy<D>>>,
{
    let mut dice = Dice(seed);
    let producer = SourceArgs::with("p", counting(), || spy).start().await;
    let mut consumers: Vec<(StageRef<Sink>, Option<SubscriptionTag>)> = Vec::new();
    for round in 0..60 {
        match dice.throw(6) {
            0 | 1 if consumers.len() < 5 => {
                let max = dice.throw(20) as usize + 1;
                let min = dice.throw(max as u64) as usize;
                let to = to(&producer, round).max_demand(max).min_demand(min).cancel(Cancel::Temporary);
                let by_hand = dice.throw(3) == 0;
                let wait = Duration::from_micros(dice.throw(300));
                let args = sink("c").handling(move |_| Doing::Wait(wait));
                let consumer = if by_hand { args.manual().start().await } else { args.start().await };
                let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
                consumers.push((consumer, by_hand.then_some(tag)));
            }
            2 if !consumers.is_empty() => {
                let (consumer, _) = consumers.swap_remove(dice.throw(consumers.len() as u64) as usize);
                process::exit(&consumer, ExitReason::Kill);
            }
            3 => {
                let demand = dice.throw(30) as usize;
                for (consumer, tag) in &consumers {
                    if let Some(tag) = tag {
                        consumer.cast(ToSink::Ask(*tag, demand));
                    }
                }
            }
            4 => producer.cast(ToSource::Emit(range(0, dice.throw(40)))),
            _ => process::sleep(Duration::from_micros(dice.throw(500))).await,
        }
    }
    rest_for(Duration::from_millis(5)).await;
    assert!(producer.is_alive(), "the contract was broken, seed {seed}");
    let sent: usize = log.lock().expect("nobody panics with it").sent.values().sum();
    assert!(sent > 0, "nothing happened, seed {seed}");
    for (consumer, _) in consumers {
        process::exit(&consumer, ExitReason::Kill);
    }
    producer.stop().await.expect("it stops");
    rest_for(Duration::from_millis(1)).await;
}

/// Forgets what was told for this long: producers and consumers that never wait tell without end.
async fn rest_for(time: Duration) {
    process::sleep(time).await;
    while process::receive_timeout::<Seen>(Duration::ZERO).await.is_some() {}
}

/// DSP-008, STG-039: whatever consumers and producers do, the spy panics at the first event that was not asked for.
#[otp::test(start_paused = true)]
async fn stg_039_dsp_008_nobody_gets_more_than_was_asked_for() {
    for seed in 1..=20 {
        let (spy, log) = spied(DemandDispatcher::new());
        rounds(spy, log, seed, |producer, _| producer.subscription_with(())).await;
        let (spy, log) = spied(BroadcastDispatcher::new());
        let select = |producer: &StageRef<Source<Spy<BroadcastDispatcher<u64>>>>, round| match round % 3 {
            0 => producer.subscription_with(Selector::new(|n: &u64| n.is_multiple_of(2))),
            _ => producer.subscription_with(Selector::default()),
        };
        rounds(spy, log, seed, select).await;
        let (spy, log) = spied(PartitionDispatcher::new(4));
        let mut place = 0;
        let partition = |producer: &StageRef<Source<Spy<PartitionDispatcher<u64>>>>, _| {
            place = (place + 1) % 4;
            producer.subscription_with(Partition(place))
        };
        rounds(spy, log, seed, partition).await;
    }
}
