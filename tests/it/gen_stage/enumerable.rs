//! Producers of iterators and streams.

use super::fixtures::*;
use otp::gen_stage::{self, Cancel, Cancelled, DemandMode, OnCancel, PartitionDispatcher, StageRef};
use otp::prelude::*;
use otp::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts what is taken from it.
fn counted(items: std::ops::Range<u64>) -> (Arc<AtomicUsize>, impl Iterator<Item = u64> + Send + 'static) {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    let counted = items.inspect(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    (taken, counted)
}

#[otp::test(start_paused = true)]
async fn stg_232_exactly_what_is_asked_for_is_taken() {
    let (taken, items) = counted(0..100);
    let producer = gen_stage::from_iter(items).await.expect("it starts");
    let to = producer.subscription().max_demand(10).min_demand(4);
    let slow = |_: &[u64]| Doing::Wait(Duration::from_secs(1));
    sink("c").setup(move |init| init.subscribe_to(to)).handling(slow).start().await;
    assert_eq!(batches("c").await, [range(0, 6)]);
    rest().await;
    assert_eq!(taken.load(Ordering::Relaxed), 10);
    process::sleep(Duration::from_secs(1)).await;
    rest().await;
    assert_eq!(taken.load(Ordering::Relaxed), 16);
}

#[otp::test(start_paused = true)]
async fn stg_233_the_last_batch_is_delivered_and_then_it_ends() {
    let producer = gen_stage::from_iter(1..=7).await.expect("it starts");
    let to = producer.subscription().max_demand(4).min_demand(2).cancel(Cancel::Transient);
    let consumer = sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(batches("c").await, [vec![1, 2], vec![3, 4], vec![5, 6], vec![7]]);
    assert_eq!(ended("c").await, Cancelled::Down(ExitReason::Normal));
    assert!(consumer.is_alive() && !producer.is_alive());
}

#[otp::test(start_paused = true)]
async fn a_stream_is_a_source_too() {
    let items = futures_util::stream::iter(1..=7);
    let producer = gen_stage::from_stream(items).await.expect("it starts");
    let to = producer.subscription().max_demand(4).min_demand(2).cancel(Cancel::Transient);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(batches("c").await, [vec![1, 2], vec![3, 4], vec![5, 6], vec![7]]);
    assert_eq!(ended("c").await, Cancelled::Down(ExitReason::Normal));
}

#[otp::test(start_paused = true)]
async fn stg_234_a_source_with_more_waits_for_the_next_consumer() {
    let producer = gen_stage::from_iter(0..).await.expect("it starts");
    let to = producer.subscription().max_demand(2).min_demand(0);
    let slow = |_: &[u64]| Doing::Wait(Duration::from_secs(1));
    let consumer = sink("a").setup(move |init| init.subscribe_to(to)).handling(slow).start().await;
    assert_eq!(batches("a").await, [[0, 1]]);
    consumer.stop().await.expect("it stops");
    assert!(producer.is_alive());
    let to = producer.subscription().max_demand(2).min_demand(0);
    sink("b").setup(move |init| init.subscribe_to(to)).handling(|_| Doing::Wait(Duration::from_secs(1))).start().await;
    assert_eq!(batches::<1>("b").await[0].len(), 2);
}

#[otp::test(start_paused = true)]
async fn stg_235_an_empty_source_ends_with_the_first_demand() {
    let producer = gen_stage::from_iter(std::iter::empty::<u64>()).unlinked().await.expect("it starts");
    process::sleep(Duration::from_secs(1)).await;
    assert!(producer.is_alive());
    let to = producer.clone();
    sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
    assert_eq!(ended("c").await, Cancelled::Down(ExitReason::Normal));
}

#[otp::test(start_paused = true)]
async fn stg_236_it_is_linked_unless_said_otherwise() {
    for linked in [true, false] {
        let (tell, told) = tokio::sync::oneshot::channel();
        let starter = process::spawn(async move {
            let start = gen_stage::from_iter(0_u64..);
            let start = if linked { start } else { start.unlinked() };
            let producer = start.await.expect("it starts");
            let _ = tell.send(producer);
            process::sleep_forever().await;
        });
        let producer: StageRef<_> = told.await.expect("it tells");
        process::exit(starter, ExitReason::Kill);
        process::wait(starter).await;
        process::sleep(Duration::from_millis(1)).await;
        assert_eq!(producer.is_alive(), !linked);
    }
}

#[otp::test(start_paused = true)]
async fn stg_237_it_can_have_a_name() {
    let producer = gen_stage::from_iter(0_u64..).name("stg-237").await.expect("it starts");
    assert_eq!(otp::name::whereis("stg-237"), producer.pid());
}

#[otp::test(start_paused = true)]
async fn stg_239_it_can_have_a_dispatcher_and_a_demand_mode() {
    let by_two = PartitionDispatcher::with_hash(2, |n: u64| Some((n, (n % 2) as usize)));
    let producer =
        gen_stage::from_iter(0..10).dispatcher(by_two).demand(DemandMode::Accumulate).await.expect("it starts");
    for (name, place) in [("a", 0), ("b", 1)] {
        let to = producer.partition(place).cancel(Cancel::Temporary);
        sink(name).setup(move |init| init.subscribe_to(to)).start().await;
    }
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Events(..))));
    producer.set_demand(DemandMode::Forward);
    assert_eq!(batches("a").await, [[0, 2, 4, 6, 8]]);
    assert_eq!(batches("b").await, [[1, 3, 5, 7, 9]]);
}

/// STG-240: what was taken is delivered, although nobody had asked for it when the source ended.
#[otp::test(start_paused = true)]
async fn stg_240_demand_after_the_end_is_ignored() {
    let producer = gen_stage::from_iter(0..5).await.expect("it starts");
    let to = producer.subscription().max_demand(3).min_demand(0).cancel(Cancel::Temporary);
    let a = sink("a").manual().setup(move |init| init.subscribe_to(to)).start().await;
    let to = producer.subscription().cancel(Cancel::Temporary);
    let b = sink("b").manual().setup(move |init| init.subscribe_to(to)).start().await;
    let of_a = a.call(ToSink::Only).await.expect("it answers");
    let of_b = b.call(ToSink::Only).await.expect("it answers");
    rest().await;
    b.cast(ToSink::Ask(of_b, 10));
    a.cast(ToSink::Ask(of_a, 3));
    let seen = rest().await;
    assert!(seen.contains(&Seen::Events("b", range(0, 5))), "{seen:?}");
    assert!(seen.contains(&Seen::Ended("a", Cancelled::Down(ExitReason::Normal))), "{seen:?}");
}

#[otp::test(start_paused = true)]
async fn stg_241_a_message_nobody_expects_is_dropped() {
    let producer = gen_stage::from_iter(0_u64..).await.expect("it starts");
    process::send(producer.pid().expect("it runs"), "what is this").expect("a pid");
    process::sleep(Duration::from_millis(1)).await;
    assert!(producer.is_alive());
}

#[otp::test(start_paused = true)]
async fn it_may_end_with_its_last_consumer() {
    let producer = gen_stage::from_iter(0_u64..).on_cancel(OnCancel::Stop).await.expect("it starts");
    let consumers = ["a", "b"].map(|name| {
        let to = producer.subscription().max_demand(1).min_demand(0);
        sink(name).setup(move |init| init.subscribe_to(to)).handling(|_| Doing::Wait(Duration::from_secs(9)))
    });
    let [a, b] = consumers;
    let (a, b) = (a.start().await, b.start().await);
    a.stop().await.expect("it stops");
    process::sleep(Duration::from_millis(1)).await;
    assert!(producer.is_alive());
    b.stop().await.expect("it stops");
    let pid = producer.pid().expect("it ran");
    process::wait(pid).await;
}
