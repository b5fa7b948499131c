//! Setting a consumer supervisor up, and its handle.

use super::error::{StartEventChildError, TerminateEventChildError};
use super::module::StartConsumerSupervisor;
use super::server::{EventChildInfo, EventSupervisor, Request, Settings};
use super::template::EventChild;
use crate::child::{Child, ChildOptions, ChildSpec, HasPid, Started};
use crate::gen_server::CallError;
use crate::gen_stage::expand::DeclaredSubscriptions;
use crate::gen_stage::message::Message;
use crate::gen_stage::{BadDemand, Feeds, IntoSubscribeTo, Stage, StageHandle, StageRef, Subscribe, SubscribeTo};
use crate::generic::{ReplyTo, Stop};
use crate::process::{Dest, Pid, Slot, StartError, Target};
use crate::supervisor::ChildCounts;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A consumer supervisor to be started: see the [module](super).
///
/// | Option | Default |
/// |---|---|
/// | [`max_restarts`](Self::max_restarts) in [`max_seconds`](Self::max_seconds) | 3 in 5; only restarts of transient children count |
/// | [`subscribe_to`](Self::subscribe_to) | nobody |
///
/// Follows Elixir's `ConsumerSupervisor`, started in place.
#[doc(alias = "ConsumerSupervisor.start_link")]
#[doc(alias = "ConsumerSupervisor.init")]
#[must_use = "a supervisor has an effect when it is started"]
pub struct ConsumerSupervisor<E: Send + 'static>(pub(super) Settings<E>);

impl<E: Send + 'static> fmt::Debug for ConsumerSupervisor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: Send + 'static> ConsumerSupervisor<E> {
    /// With this template for the children.
    pub fn new(child: EventChild<E>) -> Self {
        let period = Duration::from_secs(5);
        Self(Settings { template: child, max_restarts: 3, period, subscribe_to: Vec::new(), bad: None })
    }

    /// So many restarts in `max_seconds`, and it ends with `Shutdown` at the next.
    pub fn max_restarts(mut self, max: u32) -> Self {
        self.0.max_restarts = max;
        self
    }

    /// The time in which restarts are counted.
    pub fn max_seconds(mut self, seconds: u64) -> Self {
        self.0.period = Duration::from_secs(seconds);
        self
    }

    /// Subscribes to a producer, before the start returns. With a demand that cannot be the start fails.
    pub fn subscribe_to<T: IntoSubscribeTo<Producer: Feeds<EventSupervisor<E>>>>(mut self, to: T) -> Self {
        let to: SubscribeTo<T::Producer> = to.into_subscribe_to();
        match to.options() {
            Ok(_) => self.0.subscribe_to.push(Box::new(to)),
            Err(error) => self.0.bad = Some(error),
        }
        self
    }

    /// Starts it, linked to the process that awaits this.
    pub fn start_link(self) -> StartConsumerSupervisor<E> {
        StartConsumerSupervisor::in_place(self, true)
    }

    /// Starts it, not linked to anybody.
    pub fn start(self) -> StartConsumerSupervisor<E> {
        StartConsumerSupervisor::in_place(self, false)
    }

    /// As a child of a supervisor: `make` is called at each start.
    pub fn child_spec(make: impl Fn() -> Self + Send + Sync + 'static) -> ChildSpec {
        ChildSpec::of::<Self>(make)
    }
}

impl<E: Send + 'static> Child for ConsumerSupervisor<E> {
    type Args = Self;
    type Handle = ConsumerSupervisorRef<E>;

    fn child_options() -> ChildOptions {
        ChildOptions::supervisor("ConsumerSupervisor")
    }

    fn start_child(args: Self, slot: Arc<Slot>) -> crate::child::BoxFuture<'static, Result<Started, StartError>> {
        args.start_wired(DeclaredSubscriptions::default(), EventSupervisor::<E>::options(), slot)
    }

    fn handle(slot: Arc<Slot>) -> ConsumerSupervisorRef<E> {
        ConsumerSupervisorRef(StageRef::from_slot(slot))
    }
}

/// The handle of a [`ConsumerSupervisor`]: cheap to clone.
pub struct ConsumerSupervisorRef<E: Send + 'static>(StageRef<EventSupervisor<E>>);

impl<E: Send + 'static> Clone for ConsumerSupervisorRef<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Send + 'static> fmt::Debug for ConsumerSupervisorRef<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsumerSupervisor({})", self.0)
    }
}

impl<E: Send + 'static> StageHandle for ConsumerSupervisorRef<E> {
    type Stage = EventSupervisor<E>;
    fn stage(&self) -> &StageRef<EventSupervisor<E>> {
        &self.0
    }
}

impl<E: Send + 'static> From<StageRef<EventSupervisor<E>>> for ConsumerSupervisorRef<E> {
    fn from(stage: StageRef<EventSupervisor<E>>) -> Self {
        Self(stage)
    }
}

impl<E: Send + 'static> HasPid for ConsumerSupervisorRef<E> {
    fn process_id(&self) -> Option<Pid> {
        self.pid()
    }
}

impl<E: Send + 'static> From<&ConsumerSupervisorRef<E>> for Target {
    fn from(supervisor: &ConsumerSupervisorRef<E>) -> Self {
        (&supervisor.0).into()
    }
}

impl<E: Send + 'static> From<&ConsumerSupervisorRef<E>> for Dest {
    fn from(supervisor: &ConsumerSupervisorRef<E>) -> Self {
        (&supervisor.0).into()
    }
}

impl<E: Send + 'static> ConsumerSupervisorRef<E> {
    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<crate::process::Name>) -> Self {
        Self(StageRef::named(name))
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl crate::process::Via) -> Self {
        Self(StageRef::via(via))
    }

    /// The consumer supervisor with this pid; `None` if it has ended or is something else.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        StageRef::from_pid(pid).map(Self)
    }

    /// Whoever a supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        Self(StageRef::from_slot(slot))
    }

    /// The pid of whoever is reached now.
    pub fn pid(&self) -> Option<Pid> {
        self.0.pid()
    }

    /// Whether somebody is there who is alive.
    pub fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// Stops it: its children are shut down first, all at the same time.
    pub fn stop(&self) -> Stop<'_, Message<EventSupervisor<E>>> {
        self.0.stop()
    }

    /// Starts a child for an event of nobody's. It takes no place of a subscription.
    ///
    /// # Errors
    /// Its start failed, panicked or answered ignore; or the supervisor is gone.
    ///
    /// Follows Elixir's `ConsumerSupervisor.start_child/2`.
    #[doc(alias = "ConsumerSupervisor.start_child")]
    pub async fn start_child(&self, event: E) -> Result<Pid, StartEventChildError> {
        let make: fn(E, ReplyTo<_>) -> Request<E> = Request::StartChild;
        Ok(self.0.call_with("start_child", event, make).infinity().await??)
    }

    /// Shuts a child down. Its place is free then.
    ///
    /// # Errors
    /// There is no such child, or the supervisor is gone.
    ///
    /// Follows Elixir's `ConsumerSupervisor.terminate_child/2`.
    #[doc(alias = "ConsumerSupervisor.terminate_child")]
    pub async fn terminate_child(&self, pid: Pid) -> Result<(), TerminateEventChildError> {
        let make: fn(Pid, ReplyTo<_>) -> Request<E> = Request::TerminateChild;
        match self.0.call_with("terminate_child", pid, make).infinity().await? {
            true => Ok(()),
            false => Err(TerminateEventChildError::NotFound),
        }
    }

    /// All children, in no order.
    ///
    /// Follows Elixir's `ConsumerSupervisor.which_children/1`.
    #[doc(alias = "ConsumerSupervisor.which_children")]
    pub async fn which_children(&self) -> Result<Vec<EventChildInfo>, CallError> {
        self.0.call(Request::WhichChildren).infinity().await
    }

    /// How many children there are; there is one specification, the template.
    ///
    /// Follows Elixir's `ConsumerSupervisor.count_children/1`.
    #[doc(alias = "ConsumerSupervisor.count_children")]
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        self.0.call(Request::CountChildren).infinity().await
    }

    /// Subscribes to a producer: see [`StageRef::sync_subscribe`].
    pub fn sync_subscribe<T: IntoSubscribeTo<Producer: Feeds<EventSupervisor<E>>>>(
        &self,
        to: T,
    ) -> Subscribe<'_, EventSupervisor<E>> {
        self.0.sync_subscribe(to)
    }

    /// As [`ConsumerSupervisorRef::sync_subscribe`], without waiting.
    ///
    /// # Errors
    /// The demand is one that cannot be.
    pub fn async_subscribe<T: IntoSubscribeTo<Producer: Feeds<EventSupervisor<E>>>>(
        &self,
        to: T,
    ) -> Result<(), BadDemand> {
        self.0.async_subscribe(to)
    }
}
