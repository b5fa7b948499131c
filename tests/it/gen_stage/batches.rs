//! How consumers take events, and when they ask for more.

use super::fixtures::*;
use otp::gen_stage::dispatcher::{Outbox, SubscriptionTag};
use otp::gen_stage::{Dispatcher, StageRef};
use otp::prelude::*;
use otp_tests::reports;
use std::time::Duration;

/// A consumer of a counting producer, subscribed with this demand.
async fn counted(max: usize, min: usize) -> (StageRef<Source>, StageRef<Sink>) {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(max).min_demand(min);
    let consumer = sink("c").setup(|init| init.subscribe_to(to)).handling(slowly()).start().await;
    (producer, consumer)
}

/// Time for others after each batch, so that counting producers do not run away.
fn slowly() -> impl FnMut(&[u64]) -> Doing + Send {
    |_| Doing::Wait(Duration::from_millis(1))
}

#[otp::test(start_paused = true)]
async fn stg_001_the_defaults_are_a_thousand_and_a_half() {
    let producer = SourceArgs::new("p", counting()).start().await;
    sink("c").setup(move |init| init.subscribe_to(&producer)).handling(slowly()).start().await;
    assert_eq!(batches("c").await, [range(0, 500), range(500, 1000), range(1000, 1500)]);
    assert_eq!(demands("p").await, [1000, 500, 500]);
}

#[otp::test(start_paused = true)]
async fn stg_019_eighty_percent() {
    counted(100, 80).await;
    let all: [_; 8] = batches("c").await;
    for (n, batch) in (0..).zip(all) {
        assert_eq!(batch, range(20 * n, 20 * n + 20));
    }
    assert_eq!(demands("p").await, [100, 20, 20, 20, 20]);
}

#[otp::test(start_paused = true)]
async fn stg_020_twenty_percent() {
    counted(100, 20).await;
    let expected = [range(0, 80), range(80, 100), range(100, 180), range(180, 260), range(260, 280)];
    assert_eq!(batches("c").await, expected);
    assert_eq!(demands("p").await, [100, 80, 100, 80]);
}

#[otp::test(start_paused = true)]
async fn stg_021_one_at_a_time() {
    counted(1, 0).await;
    assert_eq!(batches("c").await, [[0], [1], [2]]);
    assert_eq!(demands("p").await, [1, 1, 1]);
}

#[otp::test(start_paused = true)]
async fn stg_022_a_batch_has_at_most_the_difference() {
    counted(10, 9).await;
    assert_eq!(batches("c").await, [[0], [1], [2], [3]]);
    assert_eq!(demands("p").await, [10, 1, 1, 1]);
    counted(10, 5).await;
}

#[otp::test(start_paused = true)]
async fn stg_023_without_a_minimum_all_is_one_batch() {
    counted(1000, 0).await;
    assert_eq!(batches("c").await, [range(0, 1000), range(1000, 2000)]);
    assert_eq!(demands("p").await, [1000, 1000]);
}

/// An idle producer, whose emissions have these sizes, and the demand it saw after each.
async fn emissions<const N: usize>(max: usize, min: usize, sizes: [u64; N]) -> [Option<usize>; N] {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(max).min_demand(min);
    let _consumer = sink("c").setup(|init| init.subscribe_to(to)).start().await;
    assert_eq!(demands("p").await, [max]);
    let mut asked = [None; N];
    for (asked, size) in asked.iter_mut().zip(sizes) {
        producer.cast(ToSource::Emit(range(0, size)));
        for seen in rest().await {
            if let Seen::Demand(_, demand) = seen {
                *asked = Some(asked.unwrap_or(0) + demand);
            }
        }
    }
    asked
}

#[otp::test(start_paused = true)]
async fn stg_025_small_messages_are_batches_of_their_own() {
    let asked = emissions(1000, 750, [100; 6]).await;
    assert_eq!(asked, [None, None, Some(300), None, None, Some(300)]);
}

#[otp::test(start_paused = true)]
async fn stg_026_a_batch_is_not_cut_where_the_minimum_is_reached() {
    assert_eq!(emissions(10, 5, [3; 4]).await, [None, Some(6), None, Some(6)]);
}

#[otp::test(start_paused = true)]
async fn stg_028_a_message_that_is_a_little_too_large() {
    assert_eq!(emissions(1000, 750, [260; 3]).await, [Some(250), Some(260), Some(260)]);
}

#[otp::test(start_paused = true)]
async fn stg_030_reaching_the_minimum_asks() {
    let asked = emissions(10, 5, [1; 10]).await;
    assert_eq!(asked.map(|asked| asked.unwrap_or(0)), [0, 0, 0, 0, 5, 0, 0, 0, 0, 5]);
}

#[otp::test(start_paused = true)]
async fn stg_031_more_is_asked_for_when_a_batch_was_handled() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5);
    let slow = |_: &[u64]| Doing::Wait(Duration::from_secs(1));
    let _consumer = sink("c").setup(|init| init.subscribe_to(to)).handling(slow).start().await;
    assert_eq!(demands("p").await, [10]);
    rest().await;
    producer.cast(ToSource::Emit(range(0, 10)));
    assert_eq!(seen().await, Seen::Events("c", range(0, 5)));
    quiet().await;
    // The ask leaves before the second batch begins.
    assert_eq!([seen().await, seen().await].iter().filter(|seen| **seen == Seen::Demand("p", 5)).count(), 1);
    quiet().await;
    assert_eq!(seen().await, Seen::Demand("p", 5));
    quiet().await;
}

/// A dispatcher that breaks its contract: it sends whatever it gets, to whoever subscribed first.
#[derive(Default)]
struct Flood(Option<SubscriptionTag>, usize);

impl Dispatcher<u64> for Flood {
    type Options = ();
    fn subscribe(&mut self, tag: SubscriptionTag, _: Option<Pid>, (): &()) -> Result<(), ExitReason> {
        self.0 = Some(tag);
        Ok(())
    }
    fn ask(&mut self, _: SubscriptionTag, demand: usize, _: &mut Outbox<u64>) {
        self.1 += demand;
    }
    fn cancel(&mut self, _: SubscriptionTag, _: &mut Outbox<u64>) {
        *self = Self::default();
    }
    fn placeable(&self) -> usize {
        self.1
    }
    fn dispatch(&mut self, events: Vec<u64>, out: &mut Outbox<u64>) -> Vec<u64> {
        self.1 = self.1.saturating_sub(events.len());
        match self.0 {
            Some(tag) => out.send(tag, events),
            None => return events,
        }
        Vec::new()
    }
}

/// STG-034: and logged for each batch. DSP-007: a dispatcher of the user's own.
#[otp::test(start_paused = true)]
async fn stg_032_events_that_nobody_asked_for_are_handled_and_logged() {
    reports::collect();
    let producer = SourceArgs::with("p", idle(), Flood::default).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5);
    let consumer = sink("c").setup(|init| init.subscribe_to(to)).start().await;
    let name = consumer.pid().expect("it runs").to_string();
    let excess = || -> Vec<String> {
        let reports = reports::of("otp::gen_stage", "name", &name);
        reports.iter().filter_map(|report| report.field("excess").map(str::to_owned)).collect()
    };
    assert_eq!(demands("p").await, [10]);
    producer.cast(ToSource::Emit(range(0, 13)));
    assert_eq!(batches("c").await, [range(0, 5), range(5, 10), range(10, 13)]);
    assert_eq!(demands("p").await, [5, 5]);
    assert_eq!(excess(), ["3"]);
    rest().await;
    producer.cast(ToSource::Emit(range(0, 22)));
    let sizes = batches::<5>("c").await.map(|batch| batch.len());
    assert_eq!(sizes, [5, 5, 5, 5, 2]);
    assert_eq!(excess(), ["3", "5", "5", "2"]);
}

#[otp::test(start_paused = true)]
async fn stg_037_demand_is_asked_for_once() {
    let asked = emissions(10, 5, [4]).await;
    assert_eq!(asked, [None]);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn stg_038_a_consumer_can_tell_its_producers_apart() {
    let a = SourceArgs::new("a", idle()).start().await;
    let b = SourceArgs::new("b", idle()).start().await;
    // `handle_events` of the fixture asserts that it knows the subscription it is given.
    let consumer = sink("c").start().await;
    let first = consumer.sync_subscribe(&a).await.expect("it subscribes");
    let second = consumer.sync_subscribe(&b).await.expect("it subscribes");
    assert_ne!(first, second);
    a.cast(ToSource::Emit(vec![1]));
    assert_eq!(batches("c").await, [[1]]);
    b.cast(ToSource::Emit(vec![2]));
    assert_eq!(batches("c").await, [[2]]);
}
