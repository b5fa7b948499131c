//! What can go wrong with partitions.

use super::super::error::{RestartChildError, TerminateChildError};
use thiserror::Error;

/// Why a key leads to no partition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouteError {
    /// There is no such partition supervisor.
    #[error("noproc: there is no partition supervisor {supervisor}")]
    NoProc {
        /// As it was addressed.
        supervisor: String,
    },
    /// It was resized to none.
    #[error("the partition supervisor {supervisor} has zero partitions: resize it")]
    ZeroPartitions {
        /// As it was addressed.
        supervisor: String,
    },
}

/// Why the number of partitions is not what was asked for.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ResizeError {
    /// There is no such partition supervisor.
    #[error("noproc: there is no partition supervisor {supervisor}")]
    NoProc {
        /// As it was addressed.
        supervisor: String,
    },
    /// There can be no more partitions than it was started with. Nothing was changed.
    #[error("the number of partitions must be from 0 to {max}, which it was started with, and not {asked}")]
    OutOfRange {
        /// The most there can be.
        max: usize,
        /// What was asked for.
        asked: usize,
    },
    /// A partition could not be started. Those before it run.
    #[error("partition {partition} could not be started: {error}")]
    NotStarted {
        /// The partition, and how many there are now.
        partition: usize,
        /// Why.
        error: RestartChildError,
    },
    /// A partition could not be ended. Keys do not lead to it any more.
    #[error("partition {partition} could not be ended: {error}")]
    NotEnded {
        /// The partition.
        partition: usize,
        /// Why.
        error: TerminateChildError,
    },
}
