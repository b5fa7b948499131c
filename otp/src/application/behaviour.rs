//! The trait of applications.

use super::spec::{ApplicationSpec, Mode};
use crate::child::HasPid;
use crate::process::Pid;
use std::future::Future;

/// What `#[application]` on a struct writes: what the application says of itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as an application",
    label = "the struct has no `#[application]`",
    note = "write `#[application]` above `struct {Self}`: it takes name, version and description from Cargo.toml"
)]
pub trait Declared: Sized {
    /// What it says of itself.
    fn spec() -> ApplicationSpec;

    /// Its name: that of the specification. `#[application]` writes it without making the specification, which asks those that it
    /// depends on for theirs: where many depend on the same, that grows with each layer.
    fn name() -> String {
        Self::spec().name
    }

    /// The value that is started.
    fn new() -> Self;
}

/// An application: how it is started, and what is done when it stops.
///
/// | Callback | Runs | Elixir |
/// |---|---|---|
/// | [`start`](Self::start) | when it is started, all it depends on being up | `start/2` |
/// | [`prepare_stop`](Self::prepare_stop) | when it is to stop, before its tree is shut down | `prep_stop/1` |
/// | [`stop`](Self::stop) | when its tree is gone, whichever way | `stop/1` |
///
/// All three run in the application's master process, and the value is kept between: what `start` puts into its fields is there in
/// the others. A new value is made for every start.
///
/// ```
/// use otp::application::{self, Application, Start, Top};
/// use otp::prelude::*;
///
/// #[application(name = "mailer")]
/// #[derive(Default)]
/// struct Mailer {
///     spool: Option<std::path::PathBuf>,
/// }
///
/// impl Application for Mailer {
///     async fn start(&mut self, _: Start) -> otp::Result<Top> {
///         self.spool = Some(std::env::temp_dir());
///         Ok(Supervisor::start_link(Supervisor::builder()).await?.into())
///     }
///
///     async fn stop(&mut self) {
///         assert!(self.spool.take().is_some());
///     }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// application::start(Mailer::default()).await?;
/// application::stop("mailer").await?;
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `Application` behaviour. Start phases and `config_change` have no counterpart; the start type is always
/// `normal`.
#[doc(alias = "use Application")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an application",
    label = "does not implement `Application`",
    note = "write `#[application(supervisor = Tree)]` above `struct {Self}`, or `impl Application for {Self}` with an `async fn start`"
)]
pub trait Application: Declared + Send + 'static {
    /// Starts its processes, linked to the process that runs this, and answers the top one: what a supervisor's `start_link`
    /// answers, converted.
    ///
    /// # Errors
    /// Any: the application is not started then. What was started and linked until then is shut down, and `stop` is not
    /// called. So it is with a panic.
    fn start(&mut self, start: Start) -> impl Future<Output = crate::Result<Top>> + Send;

    /// The application was asked to stop, and its tree is still up. Default: nothing. A panic is reported and stops nothing.
    #[doc(alias = "prep_stop")]
    fn prepare_stop(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Its tree is gone: because it was asked to stop, or by itself. Default: nothing. A panic is reported and stops nothing.
    fn stop(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// What a start is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Start {
    /// The application's name: the one under which its environment is read.
    pub application: String,
    /// The mode in which it is started.
    pub mode: Mode,
}

/// The top of an application's tree: made of a pid, or of any handle of a process, with `into()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Top(pub(super) Found);

/// What a handle led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Process(Pid),
    /// The handle leads to nobody.
    Nobody,
    /// There is no tree.
    NoTree,
}

impl Top {
    /// Of an application that has no processes: it counts as started until it is stopped.
    #[doc(alias = "library application")]
    pub fn none() -> Self {
        Self(Found::NoTree)
    }
}

impl<H: HasPid> From<H> for Top {
    fn from(handle: H) -> Self {
        Self(handle.process_id().map_or(Found::Nobody, Found::Process))
    }
}
