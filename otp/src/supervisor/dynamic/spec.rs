//! What a dynamic supervisor is started with.

use super::handle::DynamicSupervisorRef;
use super::module::{StartDynamicSupervisor, child_start, plain_kind};
use super::server::{Extra, Setup};
use crate::child::{BoxFuture, Child, ChildId, ChildKind, ChildOptions, ChildSpec, Started};
use crate::process::name::Registration;
use crate::process::{Name, Slot, StartError, Via};
use crate::supervisor::Init;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Options of a dynamic supervisor.
///
/// | Option | Default |
/// |---|---|
/// | `max_children` | no limit |
/// | `max_restarts` | 3 |
/// | `max_seconds` | 5 s |
/// | `extra_arguments` | none |
/// | `name` | none |
///
/// Its strategy is always one-for-one. More than `max_restarts` restarts within `max_seconds`, of all children together,
/// end the supervisor with `shutdown`; a failed try counts too.
///
/// `X` is the type of the extra arguments; `()` if there are none.
///
/// Follows Elixir's `DynamicSupervisor.init/1`.
#[doc(alias = "DynamicSupervisor.init")]
#[must_use = "nothing is supervised until `start_link` is called"]
pub struct DynamicSupervisorSpec<X = ()> {
    max_restarts: u32,
    period: Duration,
    max_children: usize,
    extra: Arc<X>,
    pub(super) registration: Option<Registration>,
}

/// As the supervisor's process gets it: without the type of the extra arguments, and without the name, which is taken
/// before the process runs.
pub(crate) struct Settings {
    pub(crate) max_restarts: u32,
    pub(crate) period: Duration,
    pub(crate) max_children: usize,
    pub(crate) extra: Extra,
}

impl<X> Clone for DynamicSupervisorSpec<X> {
    fn clone(&self) -> Self {
        let Self { max_restarts, period, max_children, .. } = *self;
        let (extra, registration) = (self.extra.clone(), self.registration.clone());
        Self { max_restarts, period, max_children, extra, registration }
    }
}

impl<X> fmt::Debug for DynamicSupervisorSpec<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSupervisorSpec")
            .field("max_restarts", &self.max_restarts)
            .field("period", &self.period)
            .field("max_children", &self.max_children)
            .field("name", &self.registration)
            .finish_non_exhaustive()
    }
}

impl Default for DynamicSupervisorSpec {
    fn default() -> Self {
        Self {
            max_restarts: 3,
            period: Duration::from_secs(5),
            max_children: usize::MAX,
            extra: Arc::new(()),
            registration: None,
        }
    }
}

impl<X> DynamicSupervisorSpec<X> {
    /// The most children there may be, running or being restarted. Zero: none can be started.
    pub fn max_children(mut self, max_children: usize) -> Self {
        self.max_children = max_children;
        self
    }

    /// Restarts allowed within the period. Zero: the first end that would cause a restart ends the supervisor.
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.max_restarts = max_restarts;
        self
    }

    /// The period in seconds; at least one.
    pub fn max_seconds(self, seconds: u64) -> Self {
        self.period(Duration::from_secs(seconds))
    }

    /// The period; longer than zero.
    pub fn period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// The name it is registered under when it is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.registration = Some(Registration::Name(name.into()));
        self
    }

    /// A name through a registry.
    pub fn via(mut self, via: impl Via) -> Self {
        self.registration = Some(Registration::Via(Arc::new(via)));
        self
    }

    /// What every start can see that asks for it: see [`DynamicSupervisorRef::start_with`]. It is made once and shared.
    ///
    /// Follows Elixir's `:extra_arguments`, which are put before the arguments of each child.
    pub fn extra_arguments<Y: Send + Sync + 'static>(self, extra: Y) -> DynamicSupervisorSpec<Y> {
        let Self { max_restarts, period, max_children, registration, .. } = self;
        DynamicSupervisorSpec { max_restarts, period, max_children, extra: Arc::new(extra), registration }
    }
}

impl<X: Send + Sync + 'static> DynamicSupervisorSpec<X> {
    /// Starts it, linked to the process that awaits this.
    pub fn start_link(self) -> StartDynamicSupervisor<X> {
        StartDynamicSupervisor::of_spec(self, true)
    }

    /// Starts it, not linked to anybody.
    pub fn start(self) -> StartDynamicSupervisor<X> {
        StartDynamicSupervisor::of_spec(self, false)
    }

    /// This supervisor as a child of another, with an id of its own. Where a specification is taken, this one is taken as
    /// it is too; its id is then its name, or `DynamicSupervisor` if it has none.
    pub fn child_spec(self, id: impl Into<ChildId>) -> ChildSpec {
        ChildSpec::of::<DynamicSupervisor<X>>(move || self.clone()).id(id)
    }

    pub(super) fn into_settings(self) -> Settings {
        let Self { max_restarts, period, max_children, extra, .. } = self;
        Settings { max_restarts, period, max_children, extra }
    }

    pub(super) fn into_setup(self) -> Setup {
        let settings = self.into_settings();
        Setup { init: Box::pin(std::future::ready(Init::Start(settings))) }
    }
}

impl<X: Send + Sync + 'static> From<DynamicSupervisorSpec<X>> for ChildSpec {
    fn from(spec: DynamicSupervisorSpec<X>) -> Self {
        let id = match &spec.registration {
            Some(registration) => registration.to_string().into(),
            None => DynamicSupervisor::<X>::child_options().id,
        };
        spec.child_spec(id)
    }
}

impl<X> From<DynamicSupervisorSpec<X>> for Init<DynamicSupervisorSpec<X>> {
    fn from(spec: DynamicSupervisorSpec<X>) -> Self {
        Self::Start(spec)
    }
}

/// Dynamic supervisors without a type of their own: started from a [`DynamicSupervisorSpec`].
///
/// As a child of another supervisor it takes such a specification as its argument: also in a field of `#[supervisor]`,
/// whose accessor then answers a [`DynamicSupervisorRef`].
///
/// ```
/// use otp::prelude::*;
///
/// #[supervisor]
/// struct App {
///     #[child(args = DynamicSupervisor::builder().max_children(100))]
///     rooms: DynamicSupervisor,
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let app = App::start_link().await?;
/// assert_eq!(app.rooms().count_children().await?.active, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DynamicSupervisor<X = ()>(PhantomData<fn() -> X>);

impl DynamicSupervisor {
    /// A specification with the default options.
    pub fn builder() -> DynamicSupervisorSpec {
        DynamicSupervisorSpec::default()
    }

    /// Starts a dynamic supervisor, linked to the process that awaits this.
    ///
    /// Follows Elixir's `DynamicSupervisor.start_link/1`.
    pub fn start_link<X: Send + Sync + 'static>(spec: DynamicSupervisorSpec<X>) -> StartDynamicSupervisor<X> {
        spec.start_link()
    }

    /// Starts a dynamic supervisor, not linked to anybody.
    pub fn start<X: Send + Sync + 'static>(spec: DynamicSupervisorSpec<X>) -> StartDynamicSupervisor<X> {
        spec.start()
    }
}

impl<X: Send + Sync + 'static> Child for DynamicSupervisor<X> {
    type Args = DynamicSupervisorSpec<X>;
    type Handle = DynamicSupervisorRef<X>;

    fn child_options() -> ChildOptions {
        ChildOptions::supervisor("DynamicSupervisor").kind(ChildKind::Supervisor)
    }

    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
        let registration = args.registration.clone();
        child_start(plain_kind(), args.into_setup(), slot, registration)
    }

    fn handle(slot: Arc<Slot>) -> Self::Handle {
        DynamicSupervisorRef::from_slot(slot)
    }
}
