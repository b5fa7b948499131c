//! The agent's process: a server whose requests bring their own code.

use super::handle::AgentRef;
use crate::child::{BoxFuture, Child, ChildOptions, ChildSpec, Started};
use crate::gen_server::expand::handled_now;
use crate::gen_server::{Described, GenServer, Init, Next, NoContinue, ReplyTo, ServerRef, Start, StartMonitor};
use crate::process::{Pid, Slot, StartError};
use std::fmt;
use std::sync::Arc;

/// An agent with a state of type `T`: a process, reached through an [`AgentRef`].
///
/// ```
/// use otp::prelude::*;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let tree = supervision_tree! {
///     Agent::child_spec(|| 0_u32) { id: "counter", restart: transient },
/// };
/// let supervisor = Supervisor::start_link(tree).await?;
/// let counter = supervisor.child::<Agent<u32>>("counter");
/// counter.update(|n| *n += 1).await?;
/// assert_eq!(counter.get(|n| *n).await?, 1);
/// # Ok(())
/// # }
/// ```
///
/// Where `T` is a `&'static str`, or names one, rustc does not see that a future with a handle in it is `Send`
/// (rust-lang/rust#110338): own the text, or give the state a type of its own.
#[derive(Clone, Debug)]
pub struct Agent<T> {
    state: T,
}

/// The function that makes an agent's first state.
pub struct Initial<T>(Box<dyn FnOnce() -> T + Send>);

impl<T> Initial<T> {
    /// Runs in the agent's process when it starts.
    pub fn new(f: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Box::new(f))
    }
}

impl<T> fmt::Debug for Initial<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Initial(..)")
    }
}

type Work<T> = Box<dyn FnOnce(&mut T) + Send>;

/// What an agent is asked. Made by the methods of [`AgentRef`].
pub struct Request<T> {
    /// The operation, for reports.
    name: &'static str,
    /// Who waits for an answer, which the work gives.
    caller: Option<Caller>,
    work: Work<T>,
}

/// Who called; no process if it is none.
struct Caller(Option<Pid>);

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({})", self.name)
    }
}

impl<T: 'static> Request<T> {
    pub(super) fn call<R: Send + 'static>(
        name: &'static str,
        from: ReplyTo<R>,
        f: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Self {
        let caller = Some(Caller(from.pid()));
        // If it panics, the handle is dropped, and the caller learns why the agent ended.
        Self { name, caller, work: Box::new(move |state| from.reply(f(state))) }
    }

    pub(super) fn cast(f: impl FnOnce(&mut T) + Send + 'static) -> Self {
        Self { name: "cast", caller: None, work: Box::new(f) }
    }
}

impl<T: Send + 'static> GenServer for Agent<T> {
    type Args = Initial<T>;
    type Request = Request<T>;
    type Continue = NoContinue;
    type Ref = AgentRef<T>;

    async fn init(initial: Initial<T>) -> Init<Self> {
        Init::ok(Self { state: (initial.0)() })
    }

    fn handle_now(&mut self, request: Request<T>) -> Result<Next, Request<T>> {
        (request.work)(&mut self.state);
        Ok(Next::noreply())
    }

    async fn handle(&mut self, request: Request<T>) -> Next {
        handled_now(self.handle_now(request))
    }

    fn describe(request: &Request<T>) -> Described {
        Described {
            name: request.name,
            call: request.caller.is_some(),
            from: request.caller.as_ref().and_then(|caller| caller.0).unwrap_or(Pid::NOBODY),
        }
    }
}

impl<T: Send + 'static> Agent<T> {
    /// Starts an agent, linked to the process that awaits this, with the state that the function answers. It runs in the
    /// agent's process; the start returns after it.
    ///
    /// # Errors
    /// The name is taken: the function is not run. It panicked: [`StartError::Failed`], and nothing is left.
    ///
    /// Follows Elixir's `Agent.start_link/2`.
    #[doc(alias = "Agent.start_link")]
    pub fn start_link(initial: impl FnOnce() -> T + Send + 'static) -> Start<Self> {
        <Self as GenServer>::start_link(Initial::new(initial))
    }

    /// As [`start_link`](Self::start_link), not linked to anybody.
    ///
    /// Follows Elixir's `Agent.start/2`.
    #[doc(alias = "Agent.start")]
    pub fn start(initial: impl FnOnce() -> T + Send + 'static) -> Start<Self> {
        <Self as GenServer>::start(Initial::new(initial))
    }

    /// As [`start`](Self::start), monitored by the process that awaits this.
    pub fn start_monitor(initial: impl FnOnce() -> T + Send + 'static) -> StartMonitor<Self> {
        <Self as GenServer>::start_monitor(Initial::new(initial))
    }

    /// An agent as the child of a supervisor: with the id `Agent`, permanent, and 5 s to end. The function is called at
    /// every start and restart.
    ///
    /// Follows Elixir's `Agent.child_spec/1`.
    #[doc(alias = "Agent.child_spec")]
    pub fn child_spec(initial: impl Fn() -> T + Send + Sync + 'static) -> ChildSpec {
        let initial = Arc::new(initial);
        ChildSpec::of::<Self>(move || {
            let initial = initial.clone();
            Initial::new(move || initial())
        })
    }
}

impl<T: Send + 'static> Child for Agent<T> {
    type Args = Initial<T>;
    type Handle = AgentRef<T>;

    fn child_options() -> ChildOptions {
        ChildOptions::worker("Agent")
    }

    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
        crate::gen_server::child_start::<Self>(args, slot)
    }

    fn handle(slot: Arc<Slot>) -> Self::Handle {
        ServerRef::from_slot(slot).into()
    }
}
