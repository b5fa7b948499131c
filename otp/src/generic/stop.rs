//! Stopping a server and waiting until it is gone.

use super::address::{Address, Unreachable};
use super::envelope::Envelope;
use super::error::{StopError, StopFailure};
use super::sys::System;
use crate::process::context;
use crate::process::core::AnyProcess;
use crate::process::mailbox::Item;
use crate::process::timeout::Deadline;
use crate::process::{ExitReason, wait};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
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
pub struct Stop<'a, R: 'static> {
    address: &'a Address<R>,
    reason: ExitReason,
    timeout: Option<Duration>,
    deadline: Deadline,
    stage: Stage,
}

enum Stage {
    New,
    Waiting(wait::Ended),
    Done,
}

impl<R: 'static> std::fmt::Debug for Stop<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop").field("reason", &self.reason).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl<'a, R: Send + 'static> Stop<'a, R> {
    pub(crate) fn new(address: &'a Address<R>) -> Self {
        Self { address, reason: ExitReason::Normal, timeout: None, deadline: Deadline::default(), stage: Stage::New }
    }

    /// The reason it ends with. Default: [`ExitReason::Normal`].
    pub fn reason(mut self, reason: ExitReason) -> Self {
        self.reason = reason.received();
        self
    }

    /// Waits for at most this long. Default: no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends the request.
    fn begin(&self) -> Result<wait::Ended, StopFailure> {
        let server = match self.address.resolve() {
            Ok(server) => server,
            Err(Unreachable::NoProc) => return Err(StopFailure::NoProc),
            Err(Unreachable::OtherServer) => return Err(StopFailure::OtherServer),
        };
        if server.core.wake.is_closed() {
            return Err(StopFailure::NoProc);
        }
        if context::try_self_pid() == Some(server.core.pid) {
            return Err(StopFailure::CallingSelf);
        }
        let ended = wait::ended(Arc::clone(&server) as Arc<dyn AnyProcess>);
        server.push(Item::Message(Envelope::System(Box::new(System::Stop(self.reason.clone())))));
        Ok(ended)
    }

    fn poll_stop(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StopFailure>> {
        if let Stage::New = self.stage {
            self.stage = Stage::Waiting(self.begin()?);
        }
        let Stage::Waiting(ended) = &mut self.stage else { panic!("a stop was polled after it was done") };
        if let Poll::Ready(reason) = Pin::new(&mut *ended).poll(cx) {
            return Poll::Ready(if reason == self.reason { Ok(()) } else { Err(StopFailure::Exit(reason)) });
        }
        let Some(timeout) = self.timeout else { return Poll::Pending };
        let foreign = ended.is_foreign(cx);
        self.deadline.poll(timeout, foreign, cx).map(|()| Err(StopFailure::Timeout))
    }
}

impl<R: Send + 'static> Future for Stop<'_, R> {
    type Output = Result<(), StopError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let stopped = ready!(this.poll_stop(cx));
        this.stage = Stage::Done;
        Poll::Ready(stopped.map_err(|failure| StopError {
            failure,
            server: this.address.to_string(),
            reason: this.reason.clone(),
            timeout: this.timeout,
        }))
    }
}
