//! Demand in a consumer's own hands.

use super::fixtures::*;
use otp::gen_stage::StageRef;

async fn manual(on_init: bool) -> (StageRef<Source>, StageRef<Sink>, otp::gen_stage::SubscriptionTag) {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.clone();
    let consumer = if on_init {
        sink("c").manual().setup(move |init| init.subscribe_to(&to)).start().await
    } else {
        let consumer = sink("c").manual().start().await;
        consumer.sync_subscribe(&to).await.expect("it subscribes");
        consumer
    };
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    let seen = rest().await;
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Demand(..))), "{seen:?}");
    (producer, consumer, tag)
}

async fn asks(on_init: bool) {
    let (_producer, consumer, tag) = manual(on_init).await;
    consumer.cast(ToSink::Ask(tag, 50));
    assert_eq!(rest().await, [Seen::Demand("p", 50), Seen::Events("c", range(0, 50))]);
    consumer.cast(ToSink::Ask(tag, 50));
    assert_eq!(rest().await, [Seen::Demand("p", 50), Seen::Events("c", range(50, 100))]);
}

#[otp::test(start_paused = true)]
async fn stg_175_nothing_is_asked_but_by_hand() {
    asks(false).await;
}

#[otp::test(start_paused = true)]
async fn stg_176_nothing_is_asked_but_by_hand_from_the_start() {
    asks(true).await;
}

/// STG-178: an empty message is not sent at all.
#[otp::test(start_paused = true)]
async fn stg_179_asking_for_nothing_does_nothing() {
    let (_producer, consumer, tag) = manual(false).await;
    consumer.cast(ToSink::Ask(tag, 0));
    quiet().await;
}
