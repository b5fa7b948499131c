//! `pipeline!`: who is started, in which order, and who subscribes to whom, also after a restart.

use otp::child::ChildKind;
use otp::gen_stage::{
    BroadcastDispatcher, Cancel, ConsumerSupervisor, EventChild, NewSubscription, PartitionDispatcher, StageSpec,
    Subscriber, consumer_supervisor,
};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildStatus, SupervisorRef};
use std::time::Duration;

/// Counts, and tells who subscribes.
#[gen_stage(producer)]
struct Numbers {
    next: u64,
    test: Pid,
}

/// A stage has a consumer.
#[derive(Debug, PartialEq)]
struct Subscribed(Option<Pid>);

#[gen_stage]
impl Numbers {
    #[init]
    fn init(next: u64, test: Pid) -> Self {
        Self { next, test }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        let first = self.next;
        self.next += demand as u64;
        (first..self.next).collect()
    }

    #[subscribed]
    fn subscribed(&mut self, subscriber: &Subscriber) {
        let _ = process::send(self.test, Subscribed(subscriber.consumer()));
    }
}

/// Passes on, with the number of the worker.
#[gen_stage(producer_consumer)]
struct Tag {
    number: usize,
}

#[gen_stage]
impl Tag {
    #[init]
    fn init(number: usize) -> Self {
        Self { number }
    }

    #[events]
    fn tag(&mut self, numbers: Vec<u64>) -> Vec<(usize, u64)> {
        numbers.into_iter().map(|n| (self.number, n)).collect()
    }
}

/// Tells what it gets, one batch in a millisecond.
#[gen_stage(consumer)]
struct Tell {
    number: usize,
    test: Pid,
}

/// Worker, what it got, and from whom.
#[derive(Debug)]
struct Got {
    worker: usize,
    events: Vec<(usize, u64)>,
}

/// A consumer asks for at most so many.
#[derive(Debug, PartialEq)]
struct Asks(usize);

#[gen_stage]
impl Tell {
    #[init]
    fn init(number: usize, test: Pid) -> Self {
        Self { number, test }
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {
        let _ = process::send(self.test, Asks(subscription.options().max_demand()));
    }

    #[events]
    async fn tell(&mut self, events: Vec<(usize, u64)>) {
        process::sleep(Duration::from_millis(1)).await;
        let _ = process::send(self.test, Got { worker: self.number, events });
    }
}

async fn ids(pipeline: &SupervisorRef) -> Vec<String> {
    let mut children = pipeline.which_children().await.expect("it answers");
    children.reverse();
    children.into_iter().map(|child| child.id.to_string()).collect()
}

fn spec(test: Pid) -> SupervisorSpec {
    pipeline! {
        max_restarts: 1;
        numbers: Numbers(0, test),
        tags: |k| Tag(k) * 2 <- numbers { max_demand: 4, min_demand: 2 },
        tell: |k| Tell(k, test) * 3 <- tags { max_demand: 2 },
    }
}

/// What is left from before.
async fn forget() {
    process::sleep(Duration::from_millis(5)).await;
    while process::receive_timeout::<Got>(Duration::ZERO).await.is_some() {}
}

/// Workers of the last stage that got something, and what they got it from, until everybody did.
async fn flows() {
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 6 {
        let Got { worker, events } = process::receive().await;
        seen.extend(events.into_iter().map(|(from, _)| (worker, from)));
    }
}

#[otp::test(start_paused = true)]
async fn every_worker_subscribes_to_every_worker_before_it() {
    let pipeline = spec(process::self_pid()).start_link().await.expect("it starts");
    assert_eq!(ids(&pipeline).await, ["numbers", "tags-0", "tags-1", "tell-0", "tell-1", "tell-2"]);
    flows().await;
    for _ in 0..6 {
        assert_eq!(process::receive::<Asks>().await, Asks(2));
    }
    let tags = [0, 1].map(|k| pipeline.child::<Tag>(&format!("tags-{k}")).pid());
    let subscribed = [process::receive::<Subscribed>().await.0, process::receive::<Subscribed>().await.0];
    assert_eq!(subscribed, tags);
    pipeline.stop().await.expect("it stops");
}

/// STG-198: with a budget of one restart, so that the end of a consumer with its producer must not cost another.
#[otp::test(start_paused = true)]
async fn stg_198_a_restarted_producer_gets_its_consumers_back() {
    for (victim, stays) in [("numbers", 0), ("tags-0", 1), ("tags-1", 2), ("tell-1", 4)] {
        let pipeline = spec(process::self_pid()).start_link().await.expect("it starts");
        flows().await;
        let pids = |children: Vec<otp::supervisor::ChildInfo>| {
            let pids = children.into_iter().rev().map(|child| match child.status {
                ChildStatus::Running(pid) => pid,
                other => panic!("{other:?}"),
            });
            pids.collect::<Vec<_>>()
        };
        let before = pids(pipeline.which_children().await.expect("it answers"));
        let at = ids(&pipeline).await.iter().position(|id| id == victim).expect("it is there");
        process::exit(before[at], ExitReason::Kill);
        process::sleep(Duration::from_millis(1)).await;
        forget().await;
        flows().await;
        let after = pids(pipeline.which_children().await.expect("it answers"));
        let same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
        let changed = before.iter().zip(&after).skip(same).all(|(before, after)| before != after);
        assert_eq!((same, changed), (stays, true), "{victim}");
        pipeline.stop().await.expect("it stops");
        forget().await;
    }
}

/// Many kills in a row, at any moment: it always comes back.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_survives_whatever_is_killed() {
    let test = process::self_pid();
    let tree = pipeline! {
        max_restarts: 1_000, max_seconds: 5;
        numbers: Numbers(0, test),
        tags: |k| Tag(k) * 2 <- numbers { max_demand: 4 },
        tell: |k| Tell(k, test) * 3 <- tags { max_demand: 2 },
    };
    let pipeline = tree.start_link().await.expect("it starts");
    let ids = ids(&pipeline).await;
    for round in 0..200 {
        let id = &ids[round * 7 % ids.len()];
        if let Ok(child) = pipeline.get_child(id.as_str()).await
            && let ChildStatus::Running(pid) = child.status
        {
            process::exit(pid, ExitReason::Kill);
        }
        if round % 20 == 0 {
            flows().await;
        }
    }
    forget().await;
    flows().await;
    pipeline.stop().await.expect("it stops");
}

/// One specification, twice at the same time, and without a name: nobody subscribes to a producer of the other.
#[otp::test(start_paused = true)]
async fn a_pipeline_can_run_twice() {
    let test = process::self_pid();
    let tree = spec(test);
    let first = tree.clone().start_link().await.expect("it starts");
    let second = tree.start_link().await.expect("it starts");
    flows().await;
    for pipeline in [&first, &second] {
        let tags = [0, 1].map(|k| pipeline.child::<Tag>(&format!("tags-{k}")).pid());
        let consumers = [process::receive::<Subscribed>().await.0, process::receive::<Subscribed>().await.0];
        assert_eq!(consumers, tags);
    }
    first.stop().await.expect("it stops");
    second.stop().await.expect("it stops");
}

/// As a part of a tree: and when the whole pipeline is restarted by its supervisor.
#[otp::test(start_paused = true)]
async fn a_pipeline_is_a_child_like_any_other() {
    let test = process::self_pid();
    let tree = supervision_tree! {
        max_restarts: 5;
        spec(test).child_spec("inner"),
        pipeline! { numbers: Numbers(0, test) }.child_spec("other"),
    };
    let top = Supervisor::start_link(tree).await.expect("it starts");
    let inner = SupervisorRef::from_slot(top.slot().child("inner"));
    let tag = inner.child::<Tag>("tags-0");
    flows().await;
    let before = (inner.pid().expect("it runs"), tag.pid().expect("it runs"));
    process::exit(before.0, ExitReason::Kill);
    process::sleep(Duration::from_millis(1)).await;
    forget().await;
    flows().await;
    assert!(inner.pid() != Some(before.0) && tag.pid().is_some_and(|pid| pid != before.1));
    top.stop().await.expect("it stops");
}

#[gen_stage(producer, name = "declared")]
struct Named;

#[gen_stage]
impl Named {
    #[init]
    fn init() -> Self {
        Self
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        vec![1; demand]
    }
}

#[otp::test(start_paused = true)]
async fn workers_have_names_of_their_own() {
    let count = 3;
    let tree = pipeline! {
        one: Named,
        more: Named() * (count - 1),
        given: Named() * 2 { name: "given" },
    };
    let pipeline = tree.start_link().await.expect("it starts");
    for (name, id) in [
        ("declared", "one"),
        ("declared-0", "more-0"),
        ("declared-1", "more-1"),
        ("given-0", "given-0"),
        ("given-1", "given-1"),
    ] {
        let child = pipeline.child::<Named>(id);
        assert_eq!(otp::name::whereis(name), child.pid(), "{name}");
        assert!(child.is_alive(), "{id}");
    }
    pipeline.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
#[should_panic(expected = "the stage `numbers` has no workers")]
async fn a_stage_has_workers() {
    let _ = StageSpec::<Named>::new("numbers", |_| ()).workers(0);
}

/// Events in partitions.
#[gen_stage(producer_consumer)]
struct Spread;

#[gen_stage]
impl Spread {
    #[init]
    fn init() -> Self {
        Self
    }

    #[dispatcher]
    fn dispatcher(&self) -> PartitionDispatcher<(usize, u64)> {
        PartitionDispatcher::with_hash(2, |(tag, n): (usize, u64)| Some(((tag, n), (n % 2) as usize)))
    }

    #[events]
    fn spread(&mut self, numbers: Vec<u64>) -> Vec<(usize, u64)> {
        numbers.into_iter().map(|n| (0, n)).collect()
    }
}

#[otp::test(start_paused = true)]
async fn each_worker_takes_its_partition() {
    let test = process::self_pid();
    let tree = pipeline! {
        numbers: Numbers(0, test),
        spread: Spread <- numbers { max_demand: 8 },
        tell: |k| Tell(k, test) * 2 <- spread { partition: k, max_demand: 4, cancel: transient },
    };
    let pipeline = tree.start_link().await.expect("it starts");
    let mut seen = [0, 0];
    while seen.iter().any(|n| *n < 20) {
        let Got { worker, events } = process::receive().await;
        assert!(events.iter().all(|(_, n)| *n as usize % 2 == worker), "{worker}: {events:?}");
        seen[worker] += events.len();
    }
    pipeline.stop().await.expect("it stops");
}

/// Everybody gets what they select.
#[gen_stage(producer_consumer, dispatcher = BroadcastDispatcher)]
struct Publish;

#[gen_stage]
impl Publish {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn publish(&mut self, numbers: Vec<u64>) -> Vec<(usize, u64)> {
        numbers.into_iter().map(|n| (0, n)).collect()
    }
}

#[otp::test(start_paused = true)]
async fn each_worker_has_its_selector() {
    let test = process::self_pid();
    let tree = pipeline! {
        numbers: Numbers(0, test),
        publish: Publish <- numbers,
        tell: |k| Tell(k, test) * 2 <- publish { selector: move |(_, n)| *n as usize % 3 == k },
    };
    let pipeline = tree.start_link().await.expect("it starts");
    for _ in 0..10 {
        let Got { worker, events } = process::receive().await;
        assert!(events.iter().all(|(_, n)| *n as usize % 3 == worker), "{worker}: {events:?}");
    }
    pipeline.stop().await.expect("it stops");
}

/// By name, by registry, and by a supervisor: also after the producer was restarted by its own supervisor.
#[otp::test(start_paused = true)]
async fn a_producer_may_be_elsewhere() {
    let test = process::self_pid();
    let names = Registry::<String>::unique("elsewhere").start_link().await.expect("it starts");
    let via = names.clone();
    let named = ChildSpec::new("named", move |_| async move {
        let numbers = Numbers::start_link((0, test)).name("elsewhere numbers").await?;
        Ok(otp::child::Started::new(numbers.pid().expect("it runs")))
    });
    let registered = ChildSpec::new("registered", move |_| {
        let via = via.via("numbers");
        async move {
            let numbers = Numbers::start_link((0, test)).via(via).await?;
            Ok(otp::child::Started::new(numbers.pid().expect("it runs")))
        }
    });
    let sources = Supervisor::builder()
        .max_restarts(10)
        .child(named)
        .child(registered)
        .child(Numbers::child_spec(move || (0, test)).id("placed"))
        .start_link()
        .await
        .expect("it starts");
    let kinds = [
        ("named", NumbersRef::named("elsewhere numbers")),
        ("registered", NumbersRef::via(names.via("numbers"))),
        ("placed", sources.child::<Numbers>("placed")),
    ];
    for (id, handle) in kinds {
        let from = handle.clone();
        let tree = pipeline! {
            max_restarts: 100;
            tags: Tag(7) <- (&from) { max_demand: 4 },
            tell: Tell(0, test) <- tags { max_demand: 2 },
        };
        let pipeline = tree.start_link().await.expect("it starts");
        process::receive::<Got>().await;
        let before = pipeline.child::<Tag>("tags").pid();
        process::exit(&handle, ExitReason::Kill);
        // What it had stored is handled first.
        while [None, before].contains(&pipeline.child::<Tag>("tags").pid()) {
            process::sleep(Duration::from_millis(1)).await;
        }
        forget().await;
        process::receive::<Got>().await;
        assert!(handle.is_alive(), "{id}");
        pipeline.stop().await.expect("it stops");
        forget().await;
    }
    sources.stop().await.expect("it stops");
}

#[otp::test(start_paused = true)]
async fn a_demand_that_cannot_be_fails_the_start() {
    let (test, max) = (process::self_pid(), 0);
    let tree = pipeline! {
        numbers: Numbers(0, test),
        tags: Tag(0) <- numbers { max_demand: max },
    };
    let error = tree.start().await.expect_err("it cannot start");
    assert!(format!("{error:?}").contains("Max"), "{error:?}");
}

/// A producer that is not there: the start fails, but not that of a temporary subscription.
#[otp::test(start_paused = true)]
async fn a_producer_that_is_missing_fails_the_start() {
    let test = process::self_pid();
    for cancel in [Cancel::Permanent, Cancel::Transient, Cancel::Temporary] {
        let tree = pipeline! {
            tags: Tag(0) <- (NumbersRef::named("nobody at all")) { cancel: std::convert::identity(cancel) },
            tell: Tell(0, test) <- tags,
        };
        let started = tree.start().await;
        assert_eq!(started.is_ok(), cancel == Cancel::Temporary, "{cancel:?}");
        if let Ok(pipeline) = started {
            pipeline.stop().await.expect("it stops");
        }
    }
}

/// A task that tells its event.
struct TellOnce;

#[task]
impl TellOnce {
    #[run]
    async fn run(event: (u64, Pid)) {
        process::sleep(Duration::from_millis(1)).await;
        let _ = process::send(event.1, Born(event.0));
    }
}

#[derive(Debug, PartialEq)]
struct Born(u64);

/// Its events carry whom to tell.
#[gen_stage(producer_consumer)]
struct Address {
    test: Pid,
}

#[gen_stage]
impl Address {
    #[init]
    fn init(test: Pid) -> Self {
        Self { test }
    }

    #[events]
    fn address(&mut self, numbers: Vec<u64>) -> Vec<(u64, Pid)> {
        numbers.into_iter().map(|n| (n, self.test)).collect()
    }
}

#[consumer_supervisor(child(TellOnce))]
struct Pool;

#[otp::test(start_paused = true)]
async fn a_consumer_supervisor_is_a_stage() {
    let test = process::self_pid();
    let in_place = || ConsumerSupervisor::<(u64, Pid)>::new(EventChild::of::<TellOnce>(|event| event));
    let tree = pipeline! {
        max_restarts: 5;
        numbers: Numbers(0, test),
        address: Address(test) <- numbers { max_demand: 2, min_demand: 1 },
        module: Pool * 2 { name: "pool" } <- address { max_demand: 2 },
        placed: ConsumerSupervisor<(u64, Pid)>(in_place()) <- address { max_demand: 2 },
    };
    let pipeline = tree.start_link().await.expect("it starts");
    let kinds: Vec<_> = pipeline.which_children().await.expect("it answers").iter().map(|child| child.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == ChildKind::Supervisor).count(), 3);
    assert!(otp::name::whereis("pool-0").is_some() && otp::name::whereis("pool-1").is_some());
    let mut got: Vec<u64> = Vec::new();
    while got.len() < 50 {
        got.push(process::receive::<Born>().await.0);
    }
    // Nothing is lost or doubled, whoever took it.
    got.sort_unstable();
    got.dedup();
    assert_eq!(got.len(), 50);
    let address = pipeline.child::<Address>("address").pid().expect("it runs");
    process::exit(address, ExitReason::Kill);
    process::sleep(Duration::from_millis(1)).await;
    while process::receive_timeout::<Born>(Duration::ZERO).await.is_some() {}
    process::receive::<Born>().await;
    let _: consumer_supervisor::ConsumerSupervisorRef<(u64, Pid)> = (*pipeline.child::<Pool>("module-0")).clone();
    pipeline.stop().await.expect("it stops");
}

/// `#[cfg(..)]` on a stage.
#[otp::test(start_paused = true)]
async fn a_stage_may_be_left_out() {
    let test = process::self_pid();
    let tree = pipeline! {
        #[cfg(any())]
        numbers: Nothing("of that type"),
        #[cfg(all())]
        numbers: Numbers(0, test),
        tags: Tag(0) <- numbers,
    };
    let pipeline = tree.start_link().await.expect("it starts");
    assert_eq!(ids(&pipeline).await, ["numbers", "tags"]);
    pipeline.stop().await.expect("it stops");
}
