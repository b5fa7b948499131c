//! The handle of a dynamic supervisor.

use super::super::children::ChildCounts;
use super::super::error::TerminateChildError;
use super::children::ChildInfo;
use super::error::StartChildError;
use super::server::{DynamicSupervisorServer, Extra, NewChild, NewProcess, NewSpec, Request};
use crate::child::{Child, ChildOptions, ChildSpec, HasPid};
use crate::gen_server::{CallError, ReplyTo, ServerRef};
use crate::process::core::AnyProcess;
use crate::process::{Name, Pid, Slot, StartError, Target, Via};
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A handle of a dynamic supervisor: cheap to clone; dropping it ends nothing.
///
/// | To start | call | answers |
/// |---|---|---|
/// | a child of a known type | [`start`](Self::start) | its typed handle |
/// | one that is never restarted, from arguments that are used up | [`start_temporary`](Self::start_temporary) | its typed handle |
/// | one that sees the extra arguments | [`start_with`](Self::start_with) | its typed handle |
/// | any, with options of its own | [`start_child`](Self::start_child) | its pid |
///
/// A typed handle of a child stays right when the child is restarted. It leads nowhere when the child is gone, and when
/// the supervisor was restarted by its own, because its children are not.
///
/// What it has of [`ServerRef`] (`pid`, `stop`, `monitor` ..) it has by dereferencing. Its own operations wait without a
/// limit of time for a supervisor that is busy, for example with the `init` of another child: children are started one
/// after another.
#[doc(alias = "DynamicSupervisor")]
pub struct DynamicSupervisorRef<X = ()> {
    server: ServerRef<DynamicSupervisorServer>,
    extra: PhantomData<fn() -> X>,
}

impl<X> Clone for DynamicSupervisorRef<X> {
    fn clone(&self) -> Self {
        self.server.clone().into()
    }
}

impl<X> fmt::Debug for DynamicSupervisorRef<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicSupervisorRef({})", self.server)
    }
}

impl<X> Deref for DynamicSupervisorRef<X> {
    type Target = ServerRef<DynamicSupervisorServer>;
    fn deref(&self) -> &Self::Target {
        &self.server
    }
}

impl<X> HasPid for DynamicSupervisorRef<X> {
    fn process_id(&self) -> Option<Pid> {
        self.server.pid()
    }
}

impl<X> From<ServerRef<DynamicSupervisorServer>> for DynamicSupervisorRef<X> {
    fn from(server: ServerRef<DynamicSupervisorServer>) -> Self {
        Self { server, extra: PhantomData }
    }
}

impl<X> From<&DynamicSupervisorRef<X>> for Target {
    fn from(supervisor: &DynamicSupervisorRef<X>) -> Self {
        (&supervisor.server).into()
    }
}

/// A child that was started from a specification.
#[non_exhaustive]
pub struct StartedChild {
    /// Its process.
    pub pid: Pid,
    /// What its start gave along.
    pub info: Option<Box<dyn Any + Send>>,
}

impl fmt::Debug for StartedChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartedChild").field("pid", &self.pid).field("info", &self.info.is_some()).finish()
    }
}

impl<X> DynamicSupervisorRef<X> {
    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        ServerRef::named(name).into()
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        ServerRef::via(via).into()
    }

    /// The dynamic supervisor with this pid; `None` if it has ended or is none.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        ServerRef::from_pid(pid).map(Into::into)
    }

    /// Whoever another supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        ServerRef::from_slot(slot).into()
    }

    /// Starts a child from a specification. The answer comes when its `init` is done.
    ///
    /// Its id names it in reports, and is not looked at otherwise: any number of children may have the same.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// # #[gen_server] struct Room;
    /// # #[gen_server] impl Room { #[init] fn init(name: &'static str) -> Self { drop(name); Self } }
    /// # #[otp::main] async fn main() -> otp::Result {
    /// let rooms = DynamicSupervisor::builder().start_link().await?;
    /// let spec = Room::child_spec(|| "lobby").restart(Restart::Transient);
    /// let room = rooms.start_child(spec).await?;
    /// rooms.terminate_child(room.pid).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`StartChildError`]; in every case the supervisor has the children it had before.
    ///
    /// Follows Elixir's `DynamicSupervisor.start_child/2`.
    pub async fn start_child(&self, child: impl Into<ChildSpec>) -> Result<StartedChild, StartChildError> {
        self.start_new(Slot::new(), NewSpec::Given(child.into())).await
    }

    /// Starts a child of type `C` with the options it declares, and answers its handle. `args` is called at its start, and
    /// at each restart.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// #[gen_server(restart = transient)]
    /// struct Room { name: String }
    ///
    /// #[gen_server]
    /// impl Room {
    ///     #[init]
    ///     fn init(name: String) -> Self { Self { name } }
    ///     #[call]
    ///     fn name(&self) -> String { self.name.clone() }
    /// }
    ///
    /// # #[otp::main] async fn main() -> otp::Result {
    /// let rooms = DynamicSupervisor::builder().start_link().await?;
    /// let lobby = rooms.start::<Room>(|| "lobby".into()).await?;
    /// assert_eq!(lobby.name().await?, "lobby");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`StartChildError`]; in every case the supervisor has the children it had before.
    #[doc(alias = "start_child")]
    pub async fn start<C: Child>(
        &self,
        args: impl Fn() -> C::Args + Send + Sync + 'static,
    ) -> Result<C::Handle, StartChildError> {
        self.start_typed::<C>(NewSpec::Given(ChildSpec::of::<C>(args))).await
    }

    /// Starts a child of type `C` that is never restarted, whatever it declares: its arguments are used up by its start,
    /// and nothing of them is kept.
    ///
    /// # Errors
    /// See [`StartChildError`]; the arguments are dropped.
    #[doc(alias = "start_child")]
    pub async fn start_temporary<C: Child>(&self, args: C::Args) -> Result<C::Handle, StartChildError> {
        self.start_typed::<C>(NewSpec::Given(ChildSpec::once::<C>(args))).await
    }

    /// As [`start`](Self::start), with arguments made from the extra arguments of the supervisor.
    ///
    /// ```
    /// use otp::prelude::*;
    /// use std::sync::Arc;
    ///
    /// struct Pool { connections: u32 }
    ///
    /// #[gen_server]
    /// struct Session { pool: Arc<Pool>, user: &'static str }
    ///
    /// #[gen_server]
    /// impl Session {
    ///     #[init]
    ///     fn init(pool: Arc<Pool>, user: &'static str) -> Self { Self { pool, user } }
    ///     #[call]
    ///     fn show(&self) -> String { format!("{} of {}", self.user, self.pool.connections) }
    /// }
    ///
    /// # #[otp::main] async fn main() -> otp::Result {
    /// let pool = Arc::new(Pool { connections: 8 });
    /// let sessions = DynamicSupervisor::builder().extra_arguments(pool).start_link().await?;
    /// let session = sessions.start_with::<Session>(|pool| (pool.clone(), "ada")).await?;
    /// assert_eq!(session.show().await?, "ada of 8");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`StartChildError`]; in every case the supervisor has the children it had before.
    ///
    /// Follows Elixir's `:extra_arguments`; where those are put before the arguments of every child, this hands them to
    /// the children that ask for them.
    #[doc(alias = "extra_arguments")]
    pub async fn start_with<C: Child>(
        &self,
        args: impl Fn(&X) -> C::Args + Send + Sync + 'static,
    ) -> Result<C::Handle, StartChildError>
    where
        X: Send + Sync + 'static,
    {
        let make = move |extra: &Extra| {
            let extra = extra.clone().downcast::<X>().ok()?;
            Some(ChildSpec::of::<C>(move || args(&extra)))
        };
        self.start_typed::<C>(NewSpec::FromExtra(Box::new(make), std::any::type_name::<X>())).await
    }

    async fn start_typed<C: Child>(&self, spec: NewSpec) -> Result<C::Handle, StartChildError> {
        let slot = Slot::new();
        self.start_new(slot.clone(), spec).await?;
        Ok(C::handle(slot))
    }

    async fn start_new(&self, slot: Arc<Slot>, spec: NewSpec) -> Result<StartedChild, StartChildError> {
        let make: fn(Box<NewChild>, ReplyTo<_>) -> Request = Request::StartChild;
        self.server.call_with("start_child", Box::new(NewChild { slot, spec }), make).infinity().await?
    }

    /// Starts a temporary child that is no server, without the wait for an `init` and without a place for a handle.
    ///
    /// `make` runs in the supervisor's process: it makes a process that is linked to that one and launches it. `options`
    /// say how it is shut down and what it is called in reports.
    pub(crate) async fn start_process(
        &self,
        options: ChildOptions,
        type_name: &'static str,
        make: impl FnOnce() -> Result<Arc<dyn AnyProcess>, StartError> + Send + 'static,
    ) -> Result<Pid, StartChildError> {
        let child = NewProcess { options, type_name, make: Box::new(make) };
        let make: fn(Box<NewProcess>, ReplyTo<_>) -> Request = Request::StartProcess;
        self.server.call_with("start_child", Box::new(child), make).infinity().await?
    }

    /// Shuts a child down, as its specification says, and forgets it. It is not restarted. A child that is being restarted
    /// is found by the pid that it had last.
    ///
    /// # Errors
    /// There is no such child.
    ///
    /// Follows Elixir's `DynamicSupervisor.terminate_child/2`.
    pub async fn terminate_child(&self, pid: Pid) -> Result<(), TerminateChildError> {
        let make: fn(Pid, ReplyTo<_>) -> Request = Request::TerminateChild;
        self.server.call_with("terminate_child", pid, make).infinity().await?
    }

    /// All children, in no particular order.
    ///
    /// Follows Elixir's `DynamicSupervisor.which_children/1`.
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, CallError> {
        let make: fn((), ReplyTo<_>) -> Request = |(), from| Request::WhichChildren(from);
        self.server.call_with("which_children", (), make).infinity().await
    }

    /// How many children there are: `specs` are all, `active` those that run; the others are being restarted. Takes the
    /// same time for any number of them.
    ///
    /// Follows Elixir's `DynamicSupervisor.count_children/1`.
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        let make: fn((), ReplyTo<_>) -> Request = |(), from| Request::CountChildren(from);
        self.server.call_with("count_children", (), make).infinity().await
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use crate::child::Shutdown;
    use crate::prelude::*;
    use crate::process::spawn::{Plain, launch, prepare};
    use crate::process::{self, ExitReason, core::Kind};

    static KIND: Kind = Kind { behaviour: "task", initial_call: || "a test", state_size: 0 };

    async fn start(
        supervisor: &DynamicSupervisorRef,
        future: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Pid, StartChildError> {
        let options = ChildOptions::worker("task").restart(Restart::Temporary).shutdown(Shutdown::BrutalKill);
        let make = move || {
            let process: Arc<Plain> = prepare(&KIND, &process::options().link())?;
            launch(process.clone(), async move {
                future.await;
                ExitReason::Normal
            });
            Ok(process as Arc<dyn AnyProcess>)
        };
        supervisor.start_process(options, "a test", make).await
    }

    #[tokio::test]
    async fn a_future_is_a_child_without_an_init() {
        let test = process::spawn(async { starts_and_ends_futures().await.expect("nothing fails") });
        assert_eq!(process::wait(test).await, ExitReason::Normal);
    }

    async fn starts_and_ends_futures() -> crate::Result {
        let supervisor = DynamicSupervisor::builder().max_children(1).start_link().await?;
        let forever = start(&supervisor, process::sleep_forever()).await?;
        let info = process::info(forever).expect("it runs");
        assert_eq!(info.ancestors[0], supervisor.pid().expect("it runs"));
        assert_eq!(start(&supervisor, async {}).await, Err(StartChildError::MaxChildren { max: 1 }));
        let children = supervisor.which_children().await?;
        assert_eq!((children.len(), children[0].status.pid(), children[0].type_name), (1, Some(forever), "a test"));

        let monitor = process::monitor(forever);
        supervisor.terminate_child(forever).await?;
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));

        // One that is done is forgotten.
        let done = start(&supervisor, async {}).await?;
        process::wait(done).await;
        while supervisor.count_children().await?.specs > 0 {}
        // Another one is brutally killed with its supervisor.
        let forever = start(&supervisor, process::sleep_forever()).await?;
        let monitor = process::monitor(forever);
        supervisor.stop().await?;
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
        Ok(())
    }
}
