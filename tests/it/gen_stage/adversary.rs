//! What an engineer tries who wants to see it break.

use super::fixtures::*;
use futures_util::StreamExt;
use otp::gen_stage::dispatcher::Dispatcher;
use otp::gen_stage::{
    self, BroadcastDispatcher, Cancel, Cancelled, DemandDispatcher, PartitionDispatcher, StageRef, Subscriber,
    SubscriptionTag,
};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a consumer was told of events, put together.
fn events_of(name: &str, seen: &[Seen]) -> Vec<u64> {
    let of_name = |seen: &Seen| match seen {
        Seen::Events(who, events) if *who == name => events.clone(),
        _ => Vec::new(),
    };
    seen.iter().flat_map(of_name).collect()
}

async fn greedy(
    producer: StageRef<Source<impl Dispatcher<u64, Options: Default>>>,
    names: [&'static str; 2],
) -> [(StageRef<Sink>, SubscriptionTag); 2] {
    let mut greedy = Vec::new();
    for name in names {
        let consumer = sink(name).manual().start().await;
        let to = producer.subscription().cancel(Cancel::Temporary);
        let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
        for _ in 0..3 {
            consumer.cast(ToSink::Ask(tag, usize::MAX));
        }
        greedy.push((consumer, tag));
    }
    rest().await;
    greedy.try_into().expect("two")
}

/// Demand without bound: sums of it are no reason to panic, nor to forget those who ask for less.
#[otp::test(start_paused = true)]
async fn demand_for_everything_there_is() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let [(a, tag), _b] = greedy(producer.clone(), ["a", "b"]).await;
    a.cast(ToSink::Cancel(tag, ExitReason::Normal));
    rest().await;
    producer.cast(ToSource::Emit(range(0, 5)));
    assert_eq!(rest().await, [Seen::Events("b", range(0, 5))]);
}

#[otp::test(start_paused = true)]
async fn a_broadcast_of_everything_there_is_takes_in_another() {
    let producer = SourceArgs::with("p", idle(), BroadcastDispatcher::new).start().await;
    let [(a, tag), _b] = greedy(producer.clone(), ["a", "b"]).await;
    let late = sink("c").start().await;
    late.sync_subscribe(producer.subscription().max_demand(3).min_demand(0)).await.expect("it subscribes");
    rest().await;
    producer.cast(ToSource::Emit(range(0, 5)));
    let seen = rest().await;
    assert_eq!([events_of("a", &seen), events_of("b", &seen), events_of("c", &seen)], [(); 3].map(|()| range(0, 5)));
    a.cast(ToSink::Cancel(tag, ExitReason::Normal));
    rest().await;
    producer.cast(ToSource::Emit(range(5, 6)));
    assert_eq!(events_of("b", &rest().await), [5]);
}

#[otp::test(start_paused = true)]
async fn a_partition_that_wants_everything_there_is() {
    let parity = || PartitionDispatcher::with_hash(2, |n: u64| Some((n, (n % 2) as usize)));
    let producer = SourceArgs::with("p", idle(), parity).start().await;
    let consumer = sink("a").manual().start().await;
    let to = producer.partition(0).cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    for _ in 0..3 {
        consumer.cast(ToSink::Ask(tag, usize::MAX));
    }
    let other = sink("b").start().await;
    other.sync_subscribe(producer.partition(1)).await.expect("it subscribes");
    rest().await;
    producer.cast(ToSource::Emit(range(0, 6)));
    let seen = rest().await;
    assert_eq!([events_of("a", &seen), events_of("b", &seen)], [[0, 2, 4], [1, 3, 5]]);
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    rest().await;
    producer.cast(ToSource::Emit(range(6, 8)));
    assert_eq!(events_of("b", &rest().await), [7]);
}

/// It is its own consumer, and monitors itself.
#[otp::test(start_paused = true)]
async fn a_subscription_to_itself() {
    let mut rounds = 3_u64;
    let transform = move |events: Vec<u64>| {
        rounds = rounds.saturating_sub(1);
        if rounds == 0 { Vec::new() } else { events.into_iter().map(|n| n + 10).collect() }
    };
    let middle = MiddleArgs::with("m", DemandDispatcher::new, transform).start().await;
    middle.sync_subscribe(middle.subscription().max_demand(4)).await.expect("it subscribes");
    rest().await;
    middle.cast(ToMiddle::Emit(vec![1, 2]));
    let rounds = [[1, 2], [11, 12], [21, 22]].map(|events| Seen::Events("m", events.to_vec()));
    assert_eq!(rest().await, rounds);
    assert!(middle.is_alive());
    middle.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn two_subscriptions_of_one_consumer_to_one_producer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let consumer = sink("c").start().await;
    let mut tags = Vec::new();
    for _ in 0..2 {
        let to = producer.subscription().max_demand(2).min_demand(0).cancel(Cancel::Temporary);
        tags.push(consumer.sync_subscribe(to).await.expect("it subscribes"));
    }
    rest().await;
    producer.cast(ToSource::Emit(range(0, 5)));
    assert_eq!(events_of("c", &rest().await), range(0, 5));
    consumer.cast(ToSink::Cancel(tags[0], ExitReason::Normal));
    rest().await;
    producer.cast(ToSource::Emit(range(5, 9)));
    assert_eq!(events_of("c", &rest().await), range(5, 9));
    process::exit(&producer, ExitReason::Kill);
    assert_eq!(rest().await, [Seen::Ended("c", Cancelled::Down(ExitReason::Killed))]);
}

/// Whatever was on its way on an old subscription is handled, and nothing comes twice or out of order.
#[otp::test(start_paused = true)]
async fn a_storm_of_resubscriptions_loses_nothing() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let slowly = |_: &[u64]| Doing::Wait(Duration::from_millis(1));
    let consumer = sink("c").handling(slowly).start().await;
    let to = || producer.subscription().max_demand(7).min_demand(3).cancel(Cancel::Temporary);
    let mut tag = consumer.sync_subscribe(to()).await.expect("it subscribes");
    for n in 0..200 {
        tag = consumer.sync_resubscribe(tag, ExitReason::Normal, to()).await.expect("it subscribes");
        if n % 3 == 0 {
            process::sleep(Duration::from_millis(2)).await;
        }
    }
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    let seen = rest().await;
    let events = events_of("c", &seen);
    assert!(events.len() > 200 && events.iter().copied().eq(0..events.len() as u64), "{events:?}");
    let count = |of: fn(&Seen) -> bool| seen.iter().filter(|seen| of(seen)).count();
    let ends = count(|seen| matches!(seen, Seen::Ended(..)));
    assert_eq!((ends, count(|seen| matches!(seen, Seen::Unsubscribed(..)))), (201, 201));
}

/// The rest of a message that is being handled is handled; then the end is told, and nothing comes after it.
#[otp::test(start_paused = true)]
async fn a_cancel_in_the_middle_of_a_message() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let consumer = sink("c").handling(|_| Doing::Wait(Duration::from_millis(5))).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5).cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    assert_eq!(batches::<1>("c").await, [range(0, 5)]);
    consumer.cast(ToSink::Cancel(tag, ExitReason::Shutdown));
    let seen = rest().await;
    let end = seen.iter().position(|seen| *seen == Seen::Ended("c", Cancelled::Cancel(ExitReason::Shutdown)));
    let end = end.expect("it ends");
    assert!(!seen[end..].iter().any(|seen| matches!(seen, Seen::Events(..))), "{seen:?}");
    let events = events_of("c", &seen);
    assert!(events.iter().copied().eq(5..5 + events.len() as u64), "{events:?}");
    // What it had asked for, and got, it has handled; the producer has nothing left for it.
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 0);
}

#[otp::test(start_paused = true)]
async fn a_producer_ends_with_events_in_its_buffer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let consumer = sink("c").start().await;
    let to = producer.subscription().max_demand(4).min_demand(0).cancel(Cancel::Temporary);
    consumer.sync_subscribe(to).await.expect("it subscribes");
    rest().await;
    otp::sys::suspend(consumer.server()).await.expect("it answers");
    producer.cast(ToSource::Emit(range(0, 9)));
    rest().await;
    process::exit(&producer, ExitReason::Kill);
    rest().await;
    otp::sys::resume(consumer.server()).await.expect("it answers");
    // What was sent comes, then the end; what was buffered has gone with its producer.
    let end = Seen::Ended("c", Cancelled::Down(ExitReason::Killed));
    assert_eq!(rest().await, [Seen::Events("c", range(0, 4)), end]);
    assert!(consumer.is_alive());
}

/// Others get what is emitted next; what it had in hand is lost, and is not asked for twice.
#[otp::test(start_paused = true)]
async fn a_consumer_stops_while_it_handles_events() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let stops = |events: &[u64]| if events.contains(&5) { Doing::Stop(ExitReason::Normal) } else { Doing::Nothing };
    let stopping = sink("a").handling(stops).start().await;
    stopping.sync_subscribe(producer.subscription().max_demand(10).min_demand(5)).await.expect("it subscribes");
    let seen = rest().await;
    assert_eq!(events_of("a", &seen), range(0, 10));
    assert!(seen.contains(&Seen::Unsubscribed("p", Cancelled::Down(ExitReason::Normal))), "{seen:?}");
    let next = sink("b").manual().start().await;
    let tag = next.sync_subscribe(&producer).await.expect("it subscribes");
    next.cast(ToSink::Ask(tag, 3));
    // It had asked for five after its first batch, which came and were lost with it.
    assert_eq!(events_of("b", &rest().await), range(15, 18));
}

#[otp::test(start_paused = true)]
async fn asking_for_more_than_there_is() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let consumer = sink("c").manual().start().await;
    let tag = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    rest().await;
    consumer.cast(ToSink::Ask(tag, 100));
    assert_eq!(rest().await, [Seen::Demand("p", 100)]);
    for (from, to) in [(0, 3), (3, 4), (4, 90)] {
        producer.cast(ToSource::Emit(range(from, to)));
        assert_eq!(rest().await, [Seen::Events("c", range(from, to))]);
    }
    consumer.cast(ToSink::Ask(tag, 5));
    assert_eq!(rest().await, [Seen::Demand("p", 5)]);
    producer.cast(ToSource::Emit(range(90, 120)));
    assert_eq!(rest().await, [Seen::Events("c", range(90, 105))]);
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 15);
}

#[otp::test(start_paused = true)]
async fn asking_after_the_cancel_is_nobodys_business() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let consumer = sink("c").manual().start().await;
    let to = producer.subscription().cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    rest().await;
    otp::sys::suspend(producer.server()).await.expect("it answers");
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    consumer.cast(ToSink::Ask(tag, 5));
    rest().await;
    otp::sys::resume(producer.server()).await.expect("it answers");
    let seen = rest().await;
    assert_eq!(seen.len(), 2, "the end, on both sides: {seen:?}");
    assert!(consumer.is_alive() && producer.is_alive());
}

/// One slow consumer of many fast producers: none of them sends more than it was asked for, and all get their turn.
#[otp::test(start_paused = true)]
async fn a_slow_consumer_of_many_producers() {
    const NAMES: [&str; 5] = ["p0", "p1", "p2", "p3", "p4"];
    let consumer = sink("c").handling(|_| Doing::Wait(Duration::from_millis(3))).start().await;
    for name in NAMES {
        let producer = SourceArgs::new(name, counting()).start().await;
        consumer.sync_subscribe(producer.subscription().max_demand(4).min_demand(3)).await.expect("it subscribes");
    }
    let handled = batches::<200>("c").await;
    otp::sys::suspend(consumer.server()).await.expect("it answers");
    let mut demands: BTreeMap<_, usize> = BTreeMap::new();
    for seen in rest().await {
        if let Seen::Demand(name, demand) = seen {
            *demands.entry(name).or_default() += demand;
        }
    }
    assert!(handled.iter().all(|batch| batch.len() == 1));
    for name in NAMES {
        // Those who came first are ahead by what was handled while the others subscribed.
        assert!((36..=60).contains(&demands[name]), "{demands:?}");
    }
}

/// Emits when a consumer leaves.
#[gen_stage(producer)]
struct Farewell;

#[gen_stage]
impl Farewell {
    #[init]
    fn init() -> Self {
        Self
    }
    #[demand]
    fn demand(&mut self, _: usize) -> Vec<u64> {
        Vec::new()
    }
    #[cancelled]
    fn left(&mut self, _: &Subscriber, _: &Cancelled) -> Vec<u64> {
        vec![1, 2]
    }
}

/// Found by the model: they went to the one who had left, and were lost.
#[otp::test(start_paused = true)]
async fn what_is_emitted_when_a_consumer_leaves_goes_to_those_who_stay() {
    let producer = Farewell::start(()).await.expect("it starts");
    let to = || producer.subscription().max_demand(10).cancel(Cancel::Temporary);
    let (leaves, stays) = (sink("a").start().await, sink("b").start().await);
    let tag = leaves.sync_subscribe(to()).await.expect("it subscribes");
    rest().await;
    stays.sync_subscribe(to()).await.expect("it subscribes");
    rest().await;
    leaves.cast(ToSink::Cancel(tag, ExitReason::Normal));
    let seen = rest().await;
    assert!(seen.contains(&Seen::Events("b", vec![1, 2])), "{seen:?}");
}

/// Reports name a stage for what it is.
#[otp::test(start_paused = true)]
async fn status_and_crash_report_say_gen_stage() {
    reports::collect();
    let producer = SourceArgs::new("p", idle()).start().await;
    let pid = producer.pid().expect("it runs");
    let status = otp::sys::get_status(producer.server()).await.expect("it answers");
    assert_eq!((status.header.as_str(), status.behaviour), (&*format!("Status for gen_stage {pid}"), "gen_stage"));
    producer.cast(ToSource::Panic);
    process::wait(pid).await;
    let failure = reports::one("otp::gen_server", "pid", pid);
    assert!(failure.message.contains(&format!("gen_stage {pid} terminating")), "{failure:#?}");
    let crash = reports::one("otp::crash", "pid", pid);
    assert_eq!(crash.field("behaviour"), Some("gen_stage"), "{crash:#?}");
}

/// How many messages a producer handles is a matter of how many it is sent: with ten thousand consumers none of them is looked
/// at more often than with ten. (Anything quadratic would be a hundred million steps here.)
async fn many_consumers<D: Dispatcher<u64>>(
    make: impl FnOnce() -> D + Send + 'static,
    to: impl Fn(&StageRef<Source<D>>, usize) -> otp::gen_stage::SubscribeTo<Source<D>>,
) {
    const CONSUMERS: usize = 10_000;
    let producer = SourceArgs::with("p", idle(), make).start().await;
    let mut consumers = Vec::new();
    for n in 0..CONSUMERS {
        let consumer = sink("c").start().await;
        let to = to(&producer, n).max_demand(2).cancel(Cancel::Temporary);
        consumers.push((consumer.sync_subscribe(to).await.expect("it subscribes"), consumer));
    }
    producer.sync_info(0_u64).await.expect("it answers");
    otp::sys::statistics(producer.server(), otp::sys::Switch::On).await.expect("it answers");
    for (tag, consumer) in &consumers[..CONSUMERS / 2] {
        consumer.cast(ToSink::Cancel(*tag, ExitReason::Normal));
    }
    for (_, consumer) in &consumers[CONSUMERS / 2..] {
        process::exit(consumer, ExitReason::Kill);
    }
    let mut gone = 0;
    while gone < CONSUMERS {
        gone += usize::from(matches!(seen().await, Seen::Unsubscribed(..)));
    }
    let counted = otp::sys::statistics(producer.server(), otp::sys::Switch::Get).await.expect("it answers");
    let handled = counted.expect("it is on").messages_in;
    // A cancel or a `Down` of each; and the info.
    assert!((CONSUMERS as u64..=CONSUMERS as u64 + 3).contains(&handled), "{handled}");
    let status = otp::sys::get_status(producer.server()).await.expect("it answers").to_string();
    assert!(status.contains("consumers: []"), "{status}");
}

#[otp::test(start_paused = true)]
async fn ten_thousand_consumers_come_and_go() {
    many_consumers(DemandDispatcher::new, |producer, _| producer.subscription()).await;
}

#[otp::test(start_paused = true)]
async fn ten_thousand_consumers_of_a_broadcast_come_and_go() {
    many_consumers(BroadcastDispatcher::new, |producer, _| producer.subscription()).await;
}

#[otp::test(start_paused = true)]
async fn ten_thousand_partitions_come_and_go() {
    many_consumers(|| PartitionDispatcher::new(10_000), |producer, n| producer.partition(n)).await;
}

/// The end of each is noticed by itself; what it sent before comes first.
#[otp::test(start_paused = true)]
async fn a_stream_of_many_producers() {
    const PRODUCERS: u64 = 2_000;
    let first = gen_stage::from_iter(0..3_u64).await.expect("it starts");
    let mut stream = gen_stage::stream(first.subscription().cancel(Cancel::Transient)).expect("it may");
    for n in 1..PRODUCERS {
        let more = gen_stage::from_iter(3 * n..3 * n + 3).await.expect("it starts");
        stream = stream.subscribe_to(more.subscription().cancel(Cancel::Transient)).expect("it may");
    }
    let mut all: Vec<u64> = stream.map(|item| item.expect("all end in order")).collect().await;
    all.sort_unstable();
    assert!(all.into_iter().eq(0..3 * PRODUCERS));
}
