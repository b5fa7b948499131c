//! The callbacks of a server.

use super::{Init, Next, ServerOptions, ServerRef, Start, StartMonitor};
use crate::generic::ReplyTo;
use crate::process::{ExitReason, Info, Pid};
use std::future::Future;

/// A server: a state with handlers that run one at a time, in the order messages arrive.
///
/// Usually written by `#[gen_server]`; see the [module](super) for one written by hand.
///
/// | Callback | Runs | If absent |
/// |---|---|---|
/// | [`init`](Self::init) | first, in the new process; start waits for it | required |
/// | [`handle_now`](Self::handle_now) | for each call and cast, which it may give back | gives it back |
/// | [`handle`](Self::handle) | for each call and cast that was given back | required |
/// | [`handle_info`](Self::handle_info) | for each other message, and for notifications | the message is logged and dropped |
/// | [`handle_continue`](Self::handle_continue) | right after a handler that asked for it | the server stops with an error |
/// | [`handle_timeout`](Self::handle_timeout) | when no message came in the time a handler gave | logged |
/// | [`terminate`](Self::terminate) | last, on stop, error and panic | nothing |
///
/// A handler that panics stops the server with [`ExitReason::Panic`]; `terminate` runs, and waiting callers learn the
/// reason.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server",
    label = "no `GenServer` implementation",
    note = "write `#[gen_server] impl {Self} {{ #[init] fn init() -> Self {{ .. }} }}`, or implement `GenServer` by hand"
)]
pub trait GenServer: Sized + Send + 'static {
    /// What `init` takes.
    type Args: Send + 'static;
    /// Calls and casts: usually an enum, whose call variants hold a [`ReplyTo`].
    type Request: Send + 'static;
    /// Continue steps; [`NoContinue`](super::NoContinue) if there are none.
    type Continue: Send + 'static;
    /// The handle that start answers; written by hand it is `ServerRef<Self>`.
    type Ref: From<ServerRef<Self>> + Clone + Send + Sync + 'static;

    /// What kind of server it is, for reports; behaviours on top of this one have their own.
    #[doc(hidden)]
    const BEHAVIOUR: &'static str = "gen_server";

    /// Options for every start, which the start's own override.
    fn options() -> ServerOptions {
        ServerOptions::new()
    }

    /// Makes the state, in the new process. Whoever starts the server waits until this is done, however long it takes.
    ///
    /// [`Init`] lists the answers. A panic is `StartError::Failed`.
    #[doc(alias = "init/1")]
    fn init(args: Self::Args) -> impl Future<Output = Init<Self, Self::Continue>> + Send;

    /// Handles a call or a cast. A call is answered through its [`ReplyTo`], now or later.
    ///
    /// [`Next`] lists the answers.
    #[doc(alias = "handle_call")]
    #[doc(alias = "handle_cast")]
    fn handle(&mut self, request: Self::Request) -> impl Future<Output = Next<Self::Continue>> + Send;

    /// Handles a request that needs no waiting, or gives it back for [`handle`](Self::handle). A server asks here first:
    /// what is answered here costs no future. `handle` takes all requests nevertheless: whoever wraps a server may call that
    /// alone.
    ///
    /// `#[gen_server]` writes it for the handlers that are no `async fn`. By default every request is given back.
    #[inline]
    fn handle_now(&mut self, request: Self::Request) -> Result<Next<Self::Continue>, Self::Request> {
        Err(request)
    }

    /// Handles a message that is no request: what was sent with [`process::send`](crate::process::send()), a
    /// [`Down`](crate::process::Down), and, when the server traps exits, an [`Exit`](crate::process::Exit) of any
    /// process but its parent, whose end stops the server.
    fn handle_info(&mut self, info: Info) -> impl Future<Output = Next<Self::Continue>> + Send {
        let next = super::expand::unexpected::<Self>(info);
        async move { next }
    }

    /// Goes on after a handler that answered with a continue step, before anything in the mailbox.
    fn handle_continue(&mut self, step: Self::Continue) -> impl Future<Output = Next<Self::Continue>> + Send {
        drop(step);
        async { Next::stop(ExitReason::error("a handler asked to continue, but the server has no `handle_continue`")) }
    }

    /// No message came in the time that the last handler gave.
    fn handle_timeout(&mut self) -> impl Future<Output = Next<Self::Continue>> + Send {
        super::expand::unhandled_timeout();
        async { Next::noreply() }
    }

    /// Cleans up. Runs once, when a callback other than `init` answered stop or an error, or panicked, when the server
    /// was asked to stop, and, **if it traps exits**, when its parent ends or its supervisor shuts it down.
    ///
    /// It does **not** run when the process is killed, nor when an exit signal ends a server that does not trap exits,
    /// as a supervisor's shutdown does: set `trap_exit` if cleaning up matters then. What must happen in any case
    /// belongs into a process that monitors this one.
    ///
    /// If it panics, that becomes the exit reason. The state is dropped afterwards, in every case.
    #[doc(alias = "terminate/2")]
    fn terminate(&mut self, reason: &ExitReason) -> impl Future<Output = ()> + Send {
        let _ = reason;
        async {}
    }

    /// Names a request, for reports, traces and statistics, and tells who made a call, by which calls that would wait for
    /// each other forever are told from those that wait for a deferred answer.
    fn describe(request: &Self::Request) -> Described {
        let _ = request;
        Described::unnamed()
    }

    /// The state as reports and `sys::get_status` show it; leave secrets out. `None`: it is not shown.
    #[doc(alias = "format_status")]
    fn format_state(&self) -> Option<String> {
        None
    }

    /// Starts the server, not linked to anybody.
    ///
    /// Follows Elixir's `GenServer.start/3`.
    fn start(args: Self::Args) -> Start<Self> {
        Start::new(args, false)
    }

    /// Starts the server, linked to the process that awaits this.
    ///
    /// Follows Elixir's `GenServer.start_link/3`.
    fn start_link(args: Self::Args) -> Start<Self> {
        Start::new(args, true)
    }

    /// Starts the server, monitored by the process that awaits this, from its first moment.
    ///
    /// Follows OTP's `gen_server:start_monitor/3`.
    fn start_monitor(args: Self::Args) -> StartMonitor<Self> {
        StartMonitor::new(args)
    }
}

/// A server handles messages of type `M`: written by `#[gen_server]` for each `#[info]` handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[info]` handler for `{M}`",
    note = "add `#[info] fn ..(&mut self, message: {M})` to the impl"
)]
pub trait HandleInfo<M>: GenServer {
    /// Handles the message.
    fn handle_message(&mut self, message: M) -> impl Future<Output = Next<Self::Continue>> + Send;
}

/// The name of a request, whether it is a call, and who made it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    pub(crate) name: &'static str,
    pub(crate) call: bool,
    /// [`Pid::NOBODY`] if it is no process, or no call.
    pub(crate) from: Pid,
}

impl Described {
    /// A call with this name.
    #[inline]
    pub fn call<T>(name: &'static str, from: &ReplyTo<T>) -> Self {
        Self { name, call: true, from: from.caller() }
    }

    /// A cast with this name.
    #[inline]
    pub fn cast(name: &'static str) -> Self {
        Self { name, call: false, from: Pid::NOBODY }
    }

    /// A request without a name.
    pub fn unnamed() -> Self {
        Self { name: "request", call: false, from: Pid::NOBODY }
    }
}
