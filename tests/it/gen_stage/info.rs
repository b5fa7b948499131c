//! Messages behind events.

use super::fixtures::*;
use otp::gen_stage::StageRef;

async fn only<S: FnOnce() -> SinkArgs>(make: S, producer: &StageRef<Source>) -> StageRef<Sink> {
    let to = producer.clone();
    make().setup(move |init| init.subscribe_to(&to)).start().await
}

#[otp::test(start_paused = true)]
async fn stg_113_a_consumer_gets_them_at_once() {
    let consumer = sink("c").start().await;
    consumer.sync_info(1_u64).await.expect("it answers");
    consumer.async_info(2_u64);
    assert_eq!(rest().await, [Seen::Info("c", 1), Seen::Info("c", 2)]);
}

#[otp::test(start_paused = true)]
async fn stg_114_stg_115_a_stage_without_events_gets_them_at_once() {
    let (producer, middle) = (SourceArgs::new("p", idle()).start().await, middle("m").start().await);
    producer.sync_info(1_u64).await.expect("it answers");
    middle.sync_info(2_u64).await.expect("it answers");
    assert_eq!(rest().await, [Seen::Info("p", 1), Seen::Info("m", 2)]);
}

/// STG-118: the answer comes when it is queued.
#[otp::test(start_paused = true)]
async fn stg_117_stg_118_it_passes_both_queues_of_a_producer_consumer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(4).min_demand(0);
    let middle = middle("m").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(demands("p").await, [4]);
    producer.cast(ToSource::Emit(range(1, 5)));
    rest().await;
    middle.sync_info(9_u64).await.expect("it answers");
    quiet().await;
    let to = middle.clone();
    let consumer = sink("c").manual().setup(move |init| init.subscribe_to(&to)).start().await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    rest().await;
    for (demand, events, told) in [(2, vec![1, 2], false), (1, vec![3], false), (1, vec![4], true)] {
        consumer.cast(ToSink::Ask(tag, demand));
        let seen = rest().await;
        assert!(seen.contains(&Seen::Events("c", events)), "{seen:?}");
        assert_eq!(seen.contains(&Seen::Info("m", 9)), told, "{seen:?}");
    }
}

#[otp::test(start_paused = true)]
async fn stg_119_it_waits_behind_a_buffer_without_limit() {
    let producer = SourceArgs::new("p", idle()).setup(|init| init.buffer_unlimited()).start().await;
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    producer.async_info(9_u64);
    quiet().await;
    only(|| sink("c"), &producer).await;
    assert_eq!(batches("c").await, [[1, 2, 3]]);
    let seen = rest().await;
    assert!(seen.contains(&Seen::Info("p", 9)), "{seen:?}");
}

#[otp::test(start_paused = true)]
async fn stg_120_stg_121_stg_122_it_waits_behind_a_buffer_that_is_more_or_less_full() {
    for n in 1..=3 {
        let producer = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(3)).start().await;
        producer.cast(ToSource::Emit(range(0, n)));
        producer.async_info(9_u64);
        quiet().await;
        only(|| sink("c"), &producer).await;
        assert_eq!(batches("c").await, [range(0, n)]);
        assert!(rest().await.contains(&Seen::Info("p", 9)));
    }
}

#[otp::test(start_paused = true)]
async fn stg_125_newcomers_that_are_dropped_do_not_release_it() {
    use otp::gen_stage::BufferKeep;
    let args = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(2).buffer_keep(BufferKeep::First));
    let producer = args.start().await;
    producer.cast(ToSource::Emit(vec![1, 2]));
    producer.async_info(9_u64);
    producer.cast(ToSource::Emit(vec![3, 4, 5]));
    quiet().await;
    only(|| sink("c"), &producer).await;
    assert_eq!(batches("c").await, [[1, 2]]);
    assert!(rest().await.contains(&Seen::Info("p", 9)));
}

/// STG-127: in messages of their own.
#[otp::test(start_paused = true)]
async fn stg_126_stg_127_several_come_in_order_and_part_the_events() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    for n in [4_u64, 5, 6] {
        producer.async_info(n);
    }
    producer.cast(ToSource::Emit(vec![7, 8]));
    producer.async_info(9_u64);
    let consumer = only(|| sink("c").manual(), &producer).await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    rest().await;
    consumer.cast(ToSink::Ask(tag, 5));
    let seen = rest().await;
    let (events, infos): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| matches!(seen, Seen::Events(..)));
    assert_eq!(events, [Seen::Events("c", vec![1, 2, 3]), Seen::Events("c", vec![7, 8])]);
    assert_eq!(infos, [4, 5, 6, 9].map(|n| Seen::Info("p", n)));
}

#[otp::test(start_paused = true)]
async fn stg_128_what_is_decided_happens_before_it() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    producer.async_info(1_u64);
    producer.cast(ToSource::Emit(vec![4, 5]));
    let consumer = only(|| sink("c").manual(), &producer).await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    rest().await;
    consumer.cast(ToSink::Ask(tag, 10));
    let seen = rest().await;
    let of_producer: Vec<_> = seen.iter().filter(|seen| !matches!(seen, Seen::Events(..))).cloned().collect();
    assert_eq!(of_producer, [Seen::Demand("p", 5), Seen::Info("p", 1)]);
}

/// STG-131: with a limit or without.
#[otp::test(start_paused = true)]
async fn stg_130_stg_131_it_is_released_with_the_last_event() {
    for limited in [true, false] {
        let args = SourceArgs::new("p", idle());
        let args = args.setup(move |init| if limited { init.buffer_size(3) } else { init.buffer_unlimited() });
        let producer = args.start().await;
        producer.cast(ToSource::Emit(vec![1, 2, 3]));
        producer.async_info(9_u64);
        assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 3);
        let consumer = only(|| sink("c").manual(), &producer).await;
        let tag = consumer.call(ToSink::Only).await.expect("it answers");
        rest().await;
        consumer.cast(ToSink::Ask(tag, 3));
        let seen = rest().await;
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen.contains(&Seen::Events("c", vec![1, 2, 3])) && seen.contains(&Seen::Info("p", 9)));
    }
}
