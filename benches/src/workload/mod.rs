//! The workloads.
//!
//! | id | work | operations |
//! |---|---|--:|
//! | `call` | one caller, one call after the other | 200 000 |
//! | `call-timeout` | the same, each call with a timeout of five seconds | 200 000 |
//! | `call-main` | as `call-timeout`, from the body of `main` | 200 000 |
//! | `call-task` | as `call-timeout`, from a task that is not a process | 200 000 |
//! | `call-64` | 64 callers of one server | 64 x 5 000 |
//! | `pairs-64` | 64 callers, each with a server of its own | 64 x 5 000 |
//! | `call-suspends` | as `call-timeout`, and one handler in 16 waits before it answers | 200 000 |
//! | `latency` | nanoseconds that 99 of 100 calls stay below, while eight senders cast to the same server | 20 000 |
//! | `cast` | one sender, then one call, to know that all have arrived | 2 000 000 |
//! | `cast-8` | eight senders, then one call | 8 x 250 000 |
//! | `start-call-stop` | start, call once, stop; a thousand alive at a time | 100 000 |
//! | `start-child-stop` | the same with a supervisor that starts and ends them, one after the other | 100 000 |
//! | `memory` | resident bytes of an idle server | 100 000 |
//! | `memory-supervised` | resident bytes of an idle server with a supervisor | 100 000 |
//! | `memory-dynamic` | the same with a supervisor that was started without children | 100 000 |
//! | `ring` | one token round a ring of a thousand servers | 1 000 000 hops |
//! | `monitors` | one process hears of the ends of others | 100 000 |
//! | `lookup` | two readers look up names, of 10 000 that are registered | 2 x 2 000 000 |
//! | `register` | a name is registered and unregistered, beside 10 000 others | 500 000 |
//! | `dispatch` | a message to each of 10 000 subscribers, and all have it handled | 100 x 10 000 |
//! | `pipeline` | events from a producer through a producer-consumer to a consumer, 1000 asked for at most | 5 000 000 |
//! | `pipeline-10` | the same, 10 asked for at most | 1 000 000 |
//! | `pipeline-1` | the same, one asked for at most | 200 000 |
//! | `broadcast-8` | events from a producer to each of eight consumers, 1000 asked for at most | 2 000 000 |
//! | `partition-8` | the same, each event to the consumer of its partition | 2 000 000 |

mod calls;
mod casts;
mod idle;
mod latency;
mod life;
mod names;
mod ring;

use std::str::FromStr;
use std::time::Duration;

pub use calls::{SUSPENDS, timed_calls};
pub use names::{Arrivals, NAMES, SUBSCRIBERS, name, two_readers};
pub use ring::DONE;

use crate::framework::{Driver, Framework};

/// A workload; the module says what each one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the table above documents them")]
pub enum Workload {
    Call,
    CallTimeout,
    CallMain,
    CallTask,
    Call64,
    Pairs64,
    CallSuspends,
    Latency,
    Cast,
    Cast8,
    StartCallStop,
    StartChildStop,
    Memory,
    MemorySupervised,
    MemoryDynamic,
    Ring,
    Monitors,
    Lookup,
    Register,
    Dispatch,
    Pipeline,
    Pipeline10,
    Pipeline1,
    Broadcast8,
    Partition8,
}

impl Workload {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 25] = [
        Self::Call,
        Self::CallTimeout,
        Self::CallMain,
        Self::CallTask,
        Self::Call64,
        Self::Pairs64,
        Self::CallSuspends,
        Self::Latency,
        Self::Cast,
        Self::Cast8,
        Self::StartCallStop,
        Self::StartChildStop,
        Self::Memory,
        Self::MemorySupervised,
        Self::MemoryDynamic,
        Self::Ring,
        Self::Monitors,
        Self::Lookup,
        Self::Register,
        Self::Dispatch,
        Self::Pipeline,
        Self::Pipeline10,
        Self::Pipeline1,
        Self::Broadcast8,
        Self::Partition8,
    ];

    /// What it is called on the command line and in the tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::CallTimeout => "call-timeout",
            Self::CallMain => "call-main",
            Self::CallTask => "call-task",
            Self::Call64 => "call-64",
            Self::Pairs64 => "pairs-64",
            Self::CallSuspends => "call-suspends",
            Self::Latency => "latency",
            Self::Cast => "cast",
            Self::Cast8 => "cast-8",
            Self::StartCallStop => "start-call-stop",
            Self::StartChildStop => "start-child-stop",
            Self::Memory => "memory",
            Self::MemorySupervised => "memory-supervised",
            Self::MemoryDynamic => "memory-dynamic",
            Self::Ring => "ring",
            Self::Monitors => "monitors",
            Self::Lookup => "lookup",
            Self::Register => "register",
            Self::Dispatch => "dispatch",
            Self::Pipeline => "pipeline",
            Self::Pipeline10 => "pipeline-10",
            Self::Pipeline1 => "pipeline-1",
            Self::Broadcast8 => "broadcast-8",
            Self::Partition8 => "partition-8",
        }
    }

    /// Who makes the calls.
    pub fn driver(self) -> Driver {
        match self {
            Self::CallMain => Driver::Main,
            Self::CallTask => Driver::Task,
            _ => Driver::Process,
        }
    }

    /// What the value is.
    pub fn unit(self) -> Unit {
        match self {
            Self::Memory | Self::MemorySupervised | Self::MemoryDynamic => Unit::Bytes,
            Self::Latency => Unit::Nanoseconds,
            _ => Unit::PerSecond,
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they say it")]
pub enum Unit {
    PerSecond,
    Bytes,
    Nanoseconds,
}

impl Unit {
    /// Whether less is better.
    pub fn is_cost(self) -> bool {
        self != Self::PerSecond
    }
}

impl FromStr for Workload {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|workload| workload.id() == id).ok_or_else(|| {
            let ids = Self::ALL.map(Self::id).join(", ");
            format!("no workload `{id}`; there are {ids}")
        })
    }
}

/// So many operations in that time.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// How many operations.
    pub operations: u64,
    /// How long they took together.
    pub took: Duration,
}

impl Timed {
    /// Operations per second.
    pub fn rate(self) -> f64 {
        self.operations as f64 / self.took.as_secs_f64()
    }
}

/// Runs a workload, made smaller (or larger) by `scale`. `None`: the framework has not what it
/// takes.
pub async fn measure<F: Framework>(workload: Workload, scale: f64) -> Option<f64> {
    let scaled = |full: u64| ((full as f64 * scale) as u64).max(1);
    let timed = match workload {
        Workload::Call => calls::one_caller::<F>(scaled(200_000)).await,
        Workload::CallTimeout | Workload::CallMain | Workload::CallTask => {
            calls::one_caller_with_timeout::<F>(scaled(200_000)).await
        }
        Workload::Call64 => calls::many_callers::<F>(64, scaled(5_000)).await,
        Workload::Pairs64 => calls::pairs::<F>(64, scaled(5_000)).await,
        Workload::CallSuspends => F::suspending_calls(scaled(200_000)).await?,
        Workload::Latency => return Some(latency::under_load::<F>(scaled(20_000)).await),
        Workload::Cast => casts::one_sender::<F>(scaled(2_000_000)).await,
        Workload::Cast8 => casts::many_senders::<F>(8, scaled(250_000)).await,
        Workload::StartCallStop => life::start_call_stop::<F>(scaled(100_000)).await,
        Workload::StartChildStop => F::children(scaled(100_000)).await?,
        Workload::Memory => return idle::alone::<F>(scaled(100_000)).await,
        Workload::MemorySupervised => return idle::supervised::<F>(scaled(100_000)).await,
        Workload::MemoryDynamic => return idle::dynamic::<F>(scaled(100_000)).await,
        Workload::Ring => ring::one_token::<F>(scaled(1_000_000)).await,
        Workload::Monitors => F::deaths(scaled(100_000)).await?,
        Workload::Lookup => F::lookups(scaled(2_000_000)).await?,
        Workload::Register => F::registrations(scaled(500_000)).await?,
        Workload::Dispatch => F::dispatch(scaled(100)).await?,
        Workload::Pipeline => F::pipeline(scaled(5_000_000), 1_000).await?,
        Workload::Pipeline10 => F::pipeline(scaled(1_000_000), 10).await?,
        Workload::Pipeline1 => F::pipeline(scaled(200_000), 1).await?,
        Workload::Broadcast8 => F::broadcast(scaled(2_000_000)).await?,
        Workload::Partition8 => F::partition(scaled(2_000_000)).await?,
    };
    Some(timed.rate())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back() {
        for workload in Workload::ALL {
            assert_eq!(workload.id().parse(), Ok(workload));
        }
    }
}
