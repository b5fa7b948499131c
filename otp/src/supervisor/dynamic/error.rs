//! What can go wrong with the children of a dynamic supervisor.

use crate::gen_server::CallError;
use crate::process::{Pid, StartError};
use thiserror::Error;

/// Why a child was not started. In every case the supervisor has the children it had before.
///
/// | Answer | Elixir |
/// |---|---|
/// | `Ok` with the handle or the pid | `{:ok, pid}`, `{:ok, pid, info}` |
/// | [`Ignored`](Self::Ignored) | `:ignore` |
/// | [`MaxChildren`](Self::MaxChildren) | `{:error, :max_children}` |
/// | [`AlreadyStarted`](Self::AlreadyStarted) | `{:error, {:already_started, pid}}` |
/// | [`Failed`](Self::Failed) | `{:error, reason}` |
/// | [`Significant`](Self::Significant) | `{:error, {:invalid_significant, true}}` |
/// | [`Call`](Self::Call) | the caller exits |
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum StartChildError {
    /// Its `init` answered ignore: there is nothing to run, and that is no failure.
    #[doc(alias = ":ignore")]
    #[error("ignore: the child's init answered that there is nothing to run")]
    Ignored,
    /// There are as many children as there may be, those that are being restarted included.
    #[doc(alias = ":max_children")]
    #[error("max_children: the supervisor has all the {max} children it may have; raise `max_children` or end one")]
    MaxChildren {
        /// How many there may be.
        max: usize,
    },
    /// The name it asks for is held by this process.
    #[error("already_started: {0} has the name that the child asks for")]
    AlreadyStarted(Pid),
    /// Its start failed.
    #[error("{0}")]
    Failed(StartError),
    /// A child of a dynamic supervisor cannot be significant: its end never ends the supervisor.
    #[doc(alias = ":invalid_significant")]
    #[error("invalid_significant: child {id:?} is significant, and a dynamic supervisor has no automatic shutdown")]
    Significant {
        /// The id in its specification.
        id: String,
    },
    /// The handle is of a supervisor with extra arguments of another type.
    #[error("the supervisor has extra arguments of another type than {expected}: make the handle with its own type")]
    OtherExtraArguments {
        /// What the handle takes them for.
        expected: &'static str,
    },
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}

impl From<StartError> for StartChildError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::AlreadyStarted { pid, .. } => Self::AlreadyStarted(pid),
            StartError::Ignored => Self::Ignored,
            error => Self::Failed(error),
        }
    }
}
