//! What can go wrong with a supervisor and its children.

use crate::gen_server::CallError;
use crate::process::{ExitReason, Pid, StartError};
use thiserror::Error;

/// What is wrong with a specification.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The period in which restarts are counted is zero.
    #[error("max_seconds is 0: it must be at least 1")]
    ZeroPeriod,
    /// Two children have one id.
    #[error("duplicate child id {id:?}: give one of them another `id`")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A significant child is permanent.
    #[error("child {id:?} is significant and permanent: it would be restarted instead; use transient or temporary")]
    PermanentSignificant {
        /// Its id.
        id: String,
    },
    /// A child is significant, but the supervisor does not look at that.
    #[error(
        "child {id:?} is significant but auto_shutdown is never: set auto_shutdown to any_significant or all_significant"
    )]
    SignificantWithoutAutoShutdown {
        /// Its id.
        id: String,
    },
}

impl From<SpecError> for StartError {
    fn from(error: SpecError) -> Self {
        let option = match &error {
            SpecError::ZeroPeriod => "max_seconds",
            SpecError::DuplicateId { .. } => "id",
            SpecError::PermanentSignificant { .. } | SpecError::SignificantWithoutAutoShutdown { .. } => "significant",
        };
        Self::BadOption { option, problem: error.to_string() }
    }
}

/// Why a supervisor that could not start one of its children ended: the details of its `ShutdownWith`.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("child {id:?} could not be started: {error}")]
#[non_exhaustive]
pub struct FailedToStartChild {
    /// The child.
    pub id: String,
    /// Why.
    pub error: StartError,
}

impl FailedToStartChild {
    pub(crate) fn reason(id: &str, error: StartError) -> ExitReason {
        ExitReason::shutdown_with(Self { id: id.to_string(), error })
    }
}

/// Why a child was not started.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum StartChildError {
    /// A child with this id runs, or the name it asks for is held by this process, which is no child. Nothing changed.
    #[error("already_started: {0}")]
    AlreadyStarted(Pid),
    /// A child with this id is there, but does not run: restart or delete it. Nothing changed.
    #[error("already_present: a child with this id is there, but does not run")]
    AlreadyPresent,
    /// Its start failed. The specification is not kept.
    #[error("{0}")]
    Failed(StartError),
    /// Something is wrong with the specification. Nothing changed.
    #[error("{0}")]
    BadSpec(SpecError),
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}

/// Why a child was not restarted.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RestartChildError {
    /// There is no such child.
    #[error("not_found: there is no child with this id")]
    NotFound,
    /// It runs.
    #[error("running: the child runs")]
    Running,
    /// It is being restarted: its restart failed and will be tried again.
    #[error("restarting: the child is being restarted")]
    Restarting,
    /// Its start failed. It stays stopped.
    #[error("{0}")]
    Failed(StartError),
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}

/// Why a child was not terminated.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TerminateChildError {
    /// There is no such child.
    #[error("not_found: there is no such child")]
    NotFound,
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}

/// Why a child was not deleted.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum DeleteChildError {
    /// There is no such child.
    #[error("not_found: there is no child with this id")]
    NotFound,
    /// It runs: terminate it first.
    #[error("running: the child runs; terminate it first")]
    Running,
    /// It is being restarted: its restart failed and will be tried again.
    #[error("restarting: the child is being restarted; terminate it first")]
    Restarting,
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}

/// Why there is nothing to say of a child.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ChildNotFound {
    /// There is no such child.
    #[error("not_found: there is no child with this id")]
    NotFound,
    /// The supervisor could not be asked.
    #[error("{0}")]
    Call(#[from] CallError),
}
