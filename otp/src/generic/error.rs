//! What can go wrong with a call, a cast and a stop.

use crate::process::ExitReason;
use std::fmt;
use std::time::Duration;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallFailure {
    /// No answer in time. The request was sent and may still be handled; a late answer is dropped.
    Timeout,
    /// There is no such process: it has ended, or nobody has the name.
    NoProc,
    /// The process called itself, and would have waited for itself.
    CallingSelf,
    /// The server waits, itself or through others, for this process. The names of the circle, which begins and ends
    /// with this process. Looked for in debug builds.
    Cycle(Vec<String>),
    /// The server ended before it answered, for this reason (`normal` too).
    Exit(ExitReason),
    /// The server lives, but whoever had the [`ReplyTo`](super::ReplyTo) dropped it.
    ReplyDropped,
    /// The server's mailbox is at its bound. The request was not sent.
    Overloaded,
    /// The process that has the name is a server of another type. The request was not sent.
    OtherServer,
}

/// A call that has no answer: what was called, with what, and why there is none.
///
/// Elixir ends the caller in this case; here the caller gets the error and decides. `?` in a server's handler comes to
/// the same: the server stops with [`ExitReason::Error`].
#[derive(Clone, PartialEq)]
pub struct CallError(Box<Details>);

#[derive(Clone, PartialEq)]
struct Details {
    failure: CallFailure,
    server: String,
    request: &'static str,
    timeout: Option<Duration>,
}

impl CallError {
    #[cold]
    pub(crate) fn new(failure: CallFailure, server: String, request: &'static str, timeout: Option<Duration>) -> Self {
        Self(Box::new(Details { failure, server, request, timeout }))
    }

    /// Why.
    pub fn failure(&self) -> &CallFailure {
        &self.0.failure
    }

    /// The server, as it was addressed.
    pub fn server(&self) -> &str {
        &self.0.server
    }

    /// The request: the name of the handler.
    pub fn request(&self) -> &'static str {
        self.0.request
    }

    /// The time it was given; `None`: no limit.
    pub fn timeout(&self) -> Option<Duration> {
        self.0.timeout
    }

    /// Whether it was not answered in time.
    pub fn is_timeout(&self) -> bool {
        self.0.failure == CallFailure::Timeout
    }

    /// Whether there is no such process.
    #[doc(alias = "noproc")]
    pub fn is_noproc(&self) -> bool {
        self.0.failure == CallFailure::NoProc
    }

    /// Why the server ended, if it ended before it answered.
    pub fn exit_reason(&self) -> Option<&ExitReason> {
        match &self.0.failure {
            CallFailure::Exit(reason) => Some(reason),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { failure, server, request, timeout } = &*self.0;
        write!(f, "call of {request} on {server} ")?;
        match failure {
            CallFailure::Timeout => write!(f, "timed out after {:?}", timeout.unwrap_or_default()),
            CallFailure::NoProc => f.write_str("failed: noproc, there is no such process"),
            CallFailure::CallingSelf => f.write_str("failed: calling_self, a process cannot wait for itself"),
            CallFailure::Cycle(names) => {
                write!(f, "failed: it would wait forever, these processes wait for each other: {}", names.join(" -> "))
            }
            CallFailure::Exit(reason) => write!(f, "failed: the server ended: {reason}"),
            CallFailure::ReplyDropped => f.write_str("failed: the reply handle was dropped without a reply"),
            CallFailure::Overloaded => f.write_str("failed: the mailbox is full"),
            CallFailure::OtherServer => f.write_str("failed: the process is a server of another type"),
        }?;
        match (failure, timeout) {
            (CallFailure::Timeout, _) => Ok(()),
            (_, Some(timeout)) => write!(f, " (timeout {timeout:?})"),
            (_, None) => f.write_str(" (no timeout)"),
        }
    }
}

impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallError")
            .field("failure", &self.0.failure)
            .field("server", &self.0.server)
            .field("request", &self.0.request)
            .field("timeout", &self.0.timeout)
            .finish()
    }
}

impl std::error::Error for CallError {}

/// A cast that was not sent. The request comes back.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CastError<R> {
    /// There is no such process.
    #[error("the cast was not sent: noproc, there is no such process")]
    NoProc(R),
    /// The mailbox is at its bound.
    #[error("the cast was not sent: the mailbox is full")]
    Full(R),
    /// The process is a server of another type.
    #[error("the cast was not sent: the process is a server of another type")]
    OtherServer(R),
}

impl<R> CastError<R> {
    /// The request that was not sent.
    pub fn into_inner(self) -> R {
        match self {
            Self::NoProc(request) | Self::Full(request) | Self::OtherServer(request) => request,
        }
    }
}

impl<R> fmt::Debug for CastError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc(_) => "NoProc(..)",
            Self::Full(_) => "Full(..)",
            Self::OtherServer(_) => "OtherServer(..)",
        })
    }
}

/// Why a server was not stopped as asked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StopFailure {
    /// There is no such process.
    NoProc,
    /// The process asked itself, and would have waited for itself. Answer `stop` from the handler instead.
    CallingSelf,
    /// It was not gone in time. The request was sent: it still ends later.
    Timeout,
    /// It ended, but for another reason than the one asked for.
    Exit(ExitReason),
    /// The process that has the name is a server of another type.
    OtherServer,
}

/// A stop that did not go as asked: which server, for which reason, in which time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StopError {
    /// Why.
    pub failure: StopFailure,
    /// The server, as it was addressed.
    pub server: String,
    /// The reason it was to end with.
    pub reason: ExitReason,
    /// The time it was given; `None`: no limit.
    pub timeout: Option<Duration>,
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failure, server, reason, timeout } = self;
        write!(f, "stop of {server} with reason {reason} ")?;
        match failure {
            StopFailure::NoProc => f.write_str("failed: noproc, there is no such process"),
            StopFailure::CallingSelf => f.write_str("failed: calling_self, a process cannot wait for its own end"),
            StopFailure::Timeout => write!(f, "timed out after {:?}", timeout.unwrap_or_default()),
            StopFailure::Exit(other) => write!(f, "failed: it ended with {other}"),
            StopFailure::OtherServer => f.write_str("failed: the process is a server of another type"),
        }
    }
}

impl std::error::Error for StopError {}
