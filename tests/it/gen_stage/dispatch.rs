//! Dispatchers in a stage; their own tests are beside their code.

use super::fixtures::*;
use otp::gen_stage::{
    BroadcastDispatcher, Cancelled, DemandDispatcher, PartitionDispatcher, Refused, Selector, StageRef,
};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;
use std::time::Duration;

type Broadcaster = StageRef<Source<BroadcastDispatcher<u64>>>;

async fn broadcaster(answer: Box<dyn FnMut(usize) -> Vec<u64> + Send>) -> Broadcaster {
    SourceArgs::with("p", answer, BroadcastDispatcher::new).start().await
}

async fn subscribe(to: &Broadcaster, name: &'static str, max: usize, min: usize) -> StageRef<Sink> {
    let to = to.subscription().max_demand(max).min_demand(min);
    let slowly = |_: &[u64]| Doing::Wait(Duration::from_millis(1));
    sink(name).setup(move |init| init.subscribe_to(to)).handling(slowly).start().await
}

fn events(seen: &[Seen], name: &str) -> Vec<u64> {
    let of = seen.iter().filter_map(|seen| match seen {
        Seen::Events(who, events) if *who == name => Some(events.clone()),
        _ => None,
    });
    of.flatten().collect()
}

fn asked(seen: &[Seen]) -> Vec<usize> {
    let demands = seen.iter().filter_map(|seen| match seen {
        Seen::Demand(_, demand) => Some(*demand),
        _ => None,
    });
    demands.collect()
}

#[otp::test(start_paused = true)]
async fn dsp_048_all_get_the_same_batches() {
    let producer = broadcaster(counting()).await;
    subscribe(&producer, "a", 10, 0).await;
    subscribe(&producer, "b", 20, 0).await;
    for name in ["a", "b"] {
        loop {
            let [batch] = batches(name).await;
            if batch.contains(&1000) {
                assert_eq!(batch, range(1000, 1010));
                break;
            }
        }
    }
    producer.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn dsp_049_the_end_of_who_never_asks_lets_the_others_go() {
    let producer = broadcaster(counting()).await;
    let to = producer.clone();
    let silent = sink("s").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = silent.call(ToSink::Only).await.expect("it answers");
    subscribe(&producer, "a", 10, 0).await;
    subscribe(&producer, "b", 20, 0).await;
    assert_eq!(events(&rest().await, "a"), []);
    silent.cast(ToSink::Cancel(tag, ExitReason::Normal));
    assert_eq!(batches("a").await, [range(0, 10)]);
    assert_eq!(batches("b").await, [range(0, 10)]);
    producer.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn dsp_050_dsp_051_demand_is_asked_for_once_for_all() {
    let producer = broadcaster(idle()).await;
    let mut consumers = Vec::new();
    for (name, max) in [("a", 10), ("b", 20)] {
        let to = producer.subscription().max_demand(max).min_demand(0);
        let stuck = |_: &[u64]| Doing::Wait(Duration::from_secs(60));
        consumers.push(sink(name).setup(move |init| init.subscribe_to(to)).handling(stuck).start().await);
    }
    assert_eq!(asked(&rest().await), [10]);
    producer.cast(ToSource::Emit(range(0, 12)));
    let seen = rest().await;
    assert_eq!((events(&seen, "a"), events(&seen, "b")), (range(0, 10), range(0, 10)));
    assert_eq!(asked(&seen), []);
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 2);
    // The first is done, and asks again.
    process::sleep(Duration::from_secs(61)).await;
    let seen = rest().await;
    assert_eq!((events(&seen, "a"), asked(&seen)), (vec![10, 11], vec![8]));
}

#[otp::test(start_paused = true)]
async fn dsp_052_a_late_subscriber_waits_for_the_others() {
    let producer = broadcaster(counting()).await;
    let to = producer.subscription().max_demand(10).min_demand(0);
    let slow = |_: &[u64]| Doing::Wait(Duration::from_secs(1));
    sink("a").setup(move |init| init.subscribe_to(to)).handling(slow).start().await;
    assert_eq!(batches("a").await, [range(0, 10)]);
    subscribe(&producer, "b", 10, 0).await;
    let seen = rest().await;
    assert_eq!((events(&seen, "b"), asked(&seen)), (vec![], vec![10]));
    assert_eq!(batches("a").await, [range(10, 20)]);
    assert_eq!(batches("b").await, [range(10, 20)]);
    producer.stop().await.expect("it stops");
}

/// DSP-055: with a minimum of zero, too, it goes on.
#[otp::test(start_paused = true)]
async fn dsp_054_dsp_055_what_came_while_a_newcomer_had_not_asked_goes_out_first() {
    let producer = broadcaster(idle()).await;
    let first = subscribe(&producer, "a", 10, 0).await;
    assert_eq!(asked(&rest().await), [10]);
    let to = producer.clone();
    let newcomer = sink("b").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = newcomer.call(ToSink::Only).await.expect("it answers");
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    assert_eq!(events(&rest().await, "a"), []);
    newcomer.cast(ToSink::Ask(tag, 10));
    let seen = rest().await;
    assert_eq!((events(&seen, "a"), events(&seen, "b"), asked(&seen)), (vec![1, 2, 3], vec![1, 2, 3], vec![]));
    producer.cast(ToSource::Emit(range(4, 11)));
    let seen = rest().await;
    assert_eq!((events(&seen, "a"), events(&seen, "b")), (range(4, 11), range(4, 11)));
    drop(first);
}

#[otp::test(start_paused = true)]
async fn dsp_057_what_was_owed_to_who_left_goes_to_the_next() {
    let producer = broadcaster(idle()).await;
    let first = subscribe(&producer, "a", 10, 5).await;
    assert_eq!(asked(&rest().await), [10]);
    process::exit(&first, ExitReason::Kill);
    ended("p").await;
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    subscribe(&producer, "b", 10, 5).await;
    let seen = rest().await;
    assert_eq!((events(&seen, "b"), asked(&seen)), (vec![1, 2, 3], vec![]));
    producer.cast(ToSource::Emit(range(4, 11)));
    assert_eq!(events(&rest().await, "b"), range(4, 11));
}

#[otp::test(start_paused = true)]
async fn dsp_058_consumers_that_come_and_go_see_runs_without_gaps() {
    let producer = broadcaster(counting()).await;
    let (a, b) = (subscribe(&producer, "a", 10, 5).await, subscribe(&producer, "b", 7, 3).await);
    process::sleep(Duration::from_millis(20)).await;
    process::exit(&a, ExitReason::Kill);
    subscribe(&producer, "c", 4, 0).await;
    process::sleep(Duration::from_millis(20)).await;
    process::exit(&b, ExitReason::Kill);
    process::sleep(Duration::from_millis(20)).await;
    producer.stop().await.expect("it stops");
    let seen = rest().await;
    for name in ["a", "b", "c"] {
        let events = events(&seen, name);
        assert!(!events.is_empty() && events.windows(2).all(|two| two[0] + 1 == two[1]), "{name}: {events:?}");
    }
}

/// DSP-067: in each way to subscribe.
#[otp::test(start_paused = true)]
async fn dsp_067_selectors_in_a_stage() {
    let producer = broadcaster(idle()).await;
    let select = |n: u64| producer.subscription_with(Selector::new(move |event| event % 3 == n)).max_demand(9);
    let to = select(0);
    sink("a").setup(move |init| init.subscribe_to(to)).start().await;
    let b = sink("b").start().await;
    b.sync_subscribe(select(1)).await.expect("it subscribes");
    let c = sink("c").start().await;
    c.async_subscribe(select(2)).expect("it is right");
    assert_eq!(asked(&rest().await), [9]);
    producer.cast(ToSource::Emit(range(0, 9)));
    let seen = rest().await;
    let each = ["a", "b", "c"].map(|name| events(&seen, name));
    assert_eq!(each, [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5, 8]]);
    assert!(!asked(&seen).is_empty());
}

#[otp::test(start_paused = true)]
async fn dsp_066_a_selector_that_panics_ends_the_producer() {
    let producer = broadcaster(idle()).await;
    let to = producer.subscription_with(Selector::new(|_: &u64| panic!("no event is good enough")));
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    rest().await;
    producer.cast(ToSource::Emit(vec![1]));
    let Cancelled::Down(reason) = ended("c").await else { panic!("not down") };
    assert!(reason.to_string().contains("no event is good enough"), "{reason}");
}

#[otp::test(start_paused = true)]
async fn dsp_022_an_ask_above_the_others_is_logged() {
    reports::collect();
    let args = SourceArgs::with("p", idle(), || DemandDispatcher::new().max_demand(3));
    let producer = args.start().await;
    let to = producer.clone();
    let consumer = sink("c").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    rest().await;
    consumer.cast(ToSink::Ask(tag, 4));
    consumer.cast(ToSink::Ask(tag, 2));
    consumer.cast(ToSink::Ask(tag, 5));
    assert_eq!(asked(&rest().await), [4, 2, 5]);
    let logged = reports::of("otp::gen_stage", "subscription", tag);
    let numbers: Vec<_> = logged.iter().map(|report| (report.field("max"), report.field("demand"))).collect();
    assert_eq!(numbers, [(Some("3"), Some("4")), (Some("3"), Some("5"))]);
}

#[otp::test(start_paused = true)]
async fn dsp_090_dsp_092_a_partition_gets_its_events_in_order() {
    let by_two = || PartitionDispatcher::with_hash(2, |n: u64| Some((n, (n % 2) as usize)));
    let producer = SourceArgs::with("p", idle(), by_two).start().await;
    for (name, place) in [("a", 0), ("b", 1)] {
        let to = producer.partition(place).max_demand(5).min_demand(0);
        sink(name).setup(move |init| init.subscribe_to(to)).start().await;
    }
    assert_eq!(asked(&rest().await), [5, 5]);
    producer.cast(ToSource::Emit(range(0, 4)));
    producer.cast(ToSource::Emit(range(4, 10)));
    let seen = rest().await;
    assert_eq!((events(&seen, "a"), events(&seen, "b")), (vec![0, 2, 4, 6, 8], vec![1, 3, 5, 7, 9]));
}

/// DSP-086: a partition that is not there, as one that is taken.
#[otp::test(start_paused = true)]
async fn dsp_002_a_refusal_ends_the_subscription_on_both_sides() {
    let producer = SourceArgs::with("p", idle(), || PartitionDispatcher::new(2)).start().await;
    let taken = producer.partition(0);
    sink("a").setup(move |init| init.subscribe_to(taken)).start().await;
    rest().await;
    for (place, refused) in [
        (0, Refused::PartitionTaken("0".into())),
        (2, Refused::UnknownPartition { partition: "2".into(), known: "0, 1".into() }),
    ] {
        let to = producer.partition(place);
        let consumer = sink("b").setup(move |init| init.subscribe_to(to)).start().await;
        let reason = ExitReason::from(refused);
        let seen = rest().await;
        let cancelled = Cancelled::Cancel(reason.clone());
        assert!(seen.contains(&Seen::Unsubscribed("p", cancelled.clone())), "{seen:?}");
        assert!(seen.contains(&Seen::Ended("b", cancelled)), "{seen:?}");
        assert!(seen.contains(&Seen::Terminated("b", reason)), "{seen:?}");
        assert!(producer.is_alive() && !consumer.is_alive());
    }
}

/// A message that holds its receiver up while that dies: it is out of the process table, and nobody has been told.
struct Gate {
    test: Pid,
    open: std::sync::mpsc::Receiver<()>,
}

/// A gate is shut.
struct Dying;

impl Drop for Gate {
    fn drop(&mut self) {
        let test = self.test;
        // Whom this thread wakes might wait for it: another one tells the test.
        let tells = std::thread::spawn(move || process::send(test, Dying));
        let _ = tells.join().expect("it does not panic");
        let _ = self.open.recv_timeout(Duration::from_secs(30));
    }
}

/// A consumer that was restarted finds its partition free, though the producer has not been told that its former self is
/// gone. Were it refused it would exit, and be restarted again, and the partition would have nobody.
#[otp::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_restarted_consumer_gets_its_partition_before_its_former_self_is_reported() {
    let producer = SourceArgs::with("p", idle(), || PartitionDispatcher::new(1)).start().await;
    let start = |name| {
        let to = producer.partition(0);
        sink(name).setup(move |init| init.subscribe_to(to)).start()
    };
    let former = start("a").await;
    // It has been told of the subscription when it answers this.
    producer.demand().await.expect("it answers");
    otp::sys::suspend(former.server()).await.expect("it answers");
    let monitor = former.monitor();
    let (opens, open) = std::sync::mpsc::channel();
    process::send(&former, Gate { test: process::self_pid(), open }).expect("a pid takes everything");
    process::exit(&former, ExitReason::Kill);
    process::receive::<Dying>().await;
    assert!(!former.is_alive());
    let consumer = start("b").await;
    // Not that of the newcomer, refused.
    assert_eq!(ended("p").await, Cancelled::Down(ExitReason::Killed));
    producer.cast(ToSource::Emit(vec![1]));
    assert_eq!(batches::<1>("b").await, [[1]]);
    opens.send(()).expect("it waits");
    // Nothing more comes of it when it is reported.
    assert_eq!(process::receive::<Down>().await.reference, monitor);
    producer.cast(ToSource::Emit(vec![2]));
    assert_eq!(batches::<1>("b").await, [[2]]);
    assert!(consumer.is_alive() && producer.is_alive());
    while let Some(seen) = process::receive_timeout::<Seen>(Duration::ZERO).await {
        assert!(!matches!(seen, Seen::Unsubscribed(..) | Seen::Ended(..)), "{seen:?}");
    }
}

#[otp::test(start_paused = true)]
async fn dsp_080_an_unknown_partition_ends_the_producer_with_a_reason_that_names_it() {
    let producer =
        SourceArgs::with("p", idle(), || PartitionDispatcher::with_hash(2, |n: u64| Some((n, 7)))).start().await;
    let to = producer.partition(0);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    rest().await;
    producer.cast(ToSource::Emit(vec![1]));
    let Cancelled::Down(reason) = ended("c").await else { panic!("not down") };
    assert!(reason.to_string().contains("named the partition 7: the partitions are 0, 1"), "{reason}");
}

/// A consumer that always gets everything discarded does not keep the producer from its mailbox.
#[otp::test(start_paused = true)]
async fn dsp_100_discarding_everything_leaves_time_for_others() {
    let producer = broadcaster(counting()).await;
    let to = producer.subscription_with(Selector::new(|n: &u64| *n > 100_000)).max_demand(10).min_demand(0);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(producer.demand().await.expect("it answers"), otp::gen_stage::DemandMode::Forward);
    producer.stop().await.expect("it stops");
}
