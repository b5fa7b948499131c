//! Starting stages, and what they say of themselves.

use super::fixtures::*;
use otp::gen_stage::{BadDemand, Stage, StageInit};
use otp::prelude::*;
use otp::{process, sys};

#[otp::test(start_paused = true)]
async fn stg_016_a_name_is_taken_once() {
    let first = Source::start(SourceArgs::new("p", idle())).name("stg-016").await.expect("it starts");
    let error = Source::start(SourceArgs::new("p", idle())).name("stg-016").await.unwrap_err();
    let StartError::AlreadyStarted { pid, .. } = error else { panic!("{error}") };
    assert_eq!(Some(pid), first.pid());
    assert!(first.is_alive());
    let error = Sink::start(sink("c")).name("stg-016").await.unwrap_err();
    assert!(matches!(error, StartError::AlreadyStarted { .. }));
    let error = super::fixtures::Middle::start(middle("m")).name("stg-016").await.unwrap_err();
    assert!(matches!(error, StartError::AlreadyStarted { .. }));
}

#[otp::test(start_paused = true)]
async fn init_may_ignore_or_stop() {
    let ignored = Sink::start(sink("c").setup(|_| StageInit::ignore())).await.unwrap_err();
    assert!(matches!(ignored, StartError::Ignored));
    let stopped = Sink::start(sink("c").setup(|_| StageInit::stop(ExitReason::other("no")))).await.unwrap_err();
    let StartError::Failed(reason) = stopped else { panic!("{stopped}") };
    assert_eq!(reason, ExitReason::other("no"));
}

#[otp::test(start_paused = true)]
async fn stg_145_a_bad_subscription_fails_the_start() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let bad = producer.subscription().max_demand(5).min_demand(5);
    let error = Sink::start(sink("c").setup(move |init| init.subscribe_to(bad))).await.unwrap_err();
    let StartError::Failed(reason) = error else { panic!("{error}") };
    assert_eq!(reason.error_ref::<BadDemand>(), Some(&BadDemand::Min { min: 5, bound: 4 }));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn stg_146_subscriptions_are_made_in_order_before_the_start_returns() {
    let (a, b) = (SourceArgs::new("a", idle()).start().await, SourceArgs::new("b", idle()).start().await);
    let (to_a, to_b) = (a.clone(), b.clone());
    let consumer = sink("c").setup(move |init| init.subscribe_to(&to_a).subscribe_to(&to_b)).start().await;
    // Told before the start answered: there is nothing to wait for.
    let told: Vec<_> = std::iter::from_fn(|| {
        let mut next = std::pin::pin!(process::receive_timeout::<Seen>(std::time::Duration::ZERO));
        futures_util::FutureExt::now_or_never(next.as_mut()).flatten()
    })
    .filter(|seen| matches!(seen, Seen::Subscribed(..)))
    .collect();
    assert_eq!(told.len(), 2);
    let status = sys::get_status(consumer.server()).await.expect("it answers").to_string();
    assert!(status.contains(&a.pid().expect("it runs").to_string()), "{status}");
}

#[otp::test(start_paused = true)]
async fn stg_211_the_status_of_a_producer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.clone();
    let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
    rest().await;
    let status = sys::get_status(producer.server()).await.expect("it answers").to_string();
    for part in ["Source(p)", "stage: producer", "DemandDispatcher", "buffered: 0"] {
        assert!(status.contains(part), "{part} in {status}");
    }
    assert!(status.contains(&consumer.pid().expect("it runs").to_string()), "{status}");
}

#[otp::test(start_paused = true)]
async fn stg_212_the_status_of_a_consumer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.clone();
    let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
    let status = sys::get_status(consumer.server()).await.expect("it answers").to_string();
    for part in ["Sink(c)", "stage: consumer", &producer.pid().expect("it runs").to_string()] {
        assert!(status.contains(part), "{part} in {status}");
    }
    assert!(!status.contains("dispatcher"));
}

#[otp::test(start_paused = true)]
async fn stg_213_the_status_of_a_producer_consumer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.clone();
    let middle = middle("m").setup(move |init| init.subscribe_to(&to)).start().await;
    let to = middle.clone();
    let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
    rest().await;
    let status = sys::get_status(middle.server()).await.expect("it answers").to_string();
    for pid in [producer.pid(), consumer.pid()] {
        assert!(status.contains(&pid.expect("it runs").to_string()), "{status}");
    }
    for part in ["stage: producer_consumer", "DemandDispatcher", "buffered: 0"] {
        assert!(status.contains(part), "{part} in {status}");
    }
}
