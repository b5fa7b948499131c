//! Subscribing and resubscribing.

use super::fixtures::*;
use otp::gen_stage::{
    BadDemand, BroadcastDispatcher, Cancel, Cancelled, Refused, StageRef, SubscribeError, SubscriptionTag,
};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;

async fn pair() -> (StageRef<Source>, StageRef<Sink>) {
    (SourceArgs::new("p", idle()).start().await, sink("c").start().await)
}

async fn down(monitor: otp::process::MonitorRef) -> ExitReason {
    let down = process::receive::<Down>().await;
    assert_eq!(down.reference, monitor);
    down.reason
}

#[otp::test(start_paused = true)]
async fn stg_136_the_tag_is_the_same_on_both_sides() {
    let (producer, consumer) = pair().await;
    let tag = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    let seen = rest().await;
    assert!(seen.contains(&Seen::Subscribed("c", tag)) && seen.contains(&Seen::Subscriber("p", tag)), "{seen:?}");
}

/// STG-138: both before the answer. STG-139, STG-165: the producer hears of the subscription before its demand.
#[otp::test(start_paused = true)]
async fn stg_137_stg_138_stg_139_the_order_of_a_subscription() {
    let (producer, consumer) = pair().await;
    let tag = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    assert_eq!(seen().await, Seen::Subscribed("c", tag));
    assert_eq!(seen().await, Seen::Subscriber("p", tag));
    assert_eq!(seen().await, Seen::Demand("p", 1000));
}

/// STG-005: the cancel mode among them.
#[otp::test(start_paused = true)]
async fn stg_140_both_sides_see_the_options() {
    let (producer, consumer) = pair().await;
    let to = producer.subscription().with(Extra(7));
    assert_eq!(to.options().expect("they are right").cancel(), Cancel::Permanent);
    consumer.sync_subscribe(to).await.expect("it subscribes");
    let seen = rest().await;
    assert!(seen.contains(&Seen::Info("c", 7)) && seen.contains(&Seen::Info("p", 7)), "{seen:?}");
}

#[otp::test(start_paused = true)]
async fn stg_142_a_consumer_that_is_gone() {
    let (producer, consumer) = pair().await;
    consumer.stop().await.expect("it stops");
    let error = consumer.sync_subscribe(&producer).await.unwrap_err();
    let SubscribeError::Call(error) = error else { panic!("{error}") };
    assert!(matches!(error.failure(), otp::gen_server::CallFailure::NoProc), "{error}");
}

/// STG-144: also without waiting, where a later failure is the consumer's alone.
#[otp::test(start_paused = true)]
async fn stg_144_bad_options_never_reach_the_consumer() {
    let (producer, consumer) = pair().await;
    let bad = || producer.subscription().min_demand(2000);
    let error = consumer.sync_subscribe(bad()).await.unwrap_err();
    assert!(matches!(error, SubscribeError::BadDemand(BadDemand::Min { min: 2000, bound: 999 })), "{error}");
    assert!(consumer.async_subscribe(bad()).is_err());
    consumer.async_subscribe(&producer).expect("it is right");
    assert!(matches!(rest().await[0], Seen::Subscribed(..)));
    let nobody = StageRef::<Source>::named("stg-144");
    consumer.async_subscribe(&nobody).expect("it is right");
    assert_eq!(
        rest().await,
        [Seen::Terminated("c", ExitReason::NoProc), Seen::Unsubscribed("p", Cancelled::Down(ExitReason::NoProc))]
    );
}

#[otp::test(start_paused = true)]
async fn stg_148_an_unknown_name_ends_a_consumer_that_needs_it() {
    reports::collect();
    for cancel in [Cancel::Transient, Cancel::Permanent] {
        let consumer = sink("c").start().await;
        let monitor = consumer.monitor();
        let nobody = StageRef::<Source>::named("stg-148").subscription().cancel(cancel);
        consumer.sync_subscribe(nobody).await.expect("it is answered");
        assert_eq!(down(monitor).await, ExitReason::NoProc);
        let report = reports::one("otp::gen_stage", "name", consumer.pid().expect("it ran"));
        assert!(report.message.contains("stg-148"), "{}", report.message);
    }
}

#[otp::test(start_paused = true)]
async fn stg_149_an_unknown_name_does_not_matter_to_a_temporary_one() {
    let consumer = sink("c").start().await;
    let nobody = StageRef::<Source>::named("stg-149").subscription().cancel(Cancel::Temporary);
    consumer.sync_subscribe(nobody).await.expect("it is answered");
    quiet().await;
    assert!(consumer.is_alive());
}

/// At the start, the start fails.
#[otp::test(start_paused = true)]
async fn stg_148_an_unknown_name_fails_the_start() {
    use otp::gen_stage::Stage;
    let nobody = StageRef::<Source>::named("stg-148b");
    let error = Sink::start(sink("c").setup(move |init| init.subscribe_to(&nobody))).await.unwrap_err();
    assert!(matches!(error, StartError::Failed(ExitReason::NoProc)), "{error}");
}

#[otp::test(start_paused = true)]
async fn stg_151_a_producer_that_was_there() {
    for cancel in [Cancel::Permanent, Cancel::Temporary] {
        let (producer, consumer) = pair().await;
        producer.stop().await.expect("it stops");
        rest().await;
        let to = producer.subscription().cancel(cancel);
        let tag = consumer.sync_subscribe(to).await.expect("it is answered");
        let mut expected = vec![Seen::Subscribed("c", tag), Seen::Ended("c", Cancelled::Down(ExitReason::NoProc))];
        if cancel == Cancel::Permanent {
            expected.push(Seen::Terminated("c", ExitReason::NoProc));
        }
        assert_eq!(rest().await, expected);
        assert_eq!(consumer.is_alive(), cancel == Cancel::Temporary);
    }
}

#[otp::test(start_paused = true)]
async fn stg_153_a_second_subscription_to_a_broadcast_is_refused() {
    reports::collect();
    let producer = SourceArgs::with("p", idle(), BroadcastDispatcher::new).start().await;
    let consumer = sink("c").start().await;
    let first = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    rest().await;
    // DSP-045: as often as it tries.
    for _ in 0..3 {
        let second = consumer.sync_subscribe(&producer).await.expect("it is answered");
        assert_ne!(first, second);
        let Cancelled::Cancel(reason) = ended("c").await else { panic!("not cancelled") };
        assert!(Refused::AlreadySubscribed.is(&reason), "{reason}");
        rest().await;
    }
    consumer.async_subscribe(&producer).expect("it is right");
    ended("c").await;
    assert!(consumer.is_alive());
    rest().await;
    producer.cast(ToSource::Emit(vec![1]));
    assert_eq!(rest().await, [Seen::Events("c", vec![1])]);
    let logged = reports::of("otp::gen_stage", "consumer", consumer.pid().expect("it runs"));
    assert_eq!(logged.len(), 4);
}

/// STG-157: through a registry of the user's.
#[otp::test(start_paused = true)]
async fn stg_155_stg_156_stg_157_by_handle_name_and_registry() {
    use otp::gen_stage::Stage;
    let producer = Source::start(SourceArgs::new("p", idle())).name("stg-156").await.expect("it starts");

    #[derive(Debug)]
    struct Fixed(Pid);
    impl otp::name::Via for Fixed {
        fn register(&self, _: Pid) -> Result<(), Pid> {
            Ok(())
        }
        fn unregister(&self, _: Pid) {}
        fn whereis(&self) -> Option<Pid> {
            Some(self.0)
        }
        fn describe(&self) -> String {
            "fixed".into()
        }
    }

    let pid = producer.pid().expect("it runs");
    for to in [producer.clone(), StageRef::named("stg-156"), StageRef::via(Fixed(pid))] {
        let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
        assert!(matches!(seen().await, Seen::Subscribed(..)));
        assert!(matches!(seen().await, Seen::Subscriber(..)));
        consumer.stop().await.expect("it stops");
        rest().await;
    }
}

/// STG-163, STG-164: each side by its own callback; the fixtures tell them apart.
#[otp::test(start_paused = true)]
async fn stg_163_a_producer_consumer_has_a_callback_for_each_side() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let middle = middle("m").start().await;
    let up = middle.sync_subscribe(&producer).await.expect("it subscribes");
    assert_eq!(seen().await, Seen::Subscribed("m", up));
    let consumer = sink("c").start().await;
    let down = consumer.sync_subscribe(&middle).await.expect("it subscribes");
    let seen = rest().await;
    assert!(seen.contains(&Seen::Subscriber("m", down)), "{seen:?}");
}

async fn resubscribed(sync: bool, known: bool) {
    let (producer, consumer) = pair().await;
    let old = if known {
        let to = producer.subscription().cancel(Cancel::Temporary);
        consumer.sync_subscribe(to).await.expect("it subscribes")
    } else {
        let (other, someone) = pair().await;
        let tag = someone.sync_subscribe(&other).await.expect("it subscribes");
        rest().await;
        tag
    };
    rest().await;
    let new = if sync {
        let new = consumer.sync_resubscribe(old, ExitReason::Normal, &producer).await.expect("it subscribes");
        assert_eq!(seen().await, Seen::Subscribed("c", new));
        new
    } else {
        consumer.async_resubscribe(old, ExitReason::Normal, &producer).expect("it is right");
        let Seen::Subscribed(_, new) = seen().await else { panic!("not subscribed") };
        new
    };
    assert_ne!(new, old);
    let told = rest().await;
    let cancelled = Cancelled::Cancel(ExitReason::Normal);
    assert_eq!(told.contains(&Seen::Unsubscribed("p", cancelled.clone())), known, "{told:?}");
    assert_eq!(told.contains(&Seen::Ended("c", cancelled)), known, "{told:?}");
    assert!(told.contains(&Seen::Subscriber("p", new)), "{told:?}");
    assert!(consumer.is_alive());
    producer.cast(ToSource::Emit(vec![1]));
    assert_eq!(rest().await, [Seen::Events("c", vec![1])]);
}

#[otp::test(start_paused = true)]
async fn stg_167_a_subscription_takes_the_place_of_another() {
    resubscribed(true, true).await;
}

#[otp::test(start_paused = true)]
async fn stg_168_or_of_none() {
    resubscribed(true, false).await;
}

#[otp::test(start_paused = true)]
async fn stg_170_without_waiting() {
    resubscribed(false, true).await;
}

#[otp::test(start_paused = true)]
async fn stg_171_without_waiting_or_of_none() {
    resubscribed(false, false).await;
}

#[otp::test(start_paused = true)]
async fn stg_169_bad_options_leave_the_old_subscription_alone() {
    let (producer, consumer) = pair().await;
    let old = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    rest().await;
    let bad = producer.subscription().max_demand(0);
    let error = consumer.sync_resubscribe(old, ExitReason::Normal, bad).await.unwrap_err();
    assert!(error.to_string().contains("at least 1"), "{error}");
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn stg_173_the_old_subscriptions_mode_decides() {
    let (producer, consumer) = pair().await;
    let old = consumer.sync_subscribe(&producer).await.expect("it subscribes");
    let monitor = consumer.monitor();
    let new = producer.subscription().cancel(Cancel::Temporary);
    consumer.sync_resubscribe(old, ExitReason::other("again"), new).await.expect("it is answered");
    assert_eq!(down(monitor).await, ExitReason::other("again"));
}

/// STG-166 holds at compile time; here is what a name of another stage does.
#[otp::test(start_paused = true)]
async fn a_name_of_another_stage_is_nobody() {
    use otp::gen_stage::Stage;
    Sink::start(sink("other")).name("stg-other").await.expect("it starts");
    let consumer = sink("c").start().await;
    let monitor = consumer.monitor();
    let _: SubscriptionTag =
        consumer.sync_subscribe(&StageRef::<Source>::named("stg-other")).await.expect("it is answered");
    assert_eq!(down(monitor).await, ExitReason::NoProc);
}

#[otp::test(start_paused = true)]
async fn a_subscription_has_a_time() {
    let (producer, consumer) = pair().await;
    otp::sys::suspend(consumer.server()).await.expect("it answers");
    let short = std::time::Duration::from_millis(10);
    let error = consumer.sync_subscribe(&producer).timeout(short).await.unwrap_err();
    assert!(matches!(error, SubscribeError::Call(_)), "{error}");
}
