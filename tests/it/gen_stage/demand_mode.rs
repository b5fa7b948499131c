//! Forwarding and accumulating demand.

use super::fixtures::*;
use otp::gen_stage::{BroadcastDispatcher, DemandMode, StageRef};
use std::time::Duration;

fn slowly() -> impl FnMut(&[u64]) -> Doing + Send {
    |_| Doing::Wait(Duration::from_millis(1))
}

async fn four<D: otp::gen_stage::Dispatcher<u64, Options = ()>>(
    name: &'static str,
    to: &StageRef<Source<D>>,
    max: usize,
) {
    let to = to.subscription().max_demand(max).min_demand(0);
    sink(name).setup(move |init| init.subscribe_to(to)).handling(slowly()).start().await;
}

async fn is_held_back_until_forward(producer: StageRef<Source>) {
    assert_eq!(producer.demand().await.expect("it answers"), DemandMode::Accumulate);
    four("c", &producer, 4).await;
    assert!(!rest().await.iter().any(|seen| matches!(seen, Seen::Demand(..) | Seen::Events(..))));
    producer.set_demand(DemandMode::Forward);
    // STG-089: a read after a write sees what was written.
    assert_eq!(producer.demand().await.expect("it answers"), DemandMode::Forward);
    assert_eq!(batches("c").await, [[0, 1, 2, 3]]);
}

/// STG-009: forward, unless said otherwise.
#[otp::test(start_paused = true)]
async fn stg_079_a_producer_may_start_by_accumulating() {
    let producer = SourceArgs::new("p", counting()).start().await;
    assert_eq!(producer.demand().await.expect("it answers"), DemandMode::Forward);
    let accumulating = SourceArgs::new("p", counting()).setup(|init| init.demand(DemandMode::Accumulate));
    is_held_back_until_forward(accumulating.start().await).await;
}

#[otp::test(start_paused = true)]
async fn stg_080_stg_089_the_mode_can_be_set() {
    let producer = SourceArgs::new("p", counting()).start().await;
    producer.set_demand(DemandMode::Accumulate);
    is_held_back_until_forward(producer).await;
}

#[otp::test(start_paused = true)]
async fn stg_081_forward_before_anybody_subscribed() {
    let producer = SourceArgs::new("p", counting()).setup(|init| init.demand(DemandMode::Accumulate)).start().await;
    producer.set_demand(DemandMode::Forward);
    four("c", &producer, 4).await;
    assert_eq!(batches("c").await, [[0, 1, 2, 3]]);
}

#[otp::test(start_paused = true)]
async fn stg_082_accumulating_twice_forgets_nothing() {
    let producer = SourceArgs::new("p", counting()).setup(|init| init.demand(DemandMode::Accumulate)).start().await;
    four("c", &producer, 4).await;
    producer.set_demand(DemandMode::Accumulate);
    producer.set_demand(DemandMode::Forward);
    assert_eq!(batches("c").await, [[0, 1, 2, 3]]);
}

#[otp::test(start_paused = true)]
async fn stg_083_accumulated_demands_are_kept_apart() {
    let producer = SourceArgs::new("p", idle()).setup(|init| init.demand(DemandMode::Accumulate)).start().await;
    four("a", &producer, 2).await;
    four("b", &producer, 2).await;
    rest().await;
    producer.set_demand(DemandMode::Forward);
    assert_eq!(rest().await, [Seen::Demand("p", 2), Seen::Demand("p", 2)]);
}

#[otp::test(start_paused = true)]
async fn stg_084_events_accumulate_with_demand_in_one_queue() {
    let producer = SourceArgs::new("p", idle()).setup(|init| init.demand(DemandMode::Accumulate)).start().await;
    four("a", &producer, 4).await;
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    four("b", &producer, 6).await;
    rest().await;
    producer.set_demand(DemandMode::Forward);
    let seen = rest().await;
    assert_eq!(
        seen.iter().filter(|seen| matches!(seen, Seen::Demand(..))).cloned().collect::<Vec<_>>(),
        [Seen::Demand("p", 4), Seen::Demand("p", 6)]
    );
    assert!(seen.contains(&Seen::Events("b", vec![1, 2, 3])), "to the higher demand: {seen:?}");
}

#[otp::test(start_paused = true)]
async fn stg_086_what_accumulates_is_not_buffered() {
    let producer = SourceArgs::new("p", idle())
        .setup(|init| init.demand(DemandMode::Accumulate).buffer_size(5))
        .log_discarded(false)
        .start()
        .await;
    producer.cast(ToSource::Emit(range(0, 100)));
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 0);
    quiet().await;
    producer.set_demand(DemandMode::Forward);
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 5);
    assert_eq!(rest().await, [Seen::Discarded("p", 95)]);
}

#[otp::test(start_paused = true)]
async fn stg_092_demand_that_became_a_request_stays_one() {
    let args = SourceArgs::with("p", counting(), BroadcastDispatcher::new);
    let producer = args.setup(|init| init.demand(DemandMode::Accumulate)).start().await;
    for (name, max) in [("a", 10), ("b", 6)] {
        let to = producer.subscription().max_demand(max).min_demand(0);
        sink(name)
            .setup(move |init| init.subscribe_to(to))
            .handling(|_| Doing::Wait(Duration::from_secs(1)))
            .start()
            .await;
    }
    rest().await;
    producer.set_demand(DemandMode::Forward);
    assert_eq!(demands("p").await, [10]);
    assert_eq!(batches("a").await, [range(0, 6)]);
    assert_eq!(batches("b").await, [range(0, 6)]);
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 4);
    quiet().await;
    // And nothing stops for good.
    assert_eq!(batches("a").await, [range(6, 10)]);
}
