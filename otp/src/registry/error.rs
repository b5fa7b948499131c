//! What can go wrong.

use crate::process::{Name, Pid};
use std::fmt;

/// There is no such registry: every operation on one may answer this, at once.
///
/// Follows the `ArgumentError` "unknown registry" that Elixir raises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownRegistry {
    /// It has not been started, or has ended. Start it, best as the first child of the supervisor whose other children
    /// use it.
    #[error("unknown registry: {0} is not running")]
    NotRunning(
        /// Its name.
        Name,
    ),
    /// A registry with this name runs, but its keys, values or kind are others.
    #[error("unknown registry: {0} runs, but its keys, its values or its kind (unique, duplicate) are others")]
    OtherType(
        /// Its name.
        Name,
    ),
}

/// Why a key was not registered. Nothing was changed, and key and value come back.
#[derive(Clone, PartialEq, Eq)]
pub struct RegisterError<K, V> {
    /// Why.
    pub failure: RegisterFailure,
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
}

/// See [`RegisterError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterFailure {
    /// A process has the key, perhaps the one that asks.
    #[doc(alias = "already_registered")]
    #[error("already_registered: {0} has the key in this registry of unique keys")]
    AlreadyRegistered(
        /// Who has it.
        Pid,
    ),
    /// The process has ended, or never was.
    #[error("noproc: {0} has ended")]
    NoProc(
        /// The process.
        Pid,
    ),
    /// There is no such registry.
    #[error(transparent)]
    Unknown(#[from] UnknownRegistry),
}

impl<K, V> RegisterError<K, V> {
    /// Who has the key, if that is why.
    pub fn already_registered(&self) -> Option<Pid> {
        match self.failure {
            RegisterFailure::AlreadyRegistered(by) => Some(by),
            _ => None,
        }
    }
}

impl<K, V> fmt::Debug for RegisterError<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterError").field("failure", &self.failure).finish_non_exhaustive()
    }
}

impl<K, V> fmt::Display for RegisterError<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.failure, f)
    }
}

impl<K, V> std::error::Error for RegisterError<K, V> {}

/// Why a message was not sent to whoever has a key. The message comes back.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError<M> {
    /// Nobody has the key.
    #[error("nobody has the key in the registry {registry}: the message was not sent")]
    NotRegistered {
        /// The registry.
        registry: Name,
        /// What was to be sent.
        message: M,
    },
    /// There is no such registry.
    #[error("{unknown}: the message was not sent")]
    Unknown {
        /// Why.
        unknown: UnknownRegistry,
        /// What was to be sent.
        message: M,
    },
}

impl<M> SendError<M> {
    /// The message that was not sent.
    pub fn into_inner(self) -> M {
        match self {
            Self::NotRegistered { message, .. } | Self::Unknown { message, .. } => message,
        }
    }
}

impl<M> fmt::Debug for SendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRegistered { .. } => "NotRegistered { .. }",
            Self::Unknown { .. } => "Unknown { .. }",
        })
    }
}
