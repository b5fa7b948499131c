//! Producers as streams.

use super::fixtures::*;
use futures_util::StreamExt;
use otp::gen_stage::dispatcher::{Outbox, SubscriptionTag};
use otp::gen_stage::{self, Cancel, Cancelled, DemandDispatcher, DemandMode, Dispatcher, StageRef};
use otp::prelude::*;
use otp::process;

async fn take(stream: &mut gen_stage::EventStream<u64>, n: usize) -> Vec<u64> {
    let mut taken = Vec::new();
    while taken.len() < n {
        taken.push(stream.next().await.expect("there is more").expect("nobody has ended"));
    }
    taken
}

#[otp::test(start_paused = true)]
async fn stg_214_ten_events_of_a_demand_of_a_thousand() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let stream = gen_stage::stream(&producer).expect("the demand can be");
    let ten: Vec<u64> = stream.take(10).map(|item| item.expect("nobody has ended")).collect().await;
    assert_eq!(ten, range(0, 10));
    assert_eq!(ended("p").await, Cancelled::Cancel(ExitReason::Normal));
    // Nothing is left behind, and the producer lives.
    rest().await;
    assert!(producer.is_alive());
    assert!(process::receive_match(Ok::<_, Info>, Some(std::time::Duration::ZERO)).await.is_none());
}

#[otp::test(start_paused = true)]
async fn stg_216_the_readers_mailbox_is_left_alone() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let monitor = process::monitor(process::spawn(async {}));
    process::send(process::self_pid(), 7_u8).expect("a pid");
    let mut stream = gen_stage::stream(&producer).expect("the demand can be");
    take(&mut stream, 3).await;
    drop(stream);
    assert_eq!(process::receive::<u8>().await, 7);
    assert_eq!(process::receive::<Down>().await.reference, monitor);
}

#[otp::test(start_paused = true)]
async fn stg_217_more_is_asked_for_when_it_is_wanted() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(5);
    let mut stream = gen_stage::stream(to).expect("the demand can be");
    quiet().await;
    take(&mut stream, 5).await;
    let seen = rest().await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen, Seen::Demand(..))).count(), 1, "{seen:?}");
    take(&mut stream, 1).await;
    assert_eq!(rest().await, [Seen::Demand("p", 5)]);
    take(&mut stream, 4).await;
    quiet().await;
    take(&mut stream, 1).await;
    assert_eq!(rest().await, [Seen::Demand("p", 5)]);
}

/// What a stream of one producer yields, in each mode: in the order permanent, transient, temporary.
async fn ends(mut producer: impl AsyncFnMut() -> StageRef<Source>) -> [Option<ExitReason>; 3] {
    let mut ends = [const { None }; 3];
    for (end, cancel) in ends.iter_mut().zip([Cancel::Permanent, Cancel::Transient, Cancel::Temporary]) {
        let to = producer().await.subscription().cancel(cancel);
        let mut stream = gen_stage::stream(to).expect("the demand can be");
        *end = stream.next().await.map(|item| item.expect_err("there are no events"));
        if end.is_some() {
            assert!(stream.next().await.is_none(), "the reason is the last item");
        }
    }
    ends
}

#[otp::test(start_paused = true)]
async fn stg_219_stg_223_an_unknown_name() {
    let ends = ends(async || StageRef::named("stg-219")).await;
    assert_eq!(ends, [Some(ExitReason::NoProc), Some(ExitReason::NoProc), None]);
}

#[otp::test(start_paused = true)]
async fn stg_220_stg_224_a_producer_that_was_there() {
    let dead = async || {
        let producer = SourceArgs::new("p", idle()).start().await;
        producer.stop().await.expect("it stops");
        producer
    };
    assert_eq!(ends(dead).await, [Some(ExitReason::NoProc), Some(ExitReason::NoProc), None]);
}

/// Refuses everybody.
struct Refusing;

impl Dispatcher<u64> for Refusing {
    type Options = ();
    fn subscribe(&mut self, _: SubscriptionTag, _: Option<Pid>, (): &()) -> Result<(), ExitReason> {
        Err(ExitReason::other("no_thanks"))
    }
    fn ask(&mut self, _: SubscriptionTag, _: usize, _: &mut Outbox<u64>) {}
    fn cancel(&mut self, _: SubscriptionTag, _: &mut Outbox<u64>) {}
    fn placeable(&self) -> usize {
        0
    }
    fn dispatch(&mut self, events: Vec<u64>, _: &mut Outbox<u64>) -> Vec<u64> {
        events
    }
}

/// STG-221, STG-222, STG-225: whether it then exits or stays.
#[otp::test(start_paused = true)]
async fn stg_221_stg_222_stg_225_a_producer_that_refuses() {
    for stays in [true, false] {
        for (cancel, expected) in [
            (Cancel::Permanent, Some(ExitReason::other("no_thanks"))),
            (Cancel::Transient, Some(ExitReason::other("no_thanks"))),
            (Cancel::Temporary, None),
        ] {
            let args = SourceArgs::with("p", idle(), || Refusing);
            let args = if stays { args } else { args.stop_on_unsubscribe() };
            let producer = args.start().await;
            let mut stream = gen_stage::stream(producer.subscription().cancel(cancel)).expect("the demand can be");
            let end = stream.next().await.map(|item| item.expect_err("there are no events"));
            assert_eq!(end, expected);
        }
    }
}

/// The reason of the producer's end.
#[otp::test(start_paused = true)]
async fn a_producer_that_ends_while_it_is_read() {
    for (reason, transient_ends) in [(ExitReason::Normal, false), (ExitReason::other("x"), true)] {
        for cancel in [Cancel::Permanent, Cancel::Transient, Cancel::Temporary] {
            let producer = SourceArgs::new("p", idle()).start().await;
            let to = producer.subscription().cancel(cancel);
            let mut stream = gen_stage::stream(to).expect("the demand can be");
            producer.cast(ToSource::Emit(vec![1, 2]));
            assert_eq!(take(&mut stream, 1).await, [1]);
            producer.stop().reason(reason.clone()).await.expect("it stops");
            assert_eq!(take(&mut stream, 1).await, [2], "what has come is read first");
            let ends = cancel == Cancel::Permanent || cancel == Cancel::Transient && transient_ends;
            let last = stream.next().await.map(|item| item.expect_err("there are no more"));
            assert_eq!(last, ends.then(|| reason.clone()));
        }
    }
}

#[otp::test(start_paused = true)]
async fn stg_227_a_stream_of_several_ends_with_the_last() {
    let a = gen_stage::from_iter(0_u64..5).await.expect("it starts");
    let b = gen_stage::from_iter(100_u64..105).await.expect("it starts");
    let of = |producer: &StageRef<_>| producer.subscription().cancel(Cancel::Transient);
    let stream = gen_stage::stream(of(&a)).and_then(|stream| stream.subscribe_to(of(&b)));
    let stream = stream.expect("the demand can be");
    let mut all: Vec<u64> = stream.map(|item| item.expect("they end in order")).collect().await;
    all.sort_unstable();
    assert_eq!(all, [range(0, 5), range(100, 105)].concat());
}

#[otp::test(start_paused = true)]
async fn stg_228_the_producers_demand_is_set() {
    let accumulating = || SourceArgs::new("p", counting()).setup(|init| init.demand(DemandMode::Accumulate)).start();
    let producer = accumulating().await;
    let mut stream = gen_stage::stream(&producer).expect("the demand can be");
    assert_eq!(take(&mut stream, 1).await, [0]);
    drop(stream);
    // Through a producer-consumer, by name.
    let producer = accumulating().await;
    let to = producer.clone();
    let middle = MiddleArgs::with("m", DemandDispatcher::new, |events| events);
    let middle = middle.setup(move |init| init.subscribe_to(&to)).start().await;
    let stream = gen_stage::stream(&middle).expect("the demand can be");
    let mut stream = stream.demand_of(&producer);
    assert_eq!(take(&mut stream, 1).await, [0]);
    drop(stream);
    // Another mode.
    let producer = SourceArgs::new("q", counting()).start().await;
    let stream = gen_stage::stream(&producer).expect("the demand can be").demand(DemandMode::Accumulate);
    let mut stream = std::pin::pin!(stream);
    let _ = futures_util::poll!(stream.next());
    assert_eq!(producer.demand().await.expect("it answers"), DemandMode::Accumulate);
}

#[otp::test(start_paused = true)]
async fn stg_229_bad_options_are_refused_when_it_is_built() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let error = gen_stage::stream(producer.subscription().max_demand(0)).unwrap_err();
    assert!(error.to_string().contains("at least 1"), "{error}");
    quiet().await;
}

/// Outside of any process.
#[test]
fn a_stream_is_read_by_anybody() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let numbers = gen_stage::from_iter(0_u64..5).unlinked().await.expect("it starts");
        let to = numbers.subscription().cancel(Cancel::Temporary);
        let stream = gen_stage::stream(to).expect("the demand can be");
        let all: Vec<u64> = stream.map(|item| item.expect("they end in order")).collect().await;
        assert_eq!(all, range(0, 5));
    });
}
