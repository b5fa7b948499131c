//! Consumer supervisors with a type of their own, and how every consumer supervisor is started.

use super::handle::{ConsumerSupervisor, ConsumerSupervisorRef};
use super::server::{EventSupervisor, Setup};
use crate::child::{BoxFuture, Started};
use crate::gen_server::{ServerOptions, child_start_as, start_as};
use crate::gen_stage::expand::DeclaredSubscriptions;
use crate::gen_stage::server::StageArgs;
use crate::gen_stage::{StageRef, Staged};
use crate::process::core::Kind;
use crate::process::{ExitReason, Name, Slot, StartError, Via};
use crate::supervisor::Init;
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// A consumer supervisor whose template and options are computed when it starts, and at each restart.
/// `#[consumer_supervisor]` writes it.
///
/// ```
/// use otp::gen_stage::{self, Cancel, ConsumerSupervise, ConsumerSupervisor, ConsumerSupervisorRef, EventChild, StageRef};
/// use otp::prelude::*;
/// use otp::{process, supervisor};
///
/// struct Printers;
///
/// impl ConsumerSupervise for Printers {
///     type Args = Pid;
///     type Event = u64;
///     type Ref = ConsumerSupervisorRef<u64>;
///
///     async fn init(to: Pid) -> supervisor::Init<ConsumerSupervisor<u64>> {
///         let print = move |n: u64| async move {
///             let _ = process::send(to, n);
///         };
///         ConsumerSupervisor::new(EventChild::task(print)).max_restarts(10).into()
///     }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// use otp::gen_stage::consumer_supervisor::start_link_module;
///
/// let printers = start_link_module::<Printers>(process::self_pid()).await?;
/// let numbers = gen_stage::from_iter(1..=3).await?;
/// printers.sync_subscribe(numbers.subscription().max_demand(2).cancel(Cancel::Transient)).await?;
/// let sum = process::receive::<u64>().await + process::receive::<u64>().await + process::receive::<u64>().await;
/// assert_eq!(sum, 6);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `use ConsumerSupervisor`.
#[doc(alias = "use ConsumerSupervisor")]
pub trait ConsumerSupervise: Sized + Send + 'static {
    /// What `init` takes.
    type Args: Send + 'static;
    /// What it is given children for.
    type Event: Send + 'static;
    /// The handle that start answers; written by hand it is [`ConsumerSupervisorRef`].
    type Ref: From<ConsumerSupervisorRef<Self::Event>> + Clone + Send + Sync + 'static;

    /// The name that every start registers, unless it is given another.
    fn name() -> Option<Name> {
        None
    }

    /// Answers the template, the options and whom to subscribe to, in the new process.
    #[doc(alias = "ConsumerSupervisor.init")]
    fn init(args: Self::Args) -> impl Future<Output = Init<ConsumerSupervisor<Self::Event>>> + Send;
}

/// What the `#[init]` of a consumer supervisor may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a consumer supervisor's `#[init]` may return",
    label = "expected `ConsumerSupervisor`, `supervisor::Init` of it or a `Result` of one"
)]
pub trait IntoConsumerInit {
    /// What children are started for.
    type Event: Send + 'static;
    /// The answer.
    fn into_consumer_init(self) -> Init<ConsumerSupervisor<Self::Event>>;
}

impl<E: Send + 'static> IntoConsumerInit for ConsumerSupervisor<E> {
    type Event = E;
    fn into_consumer_init(self) -> Init<Self> {
        Init::Start(self)
    }
}

impl<E: Send + 'static> IntoConsumerInit for Init<ConsumerSupervisor<E>> {
    type Event = E;
    fn into_consumer_init(self) -> Self {
        self
    }
}

impl<I: IntoConsumerInit, X: Into<Box<dyn Error + Send + Sync>>> IntoConsumerInit for Result<I, X> {
    type Event = I::Event;
    fn into_consumer_init(self) -> Init<ConsumerSupervisor<I::Event>> {
        match self {
            Ok(init) => init.into_consumer_init(),
            Err(error) => Init::Stop(ExitReason::error(error)),
        }
    }
}

impl<E: Send + 'static> From<ConsumerSupervisor<E>> for Init<ConsumerSupervisor<E>> {
    fn from(supervisor: ConsumerSupervisor<E>) -> Self {
        Self::Start(supervisor)
    }
}

/// Starts a module-based consumer supervisor, linked to the process that awaits this.
///
/// Follows Elixir's `ConsumerSupervisor.start_link/3`.
pub fn start_link_module<S: ConsumerSupervise>(args: S::Args) -> StartConsumerSupervisor<S::Event, S::Ref> {
    StartConsumerSupervisor::of_module::<S>(args, true)
}

/// As [`start_link_module`], not linked to anybody.
pub fn start_module<S: ConsumerSupervise>(args: S::Args) -> StartConsumerSupervisor<S::Event, S::Ref> {
    StartConsumerSupervisor::of_module::<S>(args, false)
}

/// Starts a module-based consumer supervisor as the child of another. For expansions and hand-written
/// [`Child`](crate::child::Child) implementations.
pub fn child_start_module<S: ConsumerSupervise>(
    args: S::Args,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    stage_start_module::<S>(args, DeclaredSubscriptions::default(), module_options::<S>(), slot)
}

/// The options of every start.
#[doc(hidden)]
pub fn module_options<S: ConsumerSupervise>() -> ServerOptions {
    let options = ServerOptions::new().trap_exit(true);
    match S::name() {
        Some(name) => options.name(name),
        None => options,
    }
}

/// As [`child_start_module`], as a stage of a pipeline.
#[doc(hidden)]
pub fn stage_start_module<S: ConsumerSupervise>(
    args: S::Args,
    subscriptions: DeclaredSubscriptions<EventSupervisor<S::Event>>,
    options: ServerOptions,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    let args = StageArgs { args: module_setup::<S>(args), subscriptions };
    child_start_as::<Staged<EventSupervisor<S::Event>>>(Some(module_kind::<S>()), args, options, slot)
}

fn module_setup<S: ConsumerSupervise>(args: S::Args) -> Setup<S::Event> {
    let init = async move {
        match S::init(args).await {
            Init::Start(supervisor) => Init::Start(supervisor.0),
            Init::Ignore => Init::Ignore,
            Init::Stop(reason) => Init::Stop(reason),
        }
    };
    Setup { init: Box::pin(init) }
}

/// What a consumer supervisor without a type of its own is.
fn plain_kind<E: Send + 'static>() -> &'static Kind {
    struct Of<E>(PhantomData<E>);
    impl<E: Send + 'static> Of<E> {
        const KIND: &'static Kind = &Kind {
            behaviour: "supervisor",
            initial_call: || "otp::gen_stage::ConsumerSupervisor",
            state_size: std::mem::size_of::<Staged<EventSupervisor<E>>>(),
        };
    }
    Of::<E>::KIND
}

fn module_kind<S: ConsumerSupervise>() -> &'static Kind {
    struct Of<S>(PhantomData<S>);
    impl<S: ConsumerSupervise> Of<S> {
        const KIND: &'static Kind = &Kind {
            behaviour: "supervisor",
            initial_call: std::any::type_name::<S>,
            state_size: std::mem::size_of::<Staged<EventSupervisor<S::Event>>>(),
        };
    }
    Of::<S>::KIND
}

impl<E: Send + 'static> ConsumerSupervisor<E> {
    /// As a child, of which others may say whom it subscribes to.
    pub(crate) fn start_wired(
        self,
        subscriptions: DeclaredSubscriptions<EventSupervisor<E>>,
        options: ServerOptions,
        slot: Arc<Slot>,
    ) -> BoxFuture<'static, Result<Started, StartError>> {
        let args = StageArgs { args: Setup::of(self.0), subscriptions };
        child_start_as::<Staged<EventSupervisor<E>>>(Some(plain_kind::<E>()), args, options, slot)
    }
}

/// A consumer supervisor to be started: await it.
///
/// # Errors
/// [`StartError::AlreadyStarted`]: the name is taken. [`StartError::Failed`]: a demand that cannot be, or a producer that
/// is not there. And what the `init` of a module-based one answers.
#[must_use = "a supervisor is started when this is awaited"]
pub struct StartConsumerSupervisor<E: Send + 'static, R = ConsumerSupervisorRef<E>> {
    kind: &'static Kind,
    setup: Setup<E>,
    link: bool,
    options: ServerOptions,
    handle: PhantomData<fn() -> R>,
}

impl<E: Send + 'static, R> fmt::Debug for StartConsumerSupervisor<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartConsumerSupervisor")
            .field("link", &self.link)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<E: Send + 'static> StartConsumerSupervisor<E> {
    pub(super) fn in_place(supervisor: ConsumerSupervisor<E>, link: bool) -> Self {
        let options = ServerOptions::new().trap_exit(true);
        Self { kind: plain_kind::<E>(), setup: Setup::of(supervisor.0), link, options, handle: PhantomData }
    }
}

impl<E: Send + 'static, R> StartConsumerSupervisor<E, R> {
    fn of_module<S: ConsumerSupervise<Event = E, Ref = R>>(args: S::Args, link: bool) -> Self {
        let (setup, options) = (module_setup::<S>(args), module_options::<S>());
        Self { kind: module_kind::<S>(), setup, link, options, handle: PhantomData }
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

    /// Replaces all options of its process. It always traps exits.
    pub fn options(mut self, options: ServerOptions) -> Self {
        self.options = options.trap_exit(true);
        self
    }
}

impl<E: Send + 'static, R: From<ConsumerSupervisorRef<E>>> IntoFuture for StartConsumerSupervisor<E, R> {
    type Output = Result<R, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { kind, setup, link, options, .. } = self;
        Box::pin(async move {
            let server = start_as::<Staged<EventSupervisor<E>>>(kind, StageArgs::new(setup), link, options).await?;
            Ok(R::from(ConsumerSupervisorRef::from(StageRef::from(server))))
        })
    }
}
