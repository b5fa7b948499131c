//! Consumer supervisors with a type of their own, and what the template says of their children.

use super::fixtures::*;
use otp::child::{ChildKind, Shutdown, Started};
use otp::gen_stage::dispatcher::Outbox;
use otp::gen_stage::{
    Cancel, ConsumerSupervisor, ConsumerSupervisorRef, Dispatcher, EventChild, StageHandle, StageRef, SubscriptionTag,
};
use otp::prelude::*;
use otp::supervisor::ChildStatus;
use otp::{process, supervisor};
use otp_tests::reports;
use std::time::Duration;
use tokio::time::Instant;

/// An event, and whom to tell of it.
#[derive(Clone, Copy, Debug)]
struct Job {
    number: u64,
    test: Pid,
}

/// A child runs for an event, with what it was given beside it.
#[derive(Debug, PartialEq)]
struct Runs(u64, &'static str, Pid);

/// What ends a child.
struct End(ExitReason);

/// A child with an argument of its own.
#[gen_server(id = "worker", restart = permanent, shutdown = 100)]
struct Worker;

#[gen_server]
impl Worker {
    #[init]
    fn init(prefix: &'static str, job: Job) -> Self {
        let _ = process::send(job.test, Runs(job.number, prefix, process::self_pid()));
        Self
    }

    #[info]
    fn end(&mut self, End(reason): End) -> Next {
        Next::stop(reason)
    }
}

#[gen_stage(producer, name = "csup-jobs")]
struct Jobs {
    test: Pid,
    next: u64,
}

#[gen_stage]
impl Jobs {
    #[init]
    fn init(test: Pid) -> Self {
        Self { test, next: 0 }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<Job> {
        let first = self.next;
        self.next += demand as u64;
        (first..self.next).map(|number| Job { number, test: self.test }).collect()
    }
}

/// CSUP-012: with arguments of its own in front of the event.
#[consumer_supervisor(
    child(Worker, args = |job: Job| ("declared", job), restart = transient),
    subscribe_to(Jobs, max_demand = 3, min_demand = 0),
    name = "csup-workers",
    max_restarts = 1
)]
struct Workers;

async fn runs() -> Runs {
    process::receive::<Runs>().await
}

#[otp::test(start_paused = true)]
async fn csup_012_a_type_with_arguments_of_its_own() {
    let test = process::self_pid();
    let jobs = Jobs::start(test).await.expect("it starts");
    let workers = Workers::start().await.expect("it starts");
    assert_eq!(otp::name::whereis("csup-workers"), workers.pid());
    let mut children = Vec::new();
    for number in 0..3 {
        let Runs(event, prefix, pid) = runs().await;
        assert_eq!((event, prefix), (number, "declared"));
        children.push(pid);
    }
    // A place that is given back is asked for again; a crash keeps it.
    process::send(children[0], End(ExitReason::Normal)).expect("a pid");
    assert_eq!(runs().await.0, 3);
    process::send(children[1], End(ExitReason::other("x"))).expect("a pid");
    assert_eq!(runs().await.0, 1);
    assert_eq!(workers.count_children().await.expect("it answers").active, 3);
    // One restart, and not two.
    let monitor = workers.monitor_handle();
    process::send(children[2], End(ExitReason::other("x"))).expect("a pid");
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    jobs.stop().await.expect("it stops");
}

impl WorkersRef {
    fn monitor_handle(&self) -> MonitorRef {
        process::monitor(self)
    }
}

/// Whose start takes the event alone.
struct Tell;

#[task]
impl Tell {
    #[run]
    async fn run(job: Job) {
        let _ = process::send(job.test, Runs(job.number, "task", process::self_pid()));
        let End(reason) = process::receive::<End>().await;
        if !reason.is_normal() {
            process::exit_with(reason);
        }
    }
}

#[consumer_supervisor(child(Tell))]
struct Tells;

/// And it subscribes at run time.
#[otp::test(start_paused = true)]
async fn csup_013_a_type_alone_and_subscriptions_at_run_time() {
    let test = process::self_pid();
    let first = Jobs::start(test).name("csup-jobs-1").await.expect("it starts");
    let second = Jobs::start(test).name("csup-jobs-2").await.expect("it starts");
    let tells = Tells::start_link().await.expect("it starts");
    assert_eq!(tells.count_children().await.expect("it answers").active, 0);
    tells.sync_subscribe(first.subscription().max_demand(2)).await.expect("it subscribes");
    assert_eq!((runs().await.0, runs().await.0), (0, 1));
    tells.async_subscribe(second.subscription().max_demand(1).cancel(Cancel::Temporary)).expect("it is right");
    assert_eq!(runs().await.0, 0);
    assert_eq!(tells.count_children().await.expect("it answers").active, 3);
    let error = tells.sync_subscribe(first.subscription().max_demand(0)).await.expect_err("it cannot be");
    assert!(error.to_string().contains("max_demand must be at least 1"), "{error}");
    let by_name = TellsRef::from(ConsumerSupervisorRef::from_pid(tells.pid().expect("it runs")).expect("it is one"));
    let child = by_name.start_child(Job { number: 7, test }).await.expect("it starts");
    assert_eq!(runs().await, Runs(7, "task", child));
    tells.stop().await.expect("it stops");
}

/// What `init` finds out.
#[consumer_supervisor(init, event = Job)]
struct Computed;

#[consumer_supervisor]
impl Computed {
    #[init]
    fn init(start: Option<bool>, seconds: u64) -> Result<supervisor::Init<ConsumerSupervisor<Job>>, std::fmt::Error> {
        match start {
            Some(true) => {
                let child = EventChild::of::<Tell>(|job| job).transient();
                Ok(ConsumerSupervisor::new(child).max_restarts(1).max_seconds(seconds).into())
            }
            Some(false) => Ok(supervisor::Init::Ignore),
            None => Err(std::fmt::Error),
        }
    }
}

#[otp::test(start_paused = true)]
async fn csup_005_init_may_ignore_and_fail() {
    let ignored = Computed::start_link((Some(false), 5)).await.expect_err("it is ignored");
    assert!(matches!(ignored, StartError::Ignored), "{ignored}");
    let failed = Computed::start((None, 5)).await.expect_err("it fails");
    assert!(matches!(failed, StartError::Failed(_)), "{failed}");
    let computed = Computed::start_link((Some(true), 5)).await.expect("it starts");
    let status = otp::sys::get_status(computed.stage().server()).await.expect("it answers");
    assert_eq!(status.behaviour, "supervisor");
    assert!(status.initial_call.ends_with("Computed"), "{}", status.initial_call);
    // Under a supervisor an ignored one is a child without a process.
    let tree = supervision_tree! { Computed(Some(false), 5), Tells };
    let top = Supervisor::start_link(tree).await.expect("it starts");
    let counts = top.count_children().await.expect("it answers");
    assert_eq!((counts.specs, counts.active, counts.supervisors), (2, 1, 2));
    computed.stop().await.expect("it stops");
    top.stop().await.expect("it stops");
}

/// Ends the child of this job, and waits for its next incarnation.
async fn crash(child: Pid) -> Option<Pid> {
    process::send(child, End(ExitReason::other("x"))).expect("a pid");
    process::receive_timeout::<Runs>(Duration::from_millis(10)).await.map(|Runs(.., pid)| pid)
}

#[otp::test(start_paused = true)]
async fn csup_008_three_restarts_in_five_seconds() {
    let test = process::self_pid();
    let child = EventChild::of::<Tell>(|job| job).transient();
    let supervisor = ConsumerSupervisor::new(child).start().await.expect("it starts");
    supervisor.start_child(Job { number: 1, test }).await.expect("it starts");
    let mut child = runs().await.2;
    for _ in 0..3 {
        child = crash(child).await.expect("it is restarted");
    }
    process::sleep(Duration::from_millis(5_001)).await;
    for _ in 0..3 {
        child = crash(child).await.expect("it is restarted");
    }
    assert_eq!(crash(child).await, None);
    assert!(!supervisor.is_alive());
}

#[otp::test(start_paused = true)]
async fn csup_064_the_window_slides() {
    for (wait, lives) in [(1_900, false), (2_100, true)] {
        let computed = Computed::start((Some(true), 2)).await.expect("it starts");
        computed.start_child(Job { number: 1, test: process::self_pid() }).await.expect("it starts");
        let child = crash(runs().await.2).await.expect("it is restarted");
        process::sleep(Duration::from_millis(wait)).await;
        assert_eq!(crash(child).await.is_some(), lives, "{wait}");
        assert_eq!(computed.is_alive(), lives, "{wait}");
        if lives {
            computed.stop().await.expect("it stops");
        }
    }
}

/// A child that does not end when it is asked to.
fn stubborn() -> EventChild<u64> {
    EventChild::task(|_: u64| async {
        process::trap_exit(true);
        process::sleep_forever().await;
    })
}

/// CSUP-014: five seconds unless it says otherwise. A child is a worker.
#[otp::test(start_paused = true)]
async fn csup_014_csup_071_a_child_has_its_time_and_is_killed_then() {
    for (child, time) in [
        (stubborn(), Duration::from_secs(5)),
        (stubborn().shutdown(Duration::from_millis(100)), Duration::from_millis(100)),
        (stubborn().shutdown(Shutdown::BrutalKill), Duration::ZERO),
    ] {
        let supervisor = ConsumerSupervisor::new(child).start().await.expect("it starts");
        let pid = supervisor.start_child(1).await.expect("it starts");
        process::sleep(Duration::from_millis(1)).await;
        let [info] = supervisor.which_children().await.expect("it answers").try_into().expect("one child");
        assert_eq!((info.kind, info.status), (ChildKind::Worker, ChildStatus::Running(pid)));
        let monitor = process::monitor(pid);
        let start = Instant::now();
        supervisor.terminate_child(pid).await.expect("it is there");
        let took = start.elapsed();
        assert!(took >= time && took < time + Duration::from_millis(50), "{took:?} of {time:?}");
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
        supervisor.stop().await.expect("it stops");
    }
}

#[otp::test(start_paused = true)]
async fn csup_074_a_start_may_take_its_time() {
    let slow = EventChild::new("slow", |_: u64| async {
        process::sleep(Duration::from_secs(60)).await;
        Ok(Started::new(process::spawn_link(process::sleep_forever())))
    });
    let supervisor = ConsumerSupervisor::new(slow).start_link().await.expect("it starts");
    let start = Instant::now();
    supervisor.start_child(1).await.expect("it starts");
    assert!(start.elapsed() >= Duration::from_secs(60));
}

#[otp::test(start_paused = true)]
async fn csup_075_unknown_messages_are_logged() {
    reports::collect();
    let supervisor = ConsumerSupervisor::new(stubborn()).start_link().await.expect("it starts");
    let pid = supervisor.pid().expect("it runs");
    process::send(pid, "nobody expects this").expect("a pid");
    assert_eq!(supervisor.count_children().await.expect("it answers").active, 0);
    let report = reports::one("otp::gen_server", "name", pid);
    assert_eq!(report.level, tracing::Level::WARN);
    assert!(report.message.ends_with("got a message of type &str, and dropped it"), "{}", report.message);
}

/// A start that forgets the link: the supervisor makes it.
#[otp::test(start_paused = true)]
async fn csup_035_a_child_is_tied_to_its_supervisor() {
    let untied = EventChild::new("untied", |event: u64| async move {
        let pid = process::spawn(async move {
            if event == 0 {
                return;
            }
            let End(reason) = process::receive::<End>().await;
            process::exit_with(reason);
        });
        // One of them has ended before its start has.
        if event == 0 {
            process::wait(pid).await;
        }
        Ok(Started::new(pid))
    });
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(2).min_demand(0);
    let supervisor = ConsumerSupervisor::new(untied).subscribe_to(to).start().await.expect("it starts");
    rest().await;
    producer.cast(ToSource::Emit(vec![0, 1]));
    assert_eq!(rest().await, [Seen::Demand("p", 1)]);
    let [child] = supervisor.which_children().await.expect("it answers").try_into().expect("one child");
    let ChildStatus::Running(child) = child.status else { panic!("it runs") };
    process::send(child, End(ExitReason::other("x"))).expect("a pid");
    assert_eq!(rest().await, [Seen::Demand("p", 1)]);
    assert_eq!(supervisor.count_children().await.expect("it answers").active, 0);
    // And the other way round.
    producer.cast(ToSource::Emit(vec![1]));
    rest().await;
    let [child] = supervisor.which_children().await.expect("it answers").try_into().expect("one child");
    let ChildStatus::Running(child) = child.status else { panic!("it runs") };
    let monitor = process::monitor(child);
    process::exit(&supervisor, ExitReason::Kill);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
}

/// Sends whatever it gets, asked for or not.
#[derive(Default)]
struct Flood(Option<SubscriptionTag>);

impl Dispatcher<u64> for Flood {
    type Options = ();
    fn subscribe(&mut self, tag: SubscriptionTag, _: Option<Pid>, (): &()) -> Result<(), ExitReason> {
        self.0 = Some(tag);
        Ok(())
    }
    fn ask(&mut self, _: SubscriptionTag, _: usize, _: &mut Outbox<u64>) {}
    fn cancel(&mut self, _: SubscriptionTag, _: &mut Outbox<u64>) {
        self.0 = None;
    }
    fn placeable(&self) -> usize {
        usize::from(self.0.is_some()) * 100
    }
    fn dispatch(&mut self, events: Vec<u64>, out: &mut Outbox<u64>) -> Vec<u64> {
        if let Some(tag) = self.0 {
            out.send(tag, events);
            return Vec::new();
        }
        events
    }
}

#[otp::test(start_paused = true)]
async fn csup_049_more_events_than_places_are_logged_and_get_their_children() {
    reports::collect();
    let producer: StageRef<Source<Flood>> = SourceArgs::with("p", idle(), Flood::default).start().await;
    let to = producer.subscription().max_demand(6).min_demand(0);
    let child = EventChild::task(|_: u64| process::sleep_forever());
    let supervisor = ConsumerSupervisor::new(child).subscribe_to(to).start().await.expect("it starts");
    rest().await;
    producer.cast(ToSource::Emit(range(0, 2)));
    rest().await;
    let name = supervisor.pid().expect("it runs").to_string();
    assert!(reports::of("otp::gen_stage", "name", &name).is_empty());
    producer.cast(ToSource::Emit(range(2, 10)));
    rest().await;
    assert_eq!(supervisor.count_children().await.expect("it answers").active, 10);
    let report = reports::one("otp::gen_stage", "name", &name);
    assert_eq!((report.level, report.field("excess")), (tracing::Level::ERROR, Some("4")));
}
