//! The handle of a supervisor.

use super::children::{ChildCounts, ChildInfo};
use super::error::{ChildNotFound, DeleteChildError, RestartChildError, StartChildError, TerminateChildError};
use super::server::{Request, SupervisorServer};
use crate::child::{Child, ChildSpec, HasPid};
use crate::gen_server::{CallError, ReplyTo, ServerRef};
use crate::generic::Address;
use crate::process::{Name, Pid, Slot, Target, Via, table};
use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A handle of a supervisor: cheap to clone; dropping it ends nothing.
///
/// What it has of [`ServerRef`] (`pid`, `stop`, `monitor` ..) it has by dereferencing. Its own operations wait without a
/// limit of time for a supervisor that is busy, for example with the `init` of a child.
#[doc(alias = "Supervisor.supervisor")]
#[derive(Clone)]
pub struct SupervisorRef {
    server: ServerRef<SupervisorServer>,
    /// The supervisor's own slot, when it is known; otherwise it is asked for when it is needed.
    slot: Option<Arc<Slot>>,
}

impl fmt::Debug for SupervisorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SupervisorRef({})", self.server)
    }
}

impl Deref for SupervisorRef {
    type Target = ServerRef<SupervisorServer>;
    fn deref(&self) -> &Self::Target {
        &self.server
    }
}

impl HasPid for SupervisorRef {
    fn process_id(&self) -> Option<Pid> {
        self.server.pid()
    }
}

impl From<ServerRef<SupervisorServer>> for SupervisorRef {
    fn from(server: ServerRef<SupervisorServer>) -> Self {
        Self { server, slot: None }
    }
}

impl From<&SupervisorRef> for Target {
    fn from(supervisor: &SupervisorRef) -> Self {
        (&supervisor.server).into()
    }
}

/// A child that was started or restarted.
#[non_exhaustive]
pub struct StartedChild {
    /// Its process; `None` if its `init` answered ignore.
    pub pid: Option<Pid>,
    /// What its start gave along.
    pub info: Option<Box<dyn Any + Send>>,
}

impl fmt::Debug for StartedChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartedChild").field("pid", &self.pid).field("info", &self.info.is_some()).finish()
    }
}

impl SupervisorRef {
    pub(crate) fn of(server: ServerRef<SupervisorServer>, slot: Arc<Slot>) -> Self {
        Self { server, slot: Some(slot) }
    }

    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        ServerRef::named(name).into()
    }

    /// Whoever a registry names, at each use.
    pub fn via(via: impl Via) -> Self {
        ServerRef::via(via).into()
    }

    /// The supervisor with this pid; `None` if it has ended or is none.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        ServerRef::from_pid(pid).map(Into::into)
    }

    /// Whoever another supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        Self { server: ServerRef::new(Address::Slot(slot.clone())), slot: Some(slot) }
    }

    /// The supervisor's place. For expansions.
    #[doc(hidden)]
    pub fn slot(&self) -> Arc<Slot> {
        if let Some(slot) = &self.slot {
            return slot.clone();
        }
        let process = self.server.pid().and_then(table::get);
        let slot = process
            .and_then(|process| process.core().shared.lock().extra.as_ref().and_then(|extra| extra.slot.clone()));
        slot.unwrap_or_default()
    }

    /// A typed handle of the child with this id, which stays right when the child, or this supervisor under its own, is
    /// restarted. An id that no child has leads nowhere: a call fails with `noproc`.
    pub fn child<C: Child>(&self, id: &str) -> C::Handle {
        C::handle(self.slot().child(id))
    }

    /// Adds a child and starts it, after all others. The answer comes when its `init` is done.
    ///
    /// An `init` that answers ignore is no error: the child is there without a process (a temporary one is forgotten).
    ///
    /// # Errors
    /// See [`StartChildError`]; in every case the supervisor is as it was.
    ///
    /// Follows Elixir's `Supervisor.start_child/2`.
    pub async fn start_child(&self, child: impl Into<ChildSpec>) -> Result<StartedChild, StartChildError> {
        let make: fn(ChildSpec, ReplyTo<_>) -> Request = Request::StartChild;
        self.server.call_with("start_child", child.into(), make).infinity().await?
    }

    /// Starts a stopped child again, by its specification. Does not count as a restart.
    ///
    /// # Errors
    /// See [`RestartChildError`].
    ///
    /// Follows Elixir's `Supervisor.restart_child/2`.
    pub async fn restart_child(&self, id: impl Into<String>) -> Result<StartedChild, RestartChildError> {
        let make: fn(String, ReplyTo<_>) -> Request = Request::RestartChild;
        self.server.call_with("restart_child", id.into(), make).infinity().await?
    }

    /// Shuts a child down, as its specification says. It is not restarted; its specification stays, but that of a
    /// temporary child is forgotten. A child that does not run is left alone.
    ///
    /// # Errors
    /// There is no such child.
    ///
    /// Follows Elixir's `Supervisor.terminate_child/2`.
    pub async fn terminate_child(&self, id: impl Into<String>) -> Result<(), TerminateChildError> {
        let make: fn(String, ReplyTo<_>) -> Request = Request::TerminateChild;
        self.server.call_with("terminate_child", id.into(), make).infinity().await?
    }

    /// Forgets the specification of a child that does not run.
    ///
    /// # Errors
    /// See [`DeleteChildError`].
    ///
    /// Follows Elixir's `Supervisor.delete_child/2`.
    pub async fn delete_child(&self, id: impl Into<String>) -> Result<(), DeleteChildError> {
        let make: fn(String, ReplyTo<_>) -> Request = Request::DeleteChild;
        self.server.call_with("delete_child", id.into(), make).infinity().await?
    }

    /// All children, the most recently added first.
    ///
    /// Follows Elixir's `Supervisor.which_children/1`.
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, CallError> {
        let make: fn((), ReplyTo<_>) -> Request = |(), from| Request::WhichChildren(from);
        self.server.call_with("which_children", (), make).infinity().await
    }

    /// How many children there are.
    ///
    /// Follows Elixir's `Supervisor.count_children/1`.
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        let make: fn((), ReplyTo<_>) -> Request = |(), from| Request::CountChildren(from);
        self.server.call_with("count_children", (), make).infinity().await
    }

    /// One child.
    ///
    /// # Errors
    /// There is no such child.
    ///
    /// Follows OTP's `supervisor:which_child/2`.
    #[doc(alias = "which_child")]
    pub async fn get_child(&self, id: impl Into<String>) -> Result<ChildInfo, ChildNotFound> {
        let make: fn(String, ReplyTo<_>) -> Request = Request::GetChild;
        self.server.call_with("get_child", id.into(), make).infinity().await?
    }

    /// The specification of one child, with the defaults filled in.
    ///
    /// # Errors
    /// There is no such child.
    ///
    /// Follows OTP's `supervisor:get_childspec/2`.
    #[doc(alias = "get_childspec")]
    pub async fn get_child_spec(&self, id: impl Into<String>) -> Result<ChildSpec, ChildNotFound> {
        let make: fn(String, ReplyTo<_>) -> Request = Request::GetChildSpec;
        self.server.call_with("get_child_spec", id.into(), make).infinity().await?
    }
}
