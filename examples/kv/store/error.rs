//! Why a part of the keys did not answer.

use std::fmt;

use otp::prelude::*;
use otp::supervisor::dynamic::StartChildError;

use super::Place;

/// Why the process of a part of the keys did not answer.
#[derive(Clone, Debug)]
pub enum StoreError {
    /// It crashed when it had the request. Holds why.
    Crashed(Place, ExitReason),
    /// It has not come back after a crash.
    Restarting(Place),
    /// It is there, and the call failed all the same: most likely it took too long.
    Failed(Place, CallError),
    /// It is a bucket that could not be started.
    NotStarted(Place, StartChildError),
    /// Nobody knows who holds what: most of the server is being restarted.
    Down,
}

impl StoreError {
    pub(super) fn of(place: Place, error: CallError) -> Self {
        match error.exit_reason() {
            Some(reason) => Self::Crashed(place, reason.clone()),
            None => Self::Failed(place, error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crashed(place, reason) => write!(f, "ERR {place} crashed: {reason}"),
            // The word by which Redis Cluster says that the same request may succeed in a moment.
            Self::Restarting(place) => write!(f, "TRYAGAIN {place} is being restarted"),
            Self::Failed(place, error) => write!(f, "ERR {place} did not answer: {error}"),
            Self::NotStarted(place, error) => write!(f, "ERR {place} did not start: {error}"),
            Self::Down => f.write_str("TRYAGAIN the server is being restarted"),
        }
    }
}

impl std::error::Error for StoreError {}
