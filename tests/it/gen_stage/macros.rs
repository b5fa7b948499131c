//! What `#[gen_stage]` makes.

use futures_util::StreamExt;
use otp::child::{ChildKind, Restart, Shutdown};
use otp::gen_stage::{
    self, BroadcastDispatcher, Cancel, Cancelled, DemandMode, Emit, Manual, NewSubscription, PartitionDispatcher,
    Selector, StageInit, Subscriber, Subscription,
};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

#[gen_stage(producer, name = "stg-macros-numbers", restart = transient, shutdown = 10_000, id = "numbers")]
struct Numbers {
    next: u64,
    waiting: usize,
}

#[derive(Debug)]
struct Tick(u64);

#[gen_stage]
impl Numbers {
    #[init]
    fn init(next: u64) -> Self {
        Self { next, waiting: 0 }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        self.waiting += demand;
        Vec::new()
    }

    /// Events go out before the reply.
    #[call]
    fn emit(&mut self, count: u64) -> Reply<usize, Vec<u64>> {
        let first = self.next;
        self.next += count;
        Reply::now(self.waiting).then((first..self.next).collect())
    }

    #[call]
    fn later(&mut self, from: ReplyTo<u64>) -> Reply<u64, Emit<u64>> {
        from.reply(self.next);
        Reply::later().then(Emit::events(vec![self.next]))
    }

    #[call]
    fn waiting(&self) -> usize {
        self.waiting
    }

    #[cast]
    async fn push(&mut self, n: u64) -> Result<Vec<u64>, std::num::ParseIntError> {
        tokio::task::yield_now().await;
        Ok(vec![n])
    }

    #[cast]
    fn twice(&mut self, n: u64) -> Emit<u64, Tick> {
        Emit::events(vec![n]).then(Next::then(Tick(n)))
    }

    #[handle_continue]
    fn again(&mut self, tick: Tick) -> Vec<u64> {
        vec![tick.0]
    }

    #[info]
    fn tick(&mut self, tick: Tick) -> Vec<u64> {
        vec![tick.0]
    }

    #[discarded]
    fn discarded(&self, _: usize) -> bool {
        false
    }

    #[subscribed]
    fn subscribed(&mut self, subscriber: &Subscriber) {
        assert!(subscriber.options().max_demand() > 0);
    }

    #[cancelled]
    fn cancelled(&mut self, _: &Subscriber, how: &Cancelled) -> Emit<u64> {
        if *how == Cancelled::Cancel(ExitReason::other("enough")) {
            return Emit::stop(ExitReason::Shutdown);
        }
        Emit::nothing()
    }
}

#[gen_stage(producer_consumer, dispatcher = BroadcastDispatcher, subscribe_to(Numbers, max_demand = 10, min_demand = 5, cancel = transient))]
struct Square;

#[gen_stage]
impl Square {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn square(&mut self, events: Vec<u64>, from: &Subscription) -> Vec<u64> {
        assert_eq!(from.options().cancel(), Cancel::Transient);
        events.into_iter().map(|n| n * n).collect()
    }
}

/// What a consumer got.
#[derive(Debug, PartialEq)]
struct Got(Vec<u64>);

struct Gone;

#[gen_stage(consumer)]
struct Report {
    to: Pid,
    manual: Option<Manual>,
}

#[gen_stage]
impl Report {
    #[init]
    fn init(to: Pid, squares: SquareRef) -> Result<StageInit<Self>, std::fmt::Error> {
        let odd = squares.subscription_with(Selector::new(|n: &u64| n % 2 == 1)).cancel(Cancel::Temporary);
        Ok(StageInit::ok(Self { to, manual: None }).subscribe_to(odd))
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        let manual = subscription.manual();
        manual.ask(3);
        self.manual = Some(manual);
        Next::noreply()
    }

    #[events]
    async fn events(&mut self, events: Vec<u64>) -> otp::Result {
        process::send(self.to, Got(events))?;
        Ok(())
    }

    #[cancelled]
    fn cancelled(&mut self, _: &Subscription) -> otp::Result {
        process::send(self.to, Gone)?;
        Ok(())
    }

    #[cast]
    fn ask(&mut self, n: usize) {
        self.manual.as_ref().expect("it is subscribed").ask(n);
    }
}

/// STG-046, STG-244: from each handler; and what nobody wants yet is buffered.
#[otp::test(start_paused = true)]
async fn stg_244_a_pipeline_by_macro() {
    let numbers = Numbers::start_link(1).await.expect("it starts");
    let squares = Square::start_link(()).await.expect("it starts");
    assert_eq!(numbers.emit(2).await.expect("it answers"), 10);
    let report = Report::start_link((process::self_pid(), squares.clone())).await.expect("it starts");
    assert_eq!(process::receive::<Got>().await, Got(vec![1]));
    numbers.push(3);
    assert_eq!(process::receive::<Got>().await, Got(vec![9]));
    numbers.twice(5);
    assert_eq!(process::receive::<Got>().await, Got(vec![25]));
    report.ask(2);
    assert_eq!(process::receive::<Got>().await, Got(vec![25]));
    numbers.send_info(Tick(7));
    assert_eq!(process::receive::<Got>().await, Got(vec![49]));
    assert_eq!(numbers.later().await.expect("it answers"), 3);
    assert!(numbers.waiting().await.expect("it answers") >= 10);
    squares.stop().await.expect("it stops");
    process::receive::<Gone>().await;
    assert!(report.is_alive());
}

#[otp::test(start_paused = true)]
async fn stg_018_a_stage_has_a_specification() {
    let spec = Numbers::child_spec(|| 0);
    assert_eq!((spec.get_id(), spec.get_restart()), ("numbers", Restart::Transient));
    assert_eq!(spec.get_shutdown(), Shutdown::Timeout(Duration::from_secs(10)));
    assert_eq!((Square::child_spec(|| ()).get_id(), spec.get_kind()), ("Square", ChildKind::Worker));
    let supervisor =
        Supervisor::builder().child(Square2::child_spec(|| ()).id("s")).start_link().await.expect("it starts");
    assert!(supervisor.child::<Square2>("s").is_alive());
}

#[gen_stage(producer_consumer, buffer_size = 3, buffer_keep = first)]
#[derive(Debug)]
struct Square2;

#[gen_stage]
impl Square2 {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn square(&mut self, events: Vec<u64>) -> Vec<u64> {
        events
    }

    #[cast]
    fn emit(&mut self, events: Vec<u64>) -> Vec<u64> {
        events
    }
}

#[otp::test(start_paused = true)]
async fn options_of_the_struct_hold() {
    let square = Square2::start_link(()).await.expect("it starts");
    square.emit(vec![1, 2, 3, 4]);
    assert_eq!(square.estimate_buffered_count().await.expect("it answers"), 3);
    let stream = gen_stage::stream(&square).expect("the demand can be");
    let kept: Vec<u64> = stream.take(3).map(|item| item.expect("nobody ends")).collect().await;
    assert_eq!(kept, [1, 2, 3]);
}

/// Generic, with a dispatcher that depends on the state, and demand that accumulates.
#[gen_stage(producer, demand = accumulate)]
struct Parts<T: Clone + std::hash::Hash + Send + 'static> {
    items: Vec<T>,
    parts: usize,
}

#[gen_stage]
impl<T: Clone + std::hash::Hash + Send + 'static> Parts<T> {
    #[init]
    fn init(items: Vec<T>, parts: usize) -> Self {
        Self { items, parts }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<T> {
        let n = demand.min(self.items.len());
        self.items.drain(..n).collect()
    }

    #[dispatcher]
    fn dispatcher(&self) -> PartitionDispatcher<T> {
        PartitionDispatcher::new(self.parts)
    }
}

#[otp::test(start_paused = true)]
async fn a_stage_may_be_generic() {
    let items: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let parts = Parts::start_link((items, 2)).await.expect("it starts");
    assert_eq!(parts.demand().await.expect("it answers"), DemandMode::Accumulate);
    let both = gen_stage::stream(parts.partition(0)).and_then(|stream| stream.subscribe_to(parts.partition(1)));
    let all: Vec<String> =
        both.expect("the demand can be").take(100).map(|item| item.expect("nobody ends")).collect().await;
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 100);
}
