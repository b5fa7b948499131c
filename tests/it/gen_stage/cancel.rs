//! How subscriptions end, and what that does.

use super::fixtures::*;
use otp::gen_stage::{Cancel, Cancelled, StageRef, SubscriptionTag};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;

struct Pair {
    producer: StageRef<Source>,
    consumer: StageRef<Sink>,
    tag: SubscriptionTag,
}

async fn pair(cancel: Cancel) -> Pair {
    let producer = SourceArgs::new("p", idle()).start().await;
    let consumer = sink("c").start().await;
    let to = producer.subscription().cancel(cancel);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    rest().await;
    Pair { producer, consumer, tag }
}

fn reasons() -> [ExitReason; 5] {
    [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("x"),
        ExitReason::other("x"),
        ExitReason::Killed,
    ]
}

/// STG-185 to STG-189: cancelled with each reason, in each mode.
#[otp::test(start_paused = true)]
async fn stg_185_stg_186_stg_187_stg_188_stg_189_the_table_of_cancels() {
    for cancel in [Cancel::Temporary, Cancel::Transient, Cancel::Permanent] {
        for reason in reasons() {
            let Pair { producer, consumer, tag } = pair(cancel).await;
            let monitor = consumer.monitor();
            consumer.cast(ToSink::Cancel(tag, reason.clone()));
            let seen = rest().await;
            let exits = match cancel {
                Cancel::Temporary => false,
                Cancel::Transient => !reason.is_orderly(),
                Cancel::Permanent => true,
            };
            let cancelled = Cancelled::Cancel(reason.clone());
            assert!(seen.contains(&Seen::Ended("c", cancelled.clone())), "{seen:?}");
            assert_eq!(seen.contains(&Seen::Terminated("c", reason.clone())), exits, "{cancel:?} {reason}: {seen:?}");
            assert!(seen.contains(&Seen::Unsubscribed("p", cancelled)), "{seen:?}");
            assert_eq!(consumer.is_alive(), !exits);
            if exits {
                let down = process::receive::<Down>().await;
                assert_eq!((down.reference, down.reason), (monitor, reason));
            }
            producer.stop().await.expect("it stops");
            rest().await;
        }
    }
}

/// STG-190, STG-192, STG-193: the producer ends with each reason, in each mode.
#[otp::test(start_paused = true)]
async fn stg_190_stg_192_stg_193_the_table_of_downs() {
    for cancel in [Cancel::Temporary, Cancel::Transient, Cancel::Permanent] {
        for reason in reasons() {
            let Pair { producer, consumer, .. } = pair(cancel).await;
            producer.stop().reason(reason.clone()).await.expect("it stops");
            let seen = rest().await;
            let exits = cancel == Cancel::Permanent || cancel == Cancel::Transient && !reason.is_orderly();
            assert!(seen.contains(&Seen::Ended("c", Cancelled::Down(reason.clone()))), "{seen:?}");
            assert_eq!(seen.contains(&Seen::Terminated("c", reason.clone())), exits, "{cancel:?} {reason}: {seen:?}");
            assert_eq!(consumer.is_alive(), !exits);
        }
    }
}

/// STG-182: and then to the dispatcher.
#[otp::test(start_paused = true)]
async fn stg_182_the_producer_confirms_a_cancel() {
    let Pair { producer, consumer, tag } = pair(Cancel::Temporary).await;
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    let seen = rest().await;
    assert_eq!(seen.len(), 2);
    producer.cast(ToSource::Emit(vec![1]));
    quiet().await;
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 1);
}

#[otp::test(start_paused = true)]
async fn stg_183_a_producer_consumer_confirms_a_cancel() {
    let middle = middle("m").start().await;
    let consumer = sink("c").start().await;
    let to = middle.subscription().cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    rest().await;
    consumer.cast(ToSink::Cancel(tag, ExitReason::Shutdown));
    let seen = rest().await;
    let cancelled = Cancelled::Cancel(ExitReason::Shutdown);
    assert!(seen.contains(&Seen::Unsubscribed("m", cancelled.clone())), "{seen:?}");
    assert!(seen.contains(&Seen::Ended("c", cancelled)), "{seen:?}");
}

#[otp::test(start_paused = true)]
async fn stg_184_a_consumer_that_ends() {
    let Pair { consumer, .. } = pair(Cancel::Permanent).await;
    process::exit(&consumer, ExitReason::Kill);
    assert_eq!(rest().await, [Seen::Unsubscribed("p", Cancelled::Down(ExitReason::Killed))]);
    let middle = middle("m").start().await;
    let consumer = sink("c").setup(move |init| init.subscribe_to(&middle)).start().await;
    rest().await;
    process::exit(&consumer, ExitReason::Kill);
    assert_eq!(rest().await, [Seen::Unsubscribed("m", Cancelled::Down(ExitReason::Killed))]);
}

#[otp::test(start_paused = true)]
async fn stg_194_an_exit_because_of_a_producer_is_logged() {
    reports::collect();
    let Pair { producer, consumer, .. } = pair(Cancel::Permanent).await;
    producer.stop().await.expect("it stops");
    rest().await;
    let report = reports::one("otp::gen_stage", "name", consumer.pid().expect("it ran"));
    assert_eq!(report.level, tracing::Level::INFO);
    assert_eq!(report.field("reason"), Some("normal"));
    let Pair { producer, consumer, .. } = pair(Cancel::Temporary).await;
    producer.stop().await.expect("it stops");
    rest().await;
    assert!(reports::of("otp::gen_stage", "name", consumer.pid().expect("it runs")).is_empty());
}

/// What is on its way when a consumer cancels is handled.
#[otp::test(start_paused = true)]
async fn stg_196_events_before_the_confirmation_are_handled() {
    let Pair { producer, consumer, tag } = pair(Cancel::Temporary).await;
    otp::sys::suspend(producer.server()).await.expect("it answers");
    producer.cast(ToSource::Emit(vec![1]));
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    rest().await;
    otp::sys::resume(producer.server()).await.expect("it answers");
    let seen = rest().await;
    let of_consumer: Vec<_> = seen.into_iter().filter(|seen| !matches!(seen, Seen::Unsubscribed(..))).collect();
    assert_eq!(of_consumer, [Seen::Events("c", vec![1]), Seen::Ended("c", Cancelled::Cancel(ExitReason::Normal))]);
}

#[otp::test(start_paused = true)]
async fn stg_202_stages_are_not_linked_to_each_other() {
    let Pair { producer, consumer, .. } = pair(Cancel::Temporary).await;
    process::exit(&producer, ExitReason::Kill);
    rest().await;
    assert!(consumer.is_alive());
    let Pair { producer, consumer, .. } = pair(Cancel::Permanent).await;
    process::exit(&consumer, ExitReason::Kill);
    rest().await;
    assert!(producer.is_alive());
}

/// STG-205, STG-206: nobody minds.
#[otp::test(start_paused = true)]
async fn stg_205_a_cancel_of_what_has_ended_is_ignored() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().cancel(Cancel::Temporary);
    let consumer = sink("c").manual().start().await;
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    rest().await;
    otp::sys::suspend(consumer.server()).await.expect("it answers");
    consumer.cast(ToSink::Cancel(tag, ExitReason::Normal));
    consumer.cast(ToSink::Cancel(tag, ExitReason::other("twice")));
    otp::sys::resume(consumer.server()).await.expect("it answers");
    let seen = rest().await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(producer.is_alive() && consumer.is_alive());
}

/// A consumer that panics loses what it had in hand and in its mailbox, and no more.
#[otp::test(start_paused = true)]
async fn a_crash_of_a_consumer_does_not_touch_its_producer() {
    let Pair { producer, consumer, .. } = pair(Cancel::Permanent).await;
    consumer.cast(ToSink::Panic);
    let Cancelled::Down(ExitReason::Panic(_)) = ended("p").await else { panic!("it did not panic") };
    assert!(producer.is_alive());
    let Pair { producer, consumer, .. } = pair(Cancel::Permanent).await;
    producer.cast(ToSource::Panic);
    let Cancelled::Down(ExitReason::Panic(_)) = ended("c").await else { panic!("it did not panic") };
    rest().await;
    assert!(!consumer.is_alive());
}

/// STG-041's neighbour: events of a message after a stop are not handled.
#[otp::test(start_paused = true)]
async fn a_stop_drops_the_rest_of_the_message() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5);
    let stop = |_: &[u64]| Doing::Stop(ExitReason::Shutdown);
    sink("c").setup(move |init| init.subscribe_to(to)).handling(stop).start().await;
    rest().await;
    producer.cast(ToSource::Emit(range(0, 10)));
    let seen = rest().await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen, Seen::Events(..))).count(), 1);
    assert!(seen.contains(&Seen::Terminated("c", ExitReason::Shutdown)));
}
