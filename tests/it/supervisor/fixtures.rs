//! A worker that does what it is told and writes down what happens to it, and short words for what every test asks.

use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildCounts, ChildStatus};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happened, in order.
#[derive(Clone, Default)]
pub(super) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(super) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What was noted since this was last asked.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// What an `init` does.
#[derive(Clone, Copy)]
pub(super) enum Begin {
    Run,
    /// Takes this long.
    Wait(Duration),
    Ignore,
    /// Answers stop.
    Fail(&'static str),
    Panic(&'static str),
}

struct Plan {
    next: VecDeque<Begin>,
    then: Begin,
}

/// What a [`Worker`] is to do. Clones are the same job.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) name: &'static str,
    journal: Journal,
    plan: Arc<Mutex<Plan>>,
    traps: bool,
    cleanup: Duration,
}

impl Job {
    pub(super) fn new(name: &'static str, journal: &Journal) -> Self {
        let plan = Plan { next: VecDeque::new(), then: Begin::Run };
        let plan = Arc::new(Mutex::new(plan));
        Self { name, journal: journal.clone(), plan, traps: false, cleanup: Duration::ZERO }
    }

    /// What the next inits do that nothing was said of yet, one each.
    pub(super) fn next(self, begins: impl IntoIterator<Item = Begin>) -> Self {
        self.plan.lock().unwrap().next.extend(begins);
        self
    }

    /// What all inits do that nothing was said of.
    pub(super) fn always(&self, begin: Begin) {
        self.plan.lock().unwrap().then = begin;
    }

    /// It traps exits, and takes this long to clean up.
    pub(super) fn cleanup(self, cleanup: Duration) -> Self {
        Self { traps: true, cleanup, ..self }
    }

    /// As the child of a supervisor, with the job's name as id.
    pub(super) fn spec(&self) -> ChildSpec {
        let job = self.clone();
        Worker::child_spec(move || job.clone()).id(self.name)
    }

    fn begin(&self) -> Begin {
        let mut plan = self.plan.lock().unwrap();
        plan.next.pop_front().unwrap_or(plan.then)
    }

    fn note(&self, what: impl std::fmt::Display) {
        self.journal.note(format!("{} {what}", self.name));
    }
}

/// Notes `init`, `runs`, `terminate REASON` and `gone`, each behind its name.
#[gen_server(handle = WorkerRef)]
pub(super) struct Worker {
    job: Job,
    sum: u32,
}

#[gen_server]
impl Worker {
    #[init]
    async fn init(job: Job) -> Init<Self> {
        process::trap_exit(job.traps);
        job.note("init");
        match job.begin() {
            Begin::Run => {}
            Begin::Wait(time) => process::sleep(time).await,
            Begin::Ignore => return Init::ignore(),
            Begin::Fail(why) => return Init::stop(ExitReason::other(why)),
            Begin::Panic(why) => panic!("{why}"),
        }
        job.note("runs");
        Init::ok(Self { job, sum: 0 })
    }

    /// Adds, and answers the sum of everything added.
    #[call]
    pub(super) fn add(&mut self, n: u32) -> u32 {
        self.sum += n;
        self.sum
    }

    /// Handles nothing else for this long.
    #[cast]
    pub(super) async fn sleep(&mut self, time: Duration) {
        process::sleep(time).await;
    }

    #[cast]
    pub(super) fn leave(&mut self, reason: ExitReason) -> Next {
        Next::stop(reason)
    }

    #[cast]
    pub(super) fn leave_at_once(&mut self, reason: ExitReason) {
        process::exit_with(reason)
    }

    #[cast]
    pub(super) fn crash(&mut self) {
        panic!("crashed as told")
    }

    #[terminate]
    async fn terminate(&mut self, reason: &ExitReason) {
        self.job.note(format_args!("terminate {reason}"));
        if !self.job.cleanup.is_zero() {
            process::sleep(self.job.cleanup).await;
            self.job.note("clean");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.job.note("gone");
    }
}

/// A process that does nothing, as a child.
pub(super) fn idle(id: impl Into<otp::child::ChildId>) -> ChildSpec {
    ChildSpec::new(id, |_slot| async { Ok(otp::child::Started::new(process::spawn_link(process::sleep_forever()))) })
}

/// Workers of these names that run.
pub(super) fn workers(names: &[&'static str], journal: &Journal) -> Vec<ChildSpec> {
    names.iter().map(|name| Job::new(name, journal).spec()).collect()
}

/// The child, whether it runs or not.
pub(super) async fn status(supervisor: &SupervisorRef, id: &str) -> ChildStatus {
    supervisor.get_child(id).await.unwrap_or_else(|error| panic!("{id}: {error}")).status
}

/// The process of a child that runs.
pub(super) async fn pid(supervisor: &SupervisorRef, id: &str) -> Pid {
    status(supervisor, id).await.pid().unwrap_or_else(|| panic!("{id} does not run"))
}

/// The processes of children that run.
pub(super) async fn pids<const N: usize>(supervisor: &SupervisorRef, ids: [&str; N]) -> [Pid; N] {
    let mut pids = Vec::new();
    for id in ids {
        pids.push(pid(supervisor, id).await);
    }
    pids.try_into().unwrap()
}

/// All ids, in the order of `which_children`.
pub(super) async fn ids(supervisor: &SupervisorRef) -> Vec<String> {
    supervisor.which_children().await.unwrap().into_iter().map(|child| child.id).collect()
}

/// Specs, active, supervisors, workers.
pub(super) async fn counts(supervisor: &SupervisorRef) -> (usize, usize, usize, usize) {
    let ChildCounts { specs, active, supervisors, workers, .. } = supervisor.count_children().await.unwrap();
    (specs, active, supervisors, workers)
}

/// Ends a process with a signal, and answers the reason it ended with. Whoever it is linked to has been told: what a
/// supervisor is asked from now on it answers after it has dealt with this.
pub(super) async fn end(pid: Pid, reason: ExitReason) -> ExitReason {
    let monitor = process::monitor(pid);
    process::exit(pid, reason);
    down(monitor).await
}

/// Kills a child, and waits until its supervisor has dealt with that.
pub(super) async fn crash(supervisor: &SupervisorRef, id: &str) {
    assert_eq!(end(pid(supervisor, id).await, ExitReason::Kill).await, ExitReason::Killed);
    settle(supervisor).await;
}

/// Has a worker stop by itself, and waits until its supervisor has dealt with that.
pub(super) async fn leave(supervisor: &SupervisorRef, id: &str, reason: ExitReason) {
    let worker = WorkerRef::from_pid(pid(supervisor, id).await).unwrap();
    let monitor = worker.monitor();
    worker.leave(reason.clone());
    assert_eq!(down(monitor).await, reason);
    settle(supervisor).await;
}

/// What a supervisor was told before is dealt with when it answers. It may also end meanwhile.
async fn settle(supervisor: &SupervisorRef) {
    let _ = supervisor.count_children().await;
}

/// Why a monitored process ended.
pub(super) async fn down(monitor: MonitorRef) -> ExitReason {
    receive! {
        down: Down if down.reference == monitor => down.reason,
        after seconds(20) => panic!("what was to end did not"),
    }
}

pub(super) const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
