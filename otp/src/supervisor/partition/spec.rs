//! What a partition supervisor is started with.

use super::super::module::{child_start, start};
use super::super::server::{Setup, SupervisorServer};
use super::super::{Init, Strategy, Supervisor, SupervisorSpec};
use super::handle::PartitionSupervisorRef;
use super::table::{Table, id};
use crate::child::{BoxFuture, Child, ChildId, ChildOptions, ChildSpec, Restart, Shutdown, Started};
use crate::process::core::Kind;
use crate::process::name::Registration;
use crate::process::{Name, Slot, StartError, Via};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The child and the options of a partition supervisor.
///
/// | Option | Default |
/// |---|---|
/// | `partitions` | the number of cores |
/// | `strategy` | [`Strategy::OneForOne`] |
/// | `max_restarts` | 3 |
/// | `max_seconds` | 5 s |
/// | `restart`, `shutdown` of each partition | what its type declares |
/// | `name` | none |
///
/// Follows the options of Elixir's `PartitionSupervisor.start_link/1`. Its `:with_arguments` is the function that
/// [`PartitionSupervisor::of`] takes.
#[must_use = "nothing is supervised until `start_link` is called"]
pub struct PartitionSupervisorSpec<C: Child> {
    args: Arc<dyn Fn(usize) -> C::Args + Send + Sync>,
    partitions: usize,
    /// What all partitions have in common, and no more.
    supervisor: SupervisorSpec,
    restart: Option<Restart>,
    shutdown: Option<Shutdown>,
    registration: Option<Registration>,
}

impl<C: Child> Clone for PartitionSupervisorSpec<C> {
    fn clone(&self) -> Self {
        let Self { partitions, restart, shutdown, .. } = *self;
        let (args, supervisor, registration) = (self.args.clone(), self.supervisor.clone(), self.registration.clone());
        Self { args, partitions, supervisor, restart, shutdown, registration }
    }
}

impl<C: Child> fmt::Debug for PartitionSupervisorSpec<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionSupervisorSpec")
            .field("child", &std::any::type_name::<C>())
            .field("partitions", &self.partitions)
            .field("name", &self.registration)
            .finish_non_exhaustive()
    }
}

impl<C: Child> PartitionSupervisorSpec<C> {
    fn new(args: Arc<dyn Fn(usize) -> C::Args + Send + Sync>) -> Self {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        let supervisor = Supervisor::builder();
        Self { args, partitions, supervisor, restart: None, shutdown: None, registration: None }
    }

    /// How many there are; at least one.
    pub fn partitions(mut self, partitions: usize) -> Self {
        self.partitions = partitions;
        self
    }

    /// Which partitions are restarted together.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.supervisor = self.supervisor.strategy(strategy);
        self
    }

    /// Restarts allowed within the period, of all partitions together.
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.supervisor = self.supervisor.max_restarts(max_restarts);
        self
    }

    /// The period in seconds; at least one.
    pub fn max_seconds(self, seconds: u64) -> Self {
        self.period(Duration::from_secs(seconds))
    }

    /// The period; longer than zero.
    pub fn period(mut self, period: Duration) -> Self {
        self.supervisor = self.supervisor.period(period);
        self
    }

    /// When a partition is restarted, in place of what its type declares. A temporary one that has ended is gone: keys
    /// still lead to where it was.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = Some(restart);
        self
    }

    /// How a partition is shut down, in place of what its type declares.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.shutdown = Some(shutdown.into());
        self
    }

    /// The name it is registered under when it is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.registration = Some(Registration::Name(name.into()));
        self
    }

    /// A name through a registry.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(mut self, via: impl Via) -> Self {
        self.registration = Some(Registration::Via(Arc::new(via)));
        self
    }

    /// Starts it, linked to the process that awaits this. All partitions are running when the answer comes.
    ///
    /// Follows Elixir's `PartitionSupervisor.start_link/1`.
    #[doc(alias = "PartitionSupervisor.start_link")]
    pub fn start_link(self) -> StartPartitionSupervisor<C> {
        StartPartitionSupervisor { spec: self, link: true }
    }

    /// Starts it, not linked to anybody.
    pub fn start(self) -> StartPartitionSupervisor<C> {
        StartPartitionSupervisor { spec: self, link: false }
    }

    /// This supervisor as a child of another, with an id of its own. Where a specification is taken, this one is taken as
    /// it is too; its id is then its name, or `PartitionSupervisor` if it has none.
    pub fn child_spec(self, id: impl Into<ChildId>) -> ChildSpec {
        ChildSpec::of::<PartitionSupervisor<C>>(move || self.clone()).id(id)
    }

    fn partition(&self, number: usize) -> ChildSpec {
        let args = self.args.clone();
        let mut spec = ChildSpec::of::<C>(move || args(number)).id(id(number));
        if let Some(restart) = self.restart {
            spec = spec.restart(restart);
        }
        if let Some(shutdown) = self.shutdown {
            spec = spec.shutdown(shutdown);
        }
        spec
    }

    /// What starts it in this place, and the table of its partitions.
    fn into_setup(self, place: &Arc<Slot>) -> Result<(Setup, Arc<Table>), StartError> {
        if self.partitions == 0 {
            let problem = "partitions is 0: it must be at least 1".to_string();
            return Err(StartError::BadOption { option: "partitions", problem });
        }
        let spec = self.supervisor.clone().children((0..self.partitions).map(|number| self.partition(number)));
        spec.check()?;
        let table = Table::in_place(place, self.partitions);
        let init = Box::pin(std::future::ready(Init::Start(spec)));
        Ok((Setup::new(place.clone(), init), table))
    }
}

impl<C: Child> From<PartitionSupervisorSpec<C>> for ChildSpec {
    fn from(spec: PartitionSupervisorSpec<C>) -> Self {
        let id = match &spec.registration {
            Some(registration) => registration.to_string().into(),
            None => PartitionSupervisor::<C>::child_options().id,
        };
        spec.child_spec(id)
    }
}

/// Supervisors of the same child several times over, started from a [`PartitionSupervisorSpec`].
#[derive(Debug)]
pub struct PartitionSupervisor<C = ()>(PhantomData<fn() -> C>);

impl PartitionSupervisor {
    /// Partitions of type `C`. The function makes the arguments of each from its number, counted from 0; it is called at
    /// every start and restart.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let agents = PartitionSupervisor::of::<Agent<usize>>(|partition| otp::agent::Initial::new(move || partition * 10))
    ///     .partitions(3)
    ///     .start_link()
    ///     .await?;
    /// assert_eq!(agents.partition(2)?.get(|n| *n).await?, 20);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "with_arguments")]
    pub fn of<C: Child>(args: impl Fn(usize) -> C::Args + Send + Sync + 'static) -> PartitionSupervisorSpec<C> {
        PartitionSupervisorSpec::new(Arc::new(args))
    }
}

impl<C: Child> Child for PartitionSupervisor<C> {
    type Args = PartitionSupervisorSpec<C>;
    type Handle = PartitionSupervisorRef<C>;

    fn child_options() -> ChildOptions {
        ChildOptions::supervisor("PartitionSupervisor")
    }

    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
        let registration = args.registration.clone();
        match args.into_setup(&slot) {
            Ok((setup, _)) => child_start(&KIND, setup, slot, registration),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn handle(slot: Arc<Slot>) -> Self::Handle {
        PartitionSupervisorRef::from_slot(slot)
    }
}

static KIND: Kind = Kind {
    behaviour: "supervisor",
    initial_call: || "otp::supervisor::PartitionSupervisor",
    state_size: std::mem::size_of::<SupervisorServer>(),
};

/// A partition supervisor to be started: await it.
///
/// # Errors
/// [`StartError::BadOption`]: there are to be no partitions, or the period is zero. [`StartError::AlreadyStarted`]: the
/// name is taken. [`StartError::Failed`] with
/// `ShutdownWith(`[`FailedToStartChild`](crate::supervisor::FailedToStartChild)`)`: a partition could not be started;
/// those before it have been shut down.
#[must_use = "a supervisor is started when this is awaited"]
#[derive(Debug)]
pub struct StartPartitionSupervisor<C: Child> {
    spec: PartitionSupervisorSpec<C>,
    link: bool,
}

impl<C: Child> StartPartitionSupervisor<C> {
    /// The name it is registered under, before any partition is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.spec = self.spec.name(name);
        self
    }

    /// A name through a registry.
    pub fn via(mut self, via: impl Via) -> Self {
        self.spec = self.spec.via(via);
        self
    }
}

impl<C: Child> IntoFuture for StartPartitionSupervisor<C> {
    type Output = Result<PartitionSupervisorRef<C>, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { spec, link } = self;
        let registration = spec.registration.clone();
        Box::pin(async move {
            let (setup, table) = spec.into_setup(&Slot::new())?;
            let supervisor = start(&KIND, setup, link, registration).await?;
            Ok(PartitionSupervisorRef::of(supervisor, table))
        })
    }
}
