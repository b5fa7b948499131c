//! What can be a child, and what its start answers.

use super::ChildOptions;
use crate::process::{ExitReason, Pid, Slot, StartError};
use std::any::Any;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A type that can be a supervisor's child: written by `#[gen_server]`, `#[supervisor]` and `#[derive(ChildSpec)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a supervisor's child",
    label = "not a server, a supervisor or a type with a child spec",
    note = "put `#[gen_server]`, `#[supervisor]` or `#[derive(ChildSpec)]` on `{Self}`, or give a `ChildSpec` made with `ChildSpec::new`"
)]
pub trait Child: 'static {
    /// What its start takes.
    type Args: Send + 'static;
    /// The handle through which a supervisor's accessor reaches it.
    type Handle;

    /// How it declares itself.
    fn child_options() -> ChildOptions;

    /// Starts it: runs in the supervisor's process, and links to it.
    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>>;

    /// A handle of whoever serves in this place.
    fn handle(slot: Arc<Slot>) -> Self::Handle;
}

/// A child that was started.
pub struct Started {
    pub(crate) pid: Pid,
    pub(crate) info: Option<Box<dyn Any + Send>>,
}

impl Started {
    /// The child runs as this process.
    pub fn new(pid: Pid) -> Self {
        Self { pid, info: None }
    }

    /// Adds a value for whoever asked for the start; the supervisor does not keep it.
    #[doc(alias = "{:ok, pid, info}")]
    pub fn with_info<T: Send + 'static>(mut self, info: T) -> Self {
        self.info = Some(Box::new(info));
        self
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").field("pid", &self.pid).field("info", &self.info.is_some()).finish()
    }
}

/// A handle of a process.
pub trait HasPid {
    /// The pid of whoever it reaches now.
    fn process_id(&self) -> Option<Pid>;
}

impl HasPid for Pid {
    fn process_id(&self) -> Option<Pid> {
        Some(*self)
    }
}

/// What a `start_link` may answer to be the start of a child: a `Result` of a pid or handle.
#[diagnostic::on_unimplemented(
    message = "`start_link` must answer a `Result` of a pid or a handle",
    label = "`{Self}` does not say which process was started"
)]
pub trait IntoStarted {
    /// The started process, or why there is none.
    fn into_started(self) -> Result<Started, StartError>;
}

impl<H: HasPid, E: Into<StartError>> IntoStarted for Result<H, E> {
    fn into_started(self) -> Result<Started, StartError> {
        let handle = self.map_err(Into::into)?;
        handle.process_id().map(Started::new).ok_or(StartError::Failed(ExitReason::NoProc))
    }
}

impl IntoStarted for Pid {
    fn into_started(self) -> Result<Started, StartError> {
        Ok(Started::new(self))
    }
}

/// The start of a child from what its `start_link` returned. For expansions.
pub fn child_start_with<F>(start: F, _slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>>
where
    F: IntoFuture<Output: IntoStarted, IntoFuture: Send + 'static>,
{
    let start = start.into_future();
    Box::pin(async move { start.await.into_started() })
}
