//! Stopping a server and waiting until it is gone.

use super::address::{Address, Unreachable};
use super::envelope::Envelope;
use super::error::{StopError, StopFailure};
use super::sys::System;
use crate::process::context;
use crate::process::core::AnyProcess;
use crate::process::mailbox::Item;
use crate::process::{ExitReason, wait};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

/// A request to stop: await it. Default: reason [`ExitReason::Normal`], no limit of time.
///
/// The server handles what is in its mailbox before the request, then runs `terminate` and ends. The answer comes when
/// the process is gone and its names are free.
///
/// | Answer | When |
/// |---|---|
/// | `Ok(())` | it ended with the reason asked for |
/// | [`StopFailure::Exit`] | it ended with another reason |
/// | [`StopFailure::Timeout`] | it was not gone in time; it still ends later |
/// | [`StopFailure::NoProc`] | there is no such process |
/// | [`StopFailure::CallingSelf`] | a server asked itself |
///
/// A reason other than `Normal`, `Shutdown` and `ShutdownWith` is logged as a failure of the server.
///
/// Follows Elixir's `GenServer.stop/3`.
#[doc(alias = "GenServer.stop")]
#[must_use = "a server is stopped when the request is awaited"]
pub struct Stop<'a, R> {
    address: &'a Address<R>,
    reason: ExitReason,
    timeout: Option<Duration>,
}

impl<R> std::fmt::Debug for Stop<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop").field("reason", &self.reason).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl<'a, R: Send + 'static> Stop<'a, R> {
    pub(crate) fn new(address: &'a Address<R>) -> Self {
        Self { address, reason: ExitReason::Normal, timeout: None }
    }

    /// The reason it ends with. Default: [`ExitReason::Normal`].
    pub fn reason(mut self, reason: ExitReason) -> Self {
        self.reason = reason;
        self
    }

    /// Waits for at most this long. Default: no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<(), StopError> {
        let Self { address, reason, timeout } = self;
        let reason = reason.received();
        let failed = |failure| {
            let server = address.to_string();
            Err(StopError { failure, server, reason: reason.clone(), timeout })
        };
        let server = match address.resolve() {
            Ok(server) => server.into_owned(),
            Err(Unreachable::NoProc) => return failed(StopFailure::NoProc),
            Err(Unreachable::OtherServer) => return failed(StopFailure::OtherServer),
        };
        if server.core.wake.is_closed() {
            return failed(StopFailure::NoProc);
        }
        if context::try_self_pid() == Some(server.core.pid) {
            return failed(StopFailure::CallingSelf);
        }
        let ended = wait::ended(server.clone() as std::sync::Arc<dyn AnyProcess>);
        server.push(Item::Message(Envelope::System(Box::new(System::Stop(reason.clone())))));
        let ended = match timeout {
            None => ended.await,
            Some(timeout) => match tokio::time::timeout(timeout, ended).await {
                Ok(ended) => ended,
                Err(_) => return failed(StopFailure::Timeout),
            },
        };
        if ended == reason { Ok(()) } else { failed(StopFailure::Exit(ended)) }
    }
}

impl<'a, R: Send + 'static> IntoFuture for Stop<'a, R> {
    type Output = Result<(), StopError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
