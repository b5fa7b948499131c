//! Producer-consumers.

use super::fixtures::*;
use otp::gen_stage::{BroadcastDispatcher, Cancelled};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

fn slowly() -> impl FnMut(&[u64]) -> Doing + Send {
    |_| Doing::Wait(Duration::from_millis(1))
}

/// Ten events are stored in a producer-consumer that asked for 10/5.
macro_rules! stored {
    () => {{
        let producer = SourceArgs::new("p", counting()).start().await;
        let to = producer.subscription().max_demand(10).min_demand(5);
        let middle = middle("m").setup(move |init| init.subscribe_to(to)).start().await;
        assert_eq!(demands("p").await, [10]);
        rest().await;
        (producer, middle)
    }};
}

#[otp::test(start_paused = true)]
async fn stg_057_what_comes_is_stored_until_somebody_wants_it() {
    let (_producer, _middle) = stored!();
    quiet().await;
}

/// STG-058, STG-059, STG-061: the worked example.
#[otp::test(start_paused = true)]
async fn stg_059_a_stored_message_is_handled_whole_and_the_rest_is_buffered() {
    let (producer, middle) = stored!();
    let to = middle.clone();
    let consumer = sink("c").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    rest().await;

    consumer.cast(ToSink::Ask(tag, 1));
    assert_eq!(batches("m").await, [range(0, 5), range(5, 10)]);
    assert_eq!(demands("p").await, [5, 5]);
    assert_eq!(batches("c").await, [[0]]);
    assert_eq!(middle.estimate_buffered_count().await.expect("it answers"), 9);
    quiet().await;

    consumer.cast(ToSink::Ask(tag, 3));
    assert_eq!(batches("c").await, [[1, 2, 3]]);
    quiet().await;

    consumer.cast(ToSink::Ask(tag, 8));
    assert_eq!(batches("c").await, [vec![4, 5, 6, 7, 8, 9], vec![10, 11]]);
    assert_eq!(batches("m").await, [range(10, 15)]);
    assert_eq!(demands("p").await, [5]);
    assert_eq!(middle.estimate_buffered_count().await.expect("it answers"), 3);
    quiet().await;
    drop(producer);
}

#[otp::test(start_paused = true)]
async fn stg_060_the_next_message_waits_for_demand() {
    let (_producer, middle) = stored!();
    let to = middle.subscription().max_demand(5).min_demand(0);
    let slow = |_: &[u64]| Doing::Wait(Duration::from_secs(1));
    sink("c").setup(move |init| init.subscribe_to(to)).handling(slow).start().await;
    // The first message of ten serves the first five; nothing more is begun.
    assert_eq!(batches("m").await, [range(0, 5), range(5, 10)]);
    assert_eq!(batches("c").await, [range(0, 5)]);
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Events("m", _))));
}

#[otp::test(start_paused = true)]
async fn stg_063_a_stage_that_emits_nothing_goes_on() {
    use otp::gen_stage::DemandDispatcher;
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(100).min_demand(80);
    let middle = MiddleArgs::with("m", DemandDispatcher::new, |_| {
        std::thread::yield_now();
        Vec::new()
    });
    let middle = middle.setup(move |init| init.subscribe_to(to)).start().await;
    let to = middle.subscription().max_demand(100).min_demand(50);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    let all: [_; 51] = batches("m").await;
    assert_eq!((&all[0], &all[5], &all[50]), (&range(0, 20), &range(100, 120), &range(1000, 1020)));
    producer.stop().await.expect("it stops");
}

/// The first batches of the doubling chain, whoever subscribes first.
async fn doubled(consumer_first: bool) {
    let producer = SourceArgs::new("p", counting()).start().await;
    let upstream = producer.subscription().max_demand(100).min_demand(80);
    let slow = sink("c").handling(slowly());
    if consumer_first {
        let middle = doubling("m").start().await;
        let consumer = slow.start().await;
        let downstream = middle.subscription().max_demand(100).min_demand(50);
        consumer.sync_subscribe(downstream).await.expect("it subscribes");
        middle.sync_subscribe(upstream).await.expect("it subscribes");
    } else {
        let middle = doubling("m").setup(move |init| init.subscribe_to(upstream)).start().await;
        let downstream = middle.subscription().max_demand(100).min_demand(50);
        slow.setup(move |init| init.subscribe_to(downstream)).start().await;
    }
    assert_eq!(batches("m").await, [range(0, 20)]);
    let first: [_; 5] = batches("c").await;
    assert_eq!(first[..2], [twice(range(0, 20)), twice(range(20, 40))]);
    let mut all: Vec<Vec<u64>> = first.into();
    while !all.concat().contains(&139) {
        let [next] = batches("c").await;
        all.push(next);
    }
    let tail = all.windows(2).any(|two| two == [twice(range(120, 125)), twice(range(125, 140))]);
    assert!(tail, "{all:?}");
}

#[otp::test(start_paused = true)]
async fn stg_065_a_chain_that_doubles() {
    doubled(false).await;
}

#[otp::test(start_paused = true)]
async fn stg_067_a_chain_that_doubles_wired_late() {
    doubled(true).await;
}

#[otp::test(start_paused = true)]
async fn stg_070_a_broadcast_from_the_middle() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(100).min_demand(80);
    let middle = MiddleArgs::with("m", BroadcastDispatcher::new, twice);
    let middle = middle.setup(move |init| init.subscribe_to(to)).start().await;
    for (name, max) in [("a", 10), ("b", 20)] {
        let to = middle.subscription().max_demand(max).min_demand(0);
        sink(name).setup(move |init| init.subscribe_to(to)).handling(slowly()).start().await;
    }
    let whole = twice(range(200, 205));
    for name in ["a", "b"] {
        loop {
            let [batch] = batches(name).await;
            if batch.contains(&200) {
                assert_eq!(batch, whole);
                break;
            }
        }
    }
    producer.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn stg_071_who_does_not_ask_holds_the_others_up() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(100).min_demand(80);
    let middle = MiddleArgs::with("m", BroadcastDispatcher::new, twice);
    let middle = middle.setup(move |init| init.subscribe_to(to)).start().await;
    let to = middle.clone();
    let silent = sink("s").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = silent.call(ToSink::Only).await.expect("it answers");
    for (name, max) in [("a", 10), ("b", 20)] {
        let to = middle.subscription().max_demand(max).min_demand(0);
        sink(name).setup(move |init| init.subscribe_to(to)).handling(slowly()).start().await;
    }
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Events("a" | "b", _))));
    silent.cast(ToSink::Cancel(tag, ExitReason::Normal));
    assert_eq!(batches("a").await, [twice(range(0, 5))]);
    assert_eq!(batches("b").await, [twice(range(0, 5))]);
    producer.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn stg_073_what_is_stored_is_handled_before_the_end() {
    for (demand, delivered) in [(1, 1), (20, 10)] {
        let (producer, middle) = stored!();
        let monitor = middle.monitor();
        producer.stop().await.expect("it stops");
        let to = middle.subscription().cancel(otp::gen_stage::Cancel::Temporary);
        let consumer = sink("c").manual().setup(move |init| init.subscribe_to(to)).start().await;
        let tag = consumer.call(ToSink::Only).await.expect("it answers");
        assert!(middle.is_alive());
        rest().await;
        consumer.cast(ToSink::Ask(tag, demand));
        let seen = rest().await;
        let events: usize =
            seen.iter().map(|seen| if let Seen::Events("c", events) = seen { events.len() } else { 0 }).sum();
        assert_eq!(events, delivered);
        let cancelled = seen.contains(&Seen::Ended("m", Cancelled::Down(ExitReason::Normal)));
        assert_eq!(cancelled, demand == 20);
        if demand == 20 {
            let down = process::receive::<Down>().await;
            assert_eq!((down.reference, down.reason), (monitor, ExitReason::Normal));
        } else {
            assert!(middle.is_alive());
        }
    }
}

#[otp::test(start_paused = true)]
async fn stg_076_the_defaults_end_to_end() {
    let mut left = 2500;
    let mut count = counting();
    let finite = Box::new(move |demand: usize| {
        let now = demand.min(left);
        left -= now;
        count(now)
    });
    let producer = SourceArgs::new("p", finite).start().await;
    let middle = middle("m").setup(move |init| init.subscribe_to(&producer)).start().await;
    sink("c").setup(move |init| init.subscribe_to(&middle)).start().await;
    let seen = rest().await;
    for name in ["m", "c"] {
        let sizes: Vec<usize> = seen
            .iter()
            .filter_map(|seen| match seen {
                Seen::Events(who, events) if *who == name => Some(events.len()),
                _ => None,
            })
            .collect();
        assert_eq!(sizes, [500; 5], "{name}");
    }
    let asked: Vec<usize> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Demand(_, demand) => Some(*demand),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [1000, 500, 500, 500, 500, 500]);
}

/// Demand of a consumer that left is no demand: what is stored stays stored.
#[otp::test(start_paused = true)]
async fn nothing_is_handled_for_who_has_left() {
    let (_producer, middle) = stored!();
    let to = middle.clone();
    let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).handling(slowly()).start().await;
    batches::<1>("c").await;
    process::exit(&consumer, ExitReason::Kill);
    assert_eq!(ended("m").await, Cancelled::Down(ExitReason::Killed));
    rest().await;
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn stg_007_the_buffer_of_a_producer_consumer_has_no_limit() {
    let middle = middle("m").start().await;
    middle.cast(ToMiddle::Emit(range(0, 100_000)));
    assert_eq!(middle.estimate_buffered_count().await.expect("it answers"), 100_000);
}

#[otp::test(start_paused = true)]
async fn stg_242_counter_multiplier_printer() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(10);
    let middle = MiddleArgs::with("m", otp::gen_stage::DemandDispatcher::new, |events| {
        events.into_iter().map(|n| 2 * n).collect()
    });
    let middle = middle.setup(move |init| init.subscribe_to(to)).start().await;
    let to = middle.subscription().max_demand(10);
    sink("c").setup(move |init| init.subscribe_to(to)).handling(slowly()).start().await;
    let all: [_; 20] = batches("c").await;
    assert!(all.iter().all(|batch| batch.len() <= 5));
    assert!(all.concat().into_iter().eq((0..).map(|n| 2 * n).take(all.concat().len())));
}
