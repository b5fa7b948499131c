//! Why a process that acknowledges its start was not started.

use super::{ExitReason, NameTaken, Pid};
use std::time::Duration;

/// Why a server or supervisor was not started. In every case the name that was asked for is free again, or still
/// another's, and nothing is left running.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The name is taken. `init` was not run.
    #[doc(alias = "already_started")]
    #[error("already_started: the name {name} is taken by {pid}")]
    AlreadyStarted {
        /// The name asked for.
        name: String,
        /// Who has it.
        pid: Pid,
    },
    /// `init` answered ignore; the process ended with `normal`.
    #[doc(alias = ":ignore")]
    #[error("init answered ignore")]
    Ignored,
    /// `init` answered stop or `Err`, panicked or was ended; the process ended with this reason.
    #[error("init failed: {0}")]
    Failed(ExitReason),
    /// `init` was not done in the time given. The process was killed.
    #[error("init was not done within {0:?}; the process was killed")]
    Timeout(Duration),
    /// A linked or monitored start needs a process to link to.
    #[error(
        "a linked start must be made from a process: run the code under #[otp::main] or #[otp::test], or use `start`"
    )]
    NotAProcess,
    /// An option has a value that cannot be used.
    #[error("bad option {option}: {problem}")]
    BadOption {
        /// The option.
        option: &'static str,
        /// Its value, what is wrong with it and what would be right.
        problem: String,
    },
}

impl From<NameTaken> for StartError {
    fn from(taken: NameTaken) -> Self {
        if taken.by == Pid::NOBODY {
            return Self::BadOption { option: "via", problem: taken.to_string() };
        }
        Self::AlreadyStarted { name: taken.name, pid: taken.by }
    }
}
