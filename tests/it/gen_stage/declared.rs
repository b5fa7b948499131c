//! Stages made by `#[gen_stage]`, where what they leave out matters, and where the order of things is seen from outside.

use super::fixtures::{ToSource, idle, rest};
use futures_util::StreamExt;
use otp::gen_stage::{
    self, Cancel, Manual, NewSubscription, StageInit, StageRef, Subscription, SubscriptionTag, stream,
};
use otp::name::Name;
use otp::prelude::*;
use otp::process;
use otp_tests::reports;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// A producer that watches others, and answers before it emits.
#[gen_stage(producer)]
struct Watcher {
    test: Pid,
}

/// A stage saw the end of a process.
#[derive(Debug, PartialEq)]
struct Saw(MonitorRef, ExitReason);

#[gen_stage]
impl Watcher {
    #[init]
    fn init(test: Pid) -> Self {
        Self { test }
    }

    #[demand]
    fn demand(&mut self, _: usize) -> Vec<u64> {
        Vec::new()
    }

    #[call]
    fn watch(&mut self, pid: Pid) -> MonitorRef {
        process::monitor(pid)
    }

    #[info]
    fn down(&mut self, down: Down) {
        let _ = process::send(self.test, Saw(down.reference, down.reason));
    }

    /// Answers, takes its time, and emits then.
    #[call]
    async fn early(&mut self, from: ReplyTo<()>) -> Reply<(), Vec<u64>> {
        from.reply(());
        process::sleep(Duration::from_millis(10)).await;
        Reply::later().then(vec![1])
    }
}

/// A consumer that handles nothing but events, and watches others.
#[gen_stage(consumer)]
struct Quiet {
    test: Pid,
}

/// A batch, and whom it came from.
#[derive(Debug, PartialEq)]
struct Batch(Vec<u64>, SubscriptionTag, Pid);

#[gen_stage]
impl Quiet {
    #[init]
    fn init(test: Pid) -> Self {
        Self { test }
    }

    #[events]
    fn events(&mut self, events: Vec<u64>, from: &Subscription) {
        let _ = process::send(self.test, Batch(events, from.tag(), from.producer()));
    }

    #[call]
    fn watch(&mut self, pid: Pid) -> MonitorRef {
        process::monitor(pid)
    }

    #[info]
    fn down(&mut self, down: Down) {
        let _ = process::send(self.test, Saw(down.reference, down.reason));
    }
}

/// The caller goes on while the stage has not emitted yet.
#[otp::test(start_paused = true)]
async fn stg_048_the_caller_is_answered_before_the_events_are_there() {
    let producer = Watcher::start(process::self_pid()).await.expect("it starts");
    let mut events = stream(&producer).expect("the demand is right");
    assert!(futures_util::poll!(events.next()).is_pending(), "it subscribes");
    let start = Instant::now();
    producer.early().await.expect("it answers");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(futures_util::poll!(events.next()).is_pending());
    let event = events.next().await.expect("it goes on").expect("it is one");
    assert_eq!((event, start.elapsed() >= Duration::from_millis(10)), (1, true));
}

#[otp::test(start_paused = true)]
async fn stg_055_the_end_of_what_a_stage_monitors_itself() {
    let test = process::self_pid();
    let (producer, consumer) =
        (Watcher::start(test).await.expect("it starts"), Quiet::start(test).await.expect("it starts"));
    consumer.sync_subscribe(&producer).await.expect("it subscribes");
    for reason in [ExitReason::Shutdown, ExitReason::other("x"), ExitReason::Killed] {
        for stage in ["producer", "consumer"] {
            let pid = process::spawn(process::sleep_forever());
            let watched = match stage {
                "producer" => producer.watch(pid).await,
                _ => consumer.watch(pid).await,
            };
            let signal = if reason == ExitReason::Killed { ExitReason::Kill } else { reason.clone() };
            process::exit(pid, signal);
            assert_eq!(process::receive::<Saw>().await, Saw(watched.expect("it answers"), reason.clone()), "{stage}");
        }
    }
    assert!(producer.is_alive() && consumer.is_alive());
}

/// STG-051: a message without a handler.
#[otp::test(start_paused = true)]
async fn stg_051_a_message_without_a_handler_is_logged() {
    reports::collect();
    let test = process::self_pid();
    let (producer, consumer) =
        (Watcher::start(test).await.expect("it starts"), Quiet::start(test).await.expect("it starts"));
    for pid in [producer.pid(), consumer.pid()] {
        let pid = pid.expect("it runs");
        process::send(pid, "nobody expects this").expect("a pid");
        process::sleep(Duration::from_millis(1)).await;
        let report = reports::one("otp::gen_server", "name", pid);
        assert_eq!(report.level, tracing::Level::WARN);
        assert!(report.message.ends_with("got a message of type &str, and dropped it"), "{}", report.message);
    }
    assert!(producer.is_alive() && consumer.is_alive());
}

#[otp::test(start_paused = true)]
async fn stg_200_without_a_handler_a_cancel_does_what_the_mode_says() {
    for (cancel, lives) in [(Cancel::Temporary, true), (Cancel::Transient, true), (Cancel::Permanent, false)] {
        let test = process::self_pid();
        let producer = Watcher::start(test).await.expect("it starts");
        let consumer = Quiet::start(test).await.expect("it starts");
        let monitor = consumer.monitor();
        consumer.sync_subscribe(producer.subscription().cancel(cancel)).await.expect("it subscribes");
        producer.stop().await.expect("it stops");
        process::sleep(Duration::from_millis(1)).await;
        assert_eq!(consumer.is_alive(), lives, "{cancel:?}");
        if !lives {
            let down = process::receive::<Down>().await;
            assert_eq!((down.reference, down.reason), (monitor, ExitReason::Normal));
        }
    }
}

/// Passes on, and tells from whom.
#[gen_stage(producer_consumer)]
struct Relay {
    test: Pid,
}

#[gen_stage]
impl Relay {
    #[init]
    fn init(test: Pid) -> Self {
        Self { test }
    }

    #[events]
    fn events(&mut self, events: Vec<u64>, from: &Subscription) -> Vec<u64> {
        let _ = process::send(self.test, Batch(events.clone(), from.tag(), from.producer()));
        events
    }
}

#[otp::test(start_paused = true)]
async fn stg_075_events_of_a_producer_that_is_gone_come_from_it() {
    let test = process::self_pid();
    let producer = super::fixtures::SourceArgs::new("p", idle()).start().await;
    let relay = Relay::start(test).await.expect("it starts");
    let to = producer.subscription().max_demand(10).cancel(Cancel::Temporary);
    let tag = relay.sync_subscribe(to).await.expect("it subscribes");
    let source = producer.pid().expect("it runs");
    producer.cast(ToSource::Emit(vec![1, 2, 3]));
    rest().await;
    producer.stop().await.expect("it stops");
    rest().await;
    // Nobody asked yet: they are stored, and the producer is gone.
    assert_eq!(process::receive_timeout::<Batch>(Duration::ZERO).await, None);
    let consumer = Quiet::start(test).await.expect("it starts");
    consumer.sync_subscribe(&relay).await.expect("it subscribes");
    assert_eq!(process::receive::<Batch>().await, Batch(vec![1, 2, 3], tag, source));
    assert_eq!(process::receive::<Batch>().await.0, [1, 2, 3]);
}

/// Subscribes to a global name, with options.
#[gen_stage(consumer)]
struct Global {
    test: Pid,
}

#[gen_stage]
impl Global {
    #[init]
    fn init(test: Pid) -> StageInit<Self> {
        let producer = WatcherRef::named(Name::global("stg-158"));
        StageInit::ok(Self { test }).subscribe_to(producer.subscription().max_demand(7).min_demand(3))
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {
        let options = subscription.options();
        let _ = process::send(self.test, (options.max_demand(), options.min_demand(), subscription.producer()));
    }

    #[events]
    fn events(&mut self, _: Vec<u64>) {}
}

#[otp::test(start_paused = true)]
async fn stg_158_a_producer_may_have_a_global_name() {
    let test = process::self_pid();
    let producer = Watcher::start(test).name(Name::global("stg-158")).await.expect("it starts");
    // The same text as a local name is another name.
    let _other = Watcher::start(test).name("stg-158").await.expect("it starts");
    let _consumer = Global::start(test).await.expect("it starts");
    let subscribed = process::receive::<(usize, usize, Pid)>().await;
    assert_eq!(subscribed, (7, 3, producer.pid().expect("it runs")));
}

/// An option of the subscription: how long an interval is.
struct Interval(Duration);

struct Limit {
    producer: Manual,
    pending: usize,
    interval: Duration,
}

/// So many events of each producer in each interval.
#[gen_stage(consumer)]
struct RateLimiter {
    limits: HashMap<SubscriptionTag, Limit>,
    test: Pid,
}

struct Ask(SubscriptionTag);

#[gen_stage]
impl RateLimiter {
    #[init]
    fn init(test: Pid) -> Self {
        Self { limits: HashMap::new(), test }
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {
        let pending = subscription.options().max_demand();
        let interval = subscription.options().get::<Interval>().map_or(Duration::from_secs(5), |it| it.0);
        let tag = subscription.tag();
        self.limits.insert(tag, Limit { producer: subscription.manual(), pending, interval });
        self.ask_and_schedule(tag);
    }

    #[cancelled]
    fn cancelled(&mut self, subscription: &Subscription) {
        self.limits.remove(&subscription.tag());
    }

    #[events]
    fn events(&mut self, events: Vec<u64>, from: &Subscription) {
        self.limits.get_mut(&from.tag()).expect("it is subscribed").pending += events.len();
        let _ = process::send(self.test, (Instant::now(), from.tag(), events.len()));
    }

    #[info]
    fn ask(&mut self, Ask(tag): Ask) {
        self.ask_and_schedule(tag);
    }

    #[cast]
    fn cancel(&mut self, tag: SubscriptionTag) {
        self.limits[&tag].producer.cancel(ExitReason::Shutdown);
    }

    fn ask_and_schedule(&mut self, tag: SubscriptionTag) {
        if let Some(limit) = self.limits.get_mut(&tag) {
            limit.producer.ask(std::mem::take(&mut limit.pending));
            process::send_after(process::self_pid(), Ask(tag), limit.interval);
        }
    }
}

#[otp::test(start_paused = true)]
async fn stg_181_a_rate_limiter() {
    let (fast, slow) = (gen_stage::from_iter(0_u64..).await, gen_stage::from_iter(0_u64..).await);
    let (fast, slow) = (fast.expect("it starts"), slow.expect("it starts"));
    let limiter = RateLimiter::start(process::self_pid()).await.expect("it starts");
    let start = Instant::now();
    let subscribe = async |to: &StageRef<_>, max, interval| {
        let to = to.subscription().max_demand(max).cancel(Cancel::Temporary).with(Interval(interval));
        limiter.sync_subscribe(to).await.expect("it subscribes")
    };
    let first = subscribe(&fast, 10, Duration::from_secs(2)).await;
    let second = subscribe(&slow, 3, Duration::from_secs(5)).await;
    process::sleep(Duration::from_millis(19_999)).await;
    let mut intervals = HashMap::<(SubscriptionTag, u64), usize>::new();
    while let Some((at, tag, n)) = process::receive_timeout::<(Instant, SubscriptionTag, usize)>(Duration::ZERO).await {
        let interval = if tag == first { 2 } else { 5 };
        *intervals.entry((tag, at.duration_since(start).as_secs() / interval)).or_default() += n;
    }
    assert_eq!(intervals.len(), 10 + 4);
    assert!(intervals.iter().all(|((tag, _), n)| *n == if *tag == first { 10 } else { 3 }), "{intervals:?}");
    // A cancelled subscription is asked no more, the other one is.
    limiter.cancel(first);
    process::sleep(Duration::from_secs(20)).await;
    let mut tags = Vec::new();
    while let Some((at, tag, _)) = process::receive_timeout::<(Instant, SubscriptionTag, usize)>(Duration::ZERO).await {
        if at.duration_since(start) > Duration::from_millis(20_001) {
            tags.push(tag);
        }
    }
    assert!(!tags.is_empty() && tags.iter().all(|tag| *tag == second));
    assert!(limiter.is_alive());
}
