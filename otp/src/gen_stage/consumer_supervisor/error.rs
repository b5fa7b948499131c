//! What can go wrong with the children of a consumer supervisor.

use crate::gen_server::CallError;
use crate::process::StartError;

/// Why a child was not started by hand. The supervisor is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartEventChildError {
    /// Its start failed, panicked, or answered ignore.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The supervisor could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Why a child was not terminated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerminateEventChildError {
    /// The supervisor has no such child.
    #[doc(alias = ":not_found")]
    #[error("the supervisor has no child with this pid")]
    NotFound,
    /// The supervisor could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}
