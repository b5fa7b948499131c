//! Events without demand.

use super::fixtures::*;
use otp::gen_stage::{BufferKeep, Cancelled, StageRef};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;

fn letters(letters: &str) -> Vec<u64> {
    letters.bytes().map(u64::from).collect()
}

async fn four(producer: &StageRef<Source>) {
    let to = producer.subscription().max_demand(4).min_demand(0);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
}

fn dropped(stage: &StageRef<Source>) -> Vec<String> {
    let reports = reports::of("otp::gen_stage", "name", stage.pid().expect("it runs"));
    reports.iter().filter_map(|report| report.field("dropped").map(str::to_owned)).collect()
}

#[otp::test(start_paused = true)]
async fn stg_093_buffered_events_come_first() {
    let mut left = 2;
    let mut count = counting();
    let twice = Box::new(move |demand| {
        left -= 1;
        if left >= 0 { count(demand) } else { Vec::new() }
    });
    let producer = SourceArgs::new("p", twice).start().await;
    producer.cast(ToSource::Emit(letters("abc")));
    producer.cast(ToSource::Emit(letters("de")));
    four(&producer).await;
    assert_eq!(batches("c").await, [letters("abcd"), letters("e"), range(0, 3), range(3, 7)]);
}

#[otp::test(start_paused = true)]
async fn stg_094_the_first_are_kept() {
    reports::collect();
    let setup = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(5).buffer_keep(BufferKeep::First));
    let producer = setup.start().await;
    producer.cast(ToSource::Emit(letters("abcde")));
    producer.cast(ToSource::Emit(letters("fgh")));
    four(&producer).await;
    assert_eq!(batches("c").await, [letters("abcd"), letters("e")]);
    assert_eq!(dropped(&producer), ["3"]);
}

/// STG-008: the default.
#[otp::test(start_paused = true)]
async fn stg_095_the_last_are_kept() {
    reports::collect();
    let producer = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(5)).start().await;
    producer.cast(ToSource::Emit(letters("abcde")));
    producer.cast(ToSource::Emit(letters("fgh")));
    four(&producer).await;
    assert_eq!(batches("c").await, [letters("defg"), letters("h")]);
    assert_eq!(dropped(&producer), ["3"]);
}

#[otp::test(start_paused = true)]
async fn stg_096_a_buffer_may_have_no_limit() {
    let producer = SourceArgs::new("p", idle()).setup(|init| init.buffer_unlimited()).start().await;
    producer.cast(ToSource::Emit(letters("abcde")));
    producer.cast(ToSource::Emit(letters("fgh")));
    four(&producer).await;
    assert_eq!(batches("c").await, [letters("abcd"), letters("efgh")]);
}

#[otp::test(start_paused = true)]
async fn stg_006_a_producer_buffers_ten_thousand() {
    reports::collect();
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(range(0, 10_005)));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 10_000);
    assert_eq!(dropped(&producer), ["5"]);
    let to = producer.subscription().max_demand(1).min_demand(0);
    sink("c").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(batches("c").await, [[5]]);
}

#[otp::test(start_paused = true)]
async fn stg_010_a_buffer_of_nothing_is_refused() {
    use otp::gen_stage::Stage;
    let args = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(0));
    let error = Source::start(args).await.unwrap_err();
    assert!(error.to_string().contains("buffer_size must be at least 1"), "{error}");
}

/// STG-103: it decides about the log, and nothing else.
#[otp::test(start_paused = true)]
async fn stg_100_stg_101_stg_102_a_stage_decides_whether_drops_are_logged() {
    reports::collect();
    for log in [true, false] {
        let args = SourceArgs::new("p", idle()).setup(|init| init.buffer_size(5).buffer_keep(BufferKeep::First));
        let producer = args.log_discarded(log).start().await;
        producer.cast(ToSource::Emit(range(0, 8)));
        assert_eq!(seen().await, Seen::Discarded("p", 3));
        four(&producer).await;
        assert_eq!(batches("c").await, [vec![0, 1, 2, 3], vec![4]]);
        assert_eq!(dropped(&producer).len(), usize::from(log));
        assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Discarded(..))));
    }
}

#[otp::test(start_paused = true)]
async fn stg_104_the_buffered_count() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(range(0, 5)));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 5);
    producer.cast(ToSource::Emit(range(0, 3)));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 8);
    four(&producer).await;
    batches::<2>("c").await;
    rest().await;
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 0);
}

/// DSP-028: and what the next two get.
#[otp::test(start_paused = true)]
async fn stg_107_dsp_028_owed_events_go_to_the_next_consumer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let subscribe = |name| {
        let to = producer.subscription().max_demand(10).min_demand(5);
        sink(name).setup(move |init| init.subscribe_to(to)).start()
    };
    let first = subscribe("a").await;
    assert_eq!(demands("p").await, [10]);
    process::exit(&first, ExitReason::Kill);
    assert_eq!(ended("p").await, Cancelled::Down(ExitReason::Killed));
    producer.cast(ToSource::Emit(range(0, 3)));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 3);
    rest().await;
    let second = subscribe("b").await;
    assert_eq!(batches("b").await, [range(0, 3)]);
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Demand(..))));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 0);
    process::exit(&second, ExitReason::Kill);
    ended("p").await;
    subscribe("c").await;
    assert_eq!(demands("p").await, [3]);
    producer.cast(ToSource::Emit(range(3, 13)));
    assert_eq!(batches("c").await, [range(3, 8), range(8, 13)]);
}

/// STG-108: an ask for less than is owed still gets what was buffered.
#[otp::test(start_paused = true)]
async fn stg_108_dsp_029_buffered_events_go_out_first() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5);
    let first = sink("a").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(demands("p").await, [10]);
    process::exit(&first, ExitReason::Kill);
    ended("p").await;
    producer.cast(ToSource::Emit(range(0, 3)));
    let to = producer.subscription().max_demand(7).min_demand(0);
    sink("b").setup(move |init| init.subscribe_to(to)).start().await;
    assert_eq!(batches("b").await, [range(0, 3)]);
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Demand(..))));
    producer.cast(ToSource::Emit(range(3, 10)));
    assert_eq!(batches("b").await, [range(3, 7)]);
}
