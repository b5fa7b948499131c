//! Supervisors with a type of their own, and how every supervisor is started.

use super::error::SpecError;
use super::server::{Setup, SupervisorServer};
use super::{SupervisorRef, SupervisorSpec};
use crate::child::{BoxFuture, Started};
use crate::gen_server::ServerOptions;
use crate::process::core::Kind;
use crate::process::name::Registration;
use crate::process::{ExitReason, Name, Slot, StartError, Via};
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// What a supervisor's `init` answers.
#[derive(Debug)]
#[must_use = "an answer has an effect when init returns it"]
pub enum Init<S = SupervisorSpec> {
    /// Start these children; of a dynamic supervisor, with these options.
    Start(S),
    /// Nothing is to be supervised, and that is no failure.
    #[doc(alias = ":ignore")]
    Ignore,
    /// The supervisor cannot start.
    Stop(ExitReason),
}

/// A supervisor whose children and options are computed when it starts, and at each restart. `#[supervisor]` writes it.
///
/// ```
/// use otp::child::ChildSpec;
/// use otp::prelude::*;
/// use otp::{process, supervisor};
///
/// struct Tickers;
///
/// impl Supervise for Tickers {
///     type Args = u32;
///     type Ref = SupervisorRef;
///
///     async fn init(n: u32) -> supervisor::Init {
///         let ticker = |i: u32| {
///             ChildSpec::new(format!("ticker-{i}"), |_| async {
///                 Ok(otp::child::Started::new(process::spawn_link(process::sleep_forever())))
///             })
///         };
///         Supervisor::builder().children((0..n).map(ticker)).into()
///     }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let tickers = supervisor::start_link_module::<Tickers>(3).await?;
/// assert_eq!(tickers.count_children().await?.active, 3);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's module-based supervisors.
#[doc(alias = "use Supervisor")]
pub trait Supervise: Sized + Send + 'static {
    /// What `init` takes.
    type Args: Send + 'static;
    /// The handle that start answers; written by hand it is [`SupervisorRef`].
    type Ref: From<SupervisorRef> + Clone + Send + Sync + 'static;

    /// The name that every start registers, unless it is given another.
    fn name() -> Option<Name> {
        None
    }

    /// Answers the children and options, in the new process.
    fn init(args: Self::Args) -> impl Future<Output = Init> + Send;
}

/// What the `#[init]` of a supervisor may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a supervisor's `#[init]` may return",
    label = "expected `SupervisorSpec`, `supervisor::Init` or a `Result` of one"
)]
pub trait IntoSupervisorInit {
    /// The answer.
    fn into_supervisor_init(self) -> Init;
}

impl IntoSupervisorInit for SupervisorSpec {
    fn into_supervisor_init(self) -> Init {
        Init::Start(self)
    }
}

impl IntoSupervisorInit for Init {
    fn into_supervisor_init(self) -> Init {
        self
    }
}

impl<I: IntoSupervisorInit, E: Into<Box<dyn Error + Send + Sync>>> IntoSupervisorInit for Result<I, E> {
    fn into_supervisor_init(self) -> Init {
        match self {
            Ok(init) => init.into_supervisor_init(),
            Err(error) => Init::Stop(ExitReason::error(error)),
        }
    }
}

/// Starts a module-based supervisor, linked to the process that awaits this.
///
/// Follows Elixir's `Supervisor.start_link/3`.
pub fn start_link_module<S: Supervise>(args: S::Args) -> StartModule<S> {
    StartModule::new(args, true)
}

/// As [`start_link_module`], not linked to anybody.
pub fn start_module<S: Supervise>(args: S::Args) -> StartModule<S> {
    StartModule::new(args, false)
}

/// A module-based supervisor to be started: await it. Its children are running when the answer comes.
///
/// The errors are those of [`StartSupervisor`](super::StartSupervisor), and what its `init` answers.
#[must_use = "a supervisor is started when this is awaited"]
pub struct StartModule<S: Supervise> {
    args: S::Args,
    link: bool,
    registration: Option<Registration>,
}

impl<S: Supervise> fmt::Debug for StartModule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartModule").field("link", &self.link).finish_non_exhaustive()
    }
}

impl<S: Supervise> StartModule<S> {
    fn new(args: S::Args, link: bool) -> Self {
        Self { args, link, registration: S::name().map(Registration::Name) }
    }

    /// The name it is registered under, before `init`.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.registration = Some(Registration::Name(name.into()));
        self
    }

    /// A name through a registry, taken before `init`.
    pub fn via(mut self, via: impl Via) -> Self {
        self.registration = Some(Registration::Via(Arc::new(via)));
        self
    }
}

impl<S: Supervise> IntoFuture for StartModule<S> {
    type Output = Result<S::Ref, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let args = self.args;
            let setup = Setup::new(Slot::new(), Box::pin(S::init(args)));
            start(module_kind::<S>(), setup, self.link, self.registration).await.map(S::Ref::from)
        })
    }
}

/// Starts a module-based supervisor as the child of another. For expansions and hand-written
/// [`Child`](crate::child::Child) implementations.
pub fn child_start_module<S: Supervise>(
    args: S::Args,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    let setup = Setup::new(slot.clone(), Box::pin(S::init(args)));
    child_start(module_kind::<S>(), setup, slot, S::name().map(Registration::Name))
}

/// Starts a supervisor without a type as the child of another.
pub(crate) fn child_start_spec(
    spec: SupervisorSpec,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    let registration = spec.name.clone().map(Registration::Name);
    let setup = Setup::new(slot.clone(), Box::pin(async { Init::Start(spec) }));
    child_start(&PLAIN, setup, slot, registration)
}

/// Starts a supervisor without a type.
pub(crate) async fn start_spec(
    spec: SupervisorSpec,
    link: bool,
    registration: Option<Registration>,
) -> Result<SupervisorRef, StartError> {
    let setup = Setup::new(Slot::new(), Box::pin(async { Init::Start(spec) }));
    start(&PLAIN, setup, link, registration).await
}

static PLAIN: Kind = Kind {
    behaviour: "supervisor",
    initial_call: || "otp::supervisor::Supervisor",
    state_size: std::mem::size_of::<SupervisorServer>(),
};

fn module_kind<S: Supervise>() -> &'static Kind {
    struct Of<S>(PhantomData<S>);
    impl<S> Of<S> {
        const KIND: &'static Kind = &Kind {
            behaviour: "supervisor",
            initial_call: std::any::type_name::<S>,
            state_size: std::mem::size_of::<SupervisorServer>(),
        };
    }
    Of::<S>::KIND
}

/// How every supervisor is started.
pub(super) fn options(registration: Option<Registration>) -> ServerOptions {
    let mut options = ServerOptions::new().trap_exit(true);
    options.spawn.registration = registration;
    options
}

pub(super) async fn start(
    kind: &'static Kind,
    setup: Setup,
    link: bool,
    registration: Option<Registration>,
) -> Result<SupervisorRef, StartError> {
    let slot = setup.slot.clone();
    let server = crate::gen_server::start_as::<SupervisorServer>(kind, setup, link, options(registration))
        .await
        .map_err(named)?;
    Ok(SupervisorRef::of(server, slot))
}

pub(super) fn child_start(
    kind: &'static Kind,
    setup: Setup,
    slot: Arc<Slot>,
    registration: Option<Registration>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let supervisor = start(kind, setup, true, registration).await?;
        let pid = supervisor.pid().ok_or(StartError::Failed(ExitReason::NoProc))?;
        slot.set_pid(pid);
        Ok(Started::new(pid))
    })
}

/// A specification that `init` computed and that is wrong is told as one that was given.
pub(super) fn named(error: StartError) -> StartError {
    match &error {
        StartError::Failed(reason) => match reason.error_ref::<SpecError>() {
            Some(wrong) => wrong.clone().into(),
            None => error,
        },
        _ => error,
    }
}
