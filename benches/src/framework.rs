//! What a framework has to be able to do to take part.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use crate::workload::Timed;

/// A boxed future, for the few that cross the trait.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The tokio runtime under the framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runtime {
    /// `new_multi_thread` with two workers.
    MultiThread,
    /// `new_current_thread`.
    CurrentThread,
}

impl Runtime {
    /// Both, in the order of the tables.
    pub const ALL: [Self; 2] = [Self::MultiThread, Self::CurrentThread];

    /// What it is called on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::MultiThread => "mt",
            Self::CurrentThread => "ct",
        }
    }

    /// Builds the tokio runtime.
    pub fn build(self) -> tokio::runtime::Runtime {
        let mut builder = match self {
            Self::MultiThread => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(2);
                builder
            }
            Self::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        };
        builder.enable_all().build().expect("a machine that runs benchmarks can start a runtime")
    }
}

impl FromStr for Runtime {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|runtime| runtime.id() == id)
            .ok_or_else(|| format!("no runtime `{id}`; there are mt and ct"))
    }
}

/// Who makes the calls of the workloads with one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Whatever an ordinary caller is in this framework: a process where it has processes, else a
    /// spawned task. On the multi-thread runtime it sits on a worker.
    Process,
    /// A spawned task the framework knows nothing about.
    Task,
    /// The body of `async fn main`.
    Main,
}

/// A framework. Its server is a counter: a call adds one and answers the new count, a cast adds
/// `n` to it.
///
/// Each primitive is written as the framework's own documentation writes it, and waits for what
/// its description says, no more.
pub trait Framework: Sized + 'static {
    /// A handle on a running server.
    type Server: Clone + Send + Sync + 'static;

    /// Whether the framework can be driven from there. Where [`Driver::Process`] is a plain task
    /// already, [`Driver::Task`] would measure the same thing again.
    fn supports(driver: Driver) -> bool {
        driver != Driver::Task
    }

    /// Runs the workload to its end.
    fn drive(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
        on_tokio(runtime, driver, work);
    }

    /// Spawns one more caller. The future returned waits for its end.
    fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
        let task = tokio::spawn(work);
        Box::pin(async move { task.await.expect("a caller does not panic") })
    }

    /// Starts a server and waits until it has initialised itself.
    fn start() -> impl Future<Output = Self::Server> + Send;

    /// A call that waits for as long as it takes, where the framework has such a thing, else its
    /// ordinary call.
    fn call(server: &Self::Server) -> impl Future<Output = u64> + Send;

    /// A call that gives up after five seconds, which is what an ordinary call does in OTP: with
    /// the framework's own option, else with tokio's.
    fn call_with_timeout(server: &Self::Server) -> impl Future<Output = u64> + Send {
        async {
            tokio::time::timeout(Duration::from_secs(5), Self::call(server)).await.expect("the server answers at once")
        }
    }

    /// Sends `n` and does not wait for it to be handled.
    fn cast(server: &Self::Server, n: u64) -> impl Future<Output = ()> + Send;

    /// Asks the server to stop, and waits until it has.
    fn stop(server: Self::Server) -> impl Future<Output = ()> + Send;

    /// Ring: makes `next` the successor of `server`.
    fn set_next(server: &Self::Server, next: Self::Server) -> impl Future<Output = ()> + Send;

    /// Ring: sends a token that is passed on `hops` times and then notifies
    /// [`DONE`](crate::DONE).
    fn token(server: &Self::Server, hops: u64) -> impl Future<Output = ()> + Send;

    /// Makes `n` calls, with a timeout, of a server that waits for the runtime once before it answers every
    /// [`SUSPENDS`](crate::workload::SUSPENDS)th. `None` where handlers cannot wait, or nobody has written it down.
    fn suspending_calls(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Starts `n` supervised servers that stay alive until the program ends. `false` where the
    /// framework has no supervisors.
    fn start_supervised(_n: u64) -> impl Future<Output = bool> + Send {
        async { false }
    }

    /// Looks servers up by names such as [`name`](crate::workload::name), of which [`NAMES`](crate::workload::NAMES) are
    /// registered: `n` times in each of two tasks, which do nothing else. `None` where the framework has no names.
    fn lookups(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Enters one server or process under a name that is free and takes it out again, `n` times, beside
    /// [`NAMES`](crate::workload::NAMES) others. `None` where that cannot be done without starting a server.
    fn registrations(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Sends `n` messages to each of [`SUBSCRIBERS`](crate::workload::SUBSCRIBERS) servers in a group, and waits until all
    /// are handled. `None` where the framework has no groups.
    fn dispatch(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// As [`start_supervised`](Self::start_supervised), with a supervisor for children that are started on demand and are
    /// not restarted.
    fn start_dynamic(_n: u64) -> impl Future<Output = bool> + Send {
        async { false }
    }

    /// Has a supervisor start `n` servers on demand and end each, one after the other, a thousand alive at a time. `None`
    /// where the framework has no such supervisor.
    fn children(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Has one process watch `n` others (or fewer, where `n` is out of reach), ends them all, and
    /// measures from the first end to the last notification. `None` where the framework has
    /// nothing like it.
    fn deaths(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Sends `n` events from a producer through a stage in the middle to a consumer, each of which asks for at most
    /// `max_demand` at a time; `None` where there are no stages. See [`stages`](crate::stages).
    fn pipeline(_n: u64, _max_demand: usize) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Sends `n` events to each of [`CONSUMERS`](crate::stages::CONSUMERS) consumers; `None` where there are no stages.
    fn broadcast(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }

    /// Sends `n` events, each to one of [`CONSUMERS`](crate::stages::CONSUMERS) consumers, as the event says; `None` where
    /// there are no stages.
    fn partition(_n: u64) -> impl Future<Output = Option<Timed>> + Send {
        async { None }
    }
}

/// Runs the workload on a fresh tokio runtime, as a task unless it is to run as `main`.
pub fn on_tokio(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
    let runtime = runtime.build();
    match driver {
        Driver::Main => runtime.block_on(work),
        // A future given to `block_on` runs on the main thread, not on a worker, and each of its
        // waits then parks that thread: it would be measured instead of the framework.
        Driver::Process | Driver::Task => runtime.block_on(async move {
            tokio::spawn(work).await.expect("the workload does not panic");
        }),
    }
}
