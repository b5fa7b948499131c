//! Dynamic supervisors with a type of their own, and how every dynamic supervisor is started.

use super::super::module::{Init, named, options};
use super::handle::DynamicSupervisorRef;
use super::server::{DynamicSupervisorServer, Setup};
use super::spec::DynamicSupervisorSpec;
use crate::child::{BoxFuture, Started};
use crate::gen_server::{ServerOptions, ServerRef, start_as};
use crate::process::core::Kind;
use crate::process::name::Registration;
use crate::process::{ExitReason, Name, Priority, Slot, StartError, Via};
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// A dynamic supervisor whose options are computed when it starts, and at each restart. `#[dynamic_supervisor]` writes it.
///
/// ```
/// use otp::prelude::*;
/// use otp::supervisor::{self, dynamic};
///
/// struct Rooms;
///
/// impl DynamicSupervise for Rooms {
///     type Args = usize;
///     type Extra = ();
///     type Ref = DynamicSupervisorRef;
///
///     async fn init(at_most: usize) -> supervisor::Init<DynamicSupervisorSpec> {
///         DynamicSupervisor::builder().max_children(at_most).into()
///     }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let rooms = dynamic::start_link_module::<Rooms>(3).await?;
/// assert_eq!(rooms.count_children().await?.active, 0);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's module-based dynamic supervisors.
#[doc(alias = "use DynamicSupervisor")]
pub trait DynamicSupervise: Sized + Send + 'static {
    /// What `init` takes.
    type Args: Send + 'static;
    /// The extra arguments; `()` if there are none.
    type Extra: Send + Sync + 'static;
    /// The handle that start answers; written by hand it is [`DynamicSupervisorRef`].
    type Ref: From<DynamicSupervisorRef<Self::Extra>> + Clone + Send + Sync + 'static;

    /// The name that every start registers, unless it is given another.
    fn name() -> Option<Name> {
        None
    }

    /// Answers the options, in the new process. A name in them has no effect: it is taken before.
    fn init(args: Self::Args) -> impl Future<Output = Init<DynamicSupervisorSpec<Self::Extra>>> + Send;
}

/// What the `#[init]` of a dynamic supervisor may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a dynamic supervisor's `#[init]` may return",
    label = "expected `DynamicSupervisorSpec`, `supervisor::Init` of it or a `Result` of one"
)]
pub trait IntoDynamicInit {
    /// The extra arguments.
    type Extra: Send + Sync + 'static;
    /// The answer.
    fn into_dynamic_init(self) -> Init<DynamicSupervisorSpec<Self::Extra>>;
}

impl<X: Send + Sync + 'static> IntoDynamicInit for DynamicSupervisorSpec<X> {
    type Extra = X;
    fn into_dynamic_init(self) -> Init<DynamicSupervisorSpec<X>> {
        Init::Start(self)
    }
}

impl<X: Send + Sync + 'static> IntoDynamicInit for Init<DynamicSupervisorSpec<X>> {
    type Extra = X;
    fn into_dynamic_init(self) -> Self {
        self
    }
}

impl<I: IntoDynamicInit, E: Into<Box<dyn Error + Send + Sync>>> IntoDynamicInit for Result<I, E> {
    type Extra = I::Extra;
    fn into_dynamic_init(self) -> Init<DynamicSupervisorSpec<I::Extra>> {
        match self {
            Ok(init) => init.into_dynamic_init(),
            Err(error) => Init::Stop(ExitReason::error(error)),
        }
    }
}

/// Starts a module-based dynamic supervisor, linked to the process that awaits this.
///
/// Follows Elixir's `DynamicSupervisor.start_link/3`.
pub fn start_link_module<S: DynamicSupervise>(args: S::Args) -> StartDynamicSupervisor<S::Extra, S::Ref> {
    StartDynamicSupervisor::of_module::<S>(args, true)
}

/// As [`start_link_module`], not linked to anybody.
pub fn start_module<S: DynamicSupervise>(args: S::Args) -> StartDynamicSupervisor<S::Extra, S::Ref> {
    StartDynamicSupervisor::of_module::<S>(args, false)
}

/// Starts a module-based dynamic supervisor as the child of another. For expansions and hand-written
/// [`Child`](crate::child::Child) implementations.
pub fn child_start_module<S: DynamicSupervise>(
    args: S::Args,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    child_start(module_kind::<S>(), module_setup::<S>(args), slot, S::name().map(Registration::Name))
}

/// A dynamic supervisor to be started: await it.
///
/// # Errors
/// [`StartError::BadOption`]: the period is zero. [`StartError::AlreadyStarted`]: the name is taken. And what the `init`
/// of a module-based one answers.
#[must_use = "a supervisor is started when this is awaited"]
pub struct StartDynamicSupervisor<X = (), R = DynamicSupervisorRef<X>> {
    kind: &'static Kind,
    setup: Setup,
    link: bool,
    options: ServerOptions,
    handle: PhantomData<fn() -> (X, R)>,
}

impl<X, R> fmt::Debug for StartDynamicSupervisor<X, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartDynamicSupervisor")
            .field("link", &self.link)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<X: Send + Sync + 'static> StartDynamicSupervisor<X> {
    pub(super) fn of_spec(spec: DynamicSupervisorSpec<X>, link: bool) -> Self {
        let options = options(spec.registration.clone());
        Self { kind: plain_kind(), setup: spec.into_setup(), link, options, handle: PhantomData }
    }
}

impl<X, R> StartDynamicSupervisor<X, R> {
    fn of_module<S: DynamicSupervise<Extra = X, Ref = R>>(args: S::Args, link: bool) -> Self {
        let options = options(S::name().map(Registration::Name));
        Self { kind: module_kind::<S>(), setup: module_setup::<S>(args), link, options, handle: PhantomData }
    }

    /// The same start, with another handle as its answer.
    pub(crate) fn answering<H: From<DynamicSupervisorRef<X>>>(self) -> StartDynamicSupervisor<X, H> {
        let Self { kind, setup, link, options, .. } = self;
        StartDynamicSupervisor { kind, setup, link, options, handle: PhantomData }
    }

    /// The name it is registered under, before `init`.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.options = self.options.name(name);
        self
    }

    /// A name through a registry, taken before `init`.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(mut self, via: impl Via) -> Self {
        self.options = self.options.via(via);
        self
    }

    /// Messages it handles before it yields.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.options = self.options.priority(priority);
        self
    }

    /// A description for reports and `process::info`.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.options = self.options.label(label);
        self
    }
}

impl<X, R: From<DynamicSupervisorRef<X>>> IntoFuture for StartDynamicSupervisor<X, R> {
    type Output = Result<R, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { kind, setup, link, options, .. } = self;
        let started = start(kind, setup, link, options);
        Box::pin(async move { started.await.map(|server| R::from(server.into())) })
    }
}

fn module_setup<S: DynamicSupervise>(args: S::Args) -> Setup {
    let init = async move {
        match S::init(args).await {
            Init::Start(spec) => Init::Start(spec.into_settings()),
            Init::Ignore => Init::Ignore,
            Init::Stop(reason) => Init::Stop(reason),
        }
    };
    Setup { init: Box::pin(init) }
}

/// What a dynamic supervisor without a type of its own is.
pub(super) fn plain_kind() -> &'static Kind {
    static PLAIN: Kind = Kind {
        behaviour: "supervisor",
        initial_call: || "otp::supervisor::DynamicSupervisor",
        state_size: std::mem::size_of::<DynamicSupervisorServer>(),
    };
    &PLAIN
}

fn module_kind<S: DynamicSupervise>() -> &'static Kind {
    struct Of<S>(PhantomData<S>);
    impl<S> Of<S> {
        const KIND: &'static Kind = &Kind {
            behaviour: "supervisor",
            initial_call: std::any::type_name::<S>,
            state_size: std::mem::size_of::<DynamicSupervisorServer>(),
        };
    }
    Of::<S>::KIND
}

async fn start(
    kind: &'static Kind,
    setup: Setup,
    link: bool,
    options: ServerOptions,
) -> Result<ServerRef<DynamicSupervisorServer>, StartError> {
    start_as::<DynamicSupervisorServer>(kind, setup, link, options).await.map_err(named)
}

/// Starts a dynamic supervisor as the child of another.
pub(crate) fn child_start(
    kind: &'static Kind,
    setup: Setup,
    slot: Arc<Slot>,
    registration: Option<Registration>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        let supervisor = start(kind, setup, true, options(registration)).await?;
        let pid = supervisor.pid().ok_or(StartError::Failed(ExitReason::NoProc))?;
        slot.set_pid(pid);
        Ok(Started::new(pid))
    })
}
