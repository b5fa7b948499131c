//! Starting servers.

use super::server::run;
use super::{GenServer, ServerOptions, ServerRef};
use crate::child::Started;
use crate::generic::{Address, Envelope, ReplyTo, Server};
use crate::process::context;
use crate::process::core::{AnyProcess, Core, Kind};
use crate::process::cycle;
use crate::process::spawn::{establish_monitor, launch, prepare};
use crate::process::timeout::Deadline;
use crate::process::{
    ExitReason, Mailbox, MonitorRef, Name, Priority, Slot, StartError, Via, demonitor_flush, link, visit, wait,
};
use crate::sync::reply::{Closed, Pending};
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

macro_rules! option_setters {
    () => {
        /// The name it is registered under, before `init`. If it is taken, nothing is started.
        pub fn name(self, name: impl Into<Name>) -> Self {
            self.change(|options| options.name(name))
        }

        /// A name through a registry, taken before `init`.
        #[doc(alias = "{:via, module, term}")]
        pub fn via(self, via: impl Via) -> Self {
            self.change(|options| options.via(via))
        }

        /// The time that `init` may take. Default: as long as it takes.
        pub fn timeout(self, timeout: Duration) -> Self {
            self.change(|options| options.timeout(timeout))
        }

        /// Whether exit signals become messages, from before `init` on.
        pub fn trap_exit(self, on: bool) -> Self {
            self.change(|options| options.trap_exit(on))
        }

        /// Gives back memory when no message came for this long.
        pub fn hibernate_after(self, after: Duration) -> Self {
            self.change(|options| options.hibernate_after(after))
        }

        /// The bound of its mailbox.
        pub fn mailbox(self, mailbox: Mailbox) -> Self {
            self.change(|options| options.mailbox(mailbox))
        }

        /// Messages it handles before it yields.
        pub fn priority(self, priority: Priority) -> Self {
            self.change(|options| options.priority(priority))
        }

        /// Whether callers may run their requests in place, see [`ServerOptions::inline`].
        pub fn inline(self, on: bool) -> Self {
            self.change(|options| options.inline(on))
        }

        /// A description for reports and `process::info`.
        pub fn label(self, label: impl Into<String>) -> Self {
            self.change(|options| options.label(label))
        }

        /// Replaces all options, also those of the server's declaration.
        pub fn options(mut self, options: ServerOptions) -> Self {
            self.options = Some(Box::new(options));
            self
        }

        fn change(mut self, change: impl FnOnce(ServerOptions) -> ServerOptions) -> Self {
            let options = self.options.take().map_or_else(S::options, |options| *options);
            self.options = Some(Box::new(change(options)));
            self
        }
    };
}

/// A server to be started: await it.
///
/// The answer comes when `init` is done, and is its handle, or a [`StartError`]. A start that fails never ends the
/// starter, linked or not: the error is the answer. A linked starter that traps exits also gets the
/// [`Exit`](crate::process::Exit). (A signal of somebody else's that ends the server during `init` goes over the link as
/// it always does.)
///
/// Dropping the future while `init` runs leaves the server starting; it is linked, if that was asked for.
#[must_use = "a server is started when this is awaited"]
pub struct Start<S: GenServer> {
    /// Taken when it is started.
    args: Option<S::Args>,
    link: bool,
    /// `None`: those of its declaration. Boxed: most starts have no others, and a start is moved about.
    options: Option<Box<ServerOptions>>,
    /// `Some` while `init` is under way.
    starting: Option<Starting<S::Request>>,
}

// Nothing in it is pinned.
impl<S: GenServer> Unpin for Start<S> {}

impl<S: GenServer> std::fmt::Debug for Start<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Start").field("link", &self.link).field("options", &self.options).finish_non_exhaustive()
    }
}

impl<S: GenServer> Start<S> {
    pub(crate) fn new(args: S::Args, link: bool) -> Self {
        Self { args: Some(args), link, options: None, starting: None }
    }

    option_setters!();
}

impl<S: GenServer> Future for Start<S> {
    type Output = Result<S::Ref, StartError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(args) = this.args.take() {
            this.starting = Some(begin::<S>(args, this.link, false, this.options.take())?);
        }
        let starting = this.starting.as_mut().expect("a start was polled after it was done");
        let started = ready!(starting.poll(cx));
        this.starting = None;
        Poll::Ready(started.map(|server| S::Ref::from(ServerRef::of(server))))
    }
}

/// A server to be started with a monitor: await it. As [`Start`], with the monitor beside the handle; a failed start
/// leaves no `Down` behind.
#[must_use = "a server is started when this is awaited"]
pub struct StartMonitor<S: GenServer> {
    args: S::Args,
    /// As in [`Start`].
    options: Option<Box<ServerOptions>>,
}

impl<S: GenServer> std::fmt::Debug for StartMonitor<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StartMonitor").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<S: GenServer> StartMonitor<S> {
    pub(crate) fn new(args: S::Args) -> Self {
        Self { args, options: None }
    }

    option_setters!();
}

impl<S: GenServer> IntoFuture for StartMonitor<S> {
    type Output = Result<(S::Ref, MonitorRef), StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let starting = begin::<S>(self.args, false, true, self.options)?;
            let monitor = starting.monitor.expect("asked for");
            match starting.finish().await {
                Ok(server) => Ok((S::Ref::from(ServerRef::of(server)), monitor)),
                Err(error) => {
                    demonitor_flush(monitor);
                    Err(error)
                }
            }
        })
    }
}

/// A server whose `init` is under way.
struct Starting<R: 'static> {
    server: Arc<Server<R>>,
    pending: Pending<()>,
    monitor: Option<MonitorRef>,
    timeout: Option<Duration>,
    deadline: Deadline,
    /// A child whose `init` calls whoever starts it would wait forever: that is found like any other circle.
    note: cycle::Note,
    /// `init` took too long: the end of the server is awaited.
    overdue: Option<Box<wait::Ended>>,
}

fn kind<S: GenServer>() -> &'static Kind {
    struct Of<S>(std::marker::PhantomData<S>);
    impl<S: GenServer> Of<S> {
        const KIND: &'static Kind = &Kind {
            behaviour: S::BEHAVIOUR,
            initial_call: std::any::type_name::<S>,
            state_size: std::mem::size_of::<S>(),
        };
    }
    Of::<S>::KIND
}

/// Makes the process, takes the name, lets it run.
fn begin<S: GenServer>(
    args: S::Args,
    link: bool,
    monitor: bool,
    options: Option<Box<ServerOptions>>,
) -> Result<Starting<S::Request>, StartError> {
    let mut options = options.map_or_else(S::options, |options| *options);
    begin_as::<S>(kind::<S>(), args, link, monitor, &mut options)
}

fn begin_as<S: GenServer>(
    kind: &'static Kind,
    args: S::Args,
    link: bool,
    monitor: bool,
    options: &mut ServerOptions,
) -> Result<Starting<S::Request>, StartError> {
    if (link || monitor) && context::try_self_pid().is_none() {
        return Err(StartError::NotAProcess);
    }
    options.spawn.link = link;
    let server = prepare::<Envelope<S::Request>>(kind, &options.spawn)?;
    let parent = link.then(|| server.core.parent()).flatten();
    let monitor = monitor.then(|| establish_monitor(&*server));
    let (answerer, pending) = context::with(context::reply_slot).begin();
    launch(
        server.clone(),
        run::<S>(args, parent, options.hibernate_after, !options.queued && visit::is_on(), ReplyTo::new(answerer)),
    );
    let note = cycle::note(server.core.pid);
    Ok(Starting {
        server,
        pending,
        monitor,
        timeout: options.timeout,
        deadline: Deadline::default(),
        note,
        overdue: None,
    })
}

impl<R: Send + 'static> Starting<R> {
    /// Waits for `init`.
    async fn finish(mut self) -> Result<Arc<Server<R>>, StartError> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Arc<Server<R>>, StartError>> {
        if self.overdue.is_none() {
            if let Poll::Ready((answer, slot)) = self.pending.poll(cx) {
                context::give_back(slot);
                self.note = cycle::Note::default();
                return Poll::Ready(self.acknowledged(answer));
            }
            let Some(timeout) = self.timeout else { return Poll::Pending };
            let foreign = self.pending.is_foreign(cx);
            ready!(self.deadline.poll(timeout, foreign, cx));
            self.note = cycle::Note::default();
            let ended = wait::ended(self.server.clone() as Arc<dyn AnyProcess>);
            spare_me(&self.server.core);
            self.server.core.end_with(ExitReason::Killed);
            self.overdue = Some(Box::new(ended));
        }
        if let Some(ended) = &mut self.overdue {
            ready!(Pin::new(ended).poll(cx));
        }
        Poll::Ready(Err(StartError::Timeout(self.timeout.unwrap_or_default())))
    }

    fn acknowledged(&self, answer: Result<(), Closed>) -> Result<Arc<Server<R>>, StartError> {
        let core = &self.server.core;
        match answer {
            Ok(()) => Ok(self.server.clone()),
            // Closed when the process was gone and its name free.
            Err(Closed) if core.flags.is_ignored() => Err(StartError::Ignored),
            Err(Closed) => Err(StartError::Failed(core.reason.get().cloned().unwrap_or(ExitReason::NoProc))),
        }
    }
}

/// A server that is ended because it took too long must not end its starter, which learns of it by the answer.
fn spare_me(server: &Core) {
    context::with(|running| match running {
        Some(me) if !me.core().flags.traps_exits() => link::disconnect(me.core(), server.pid),
        _ => {}
    });
}

/// Starts a server as a child of the supervisor that runs this. For expansions and hand-written
/// [`Child`](crate::child::Child) implementations.
pub fn child_start<S: GenServer>(
    args: S::Args,
    slot: Arc<Slot>,
) -> Pin<Box<dyn Future<Output = Result<Started, StartError>> + Send>> {
    child_start_as::<S>(None, args, S::options(), slot)
}

/// As [`child_start`], with options of its own; `kind` says what it is, if not a server.
pub(crate) fn child_start_as<S: GenServer>(
    kind: Option<&'static Kind>,
    args: S::Args,
    mut options: ServerOptions,
    slot: Arc<Slot>,
) -> Pin<Box<dyn Future<Output = Result<Started, StartError>> + Send>> {
    Box::pin(async move {
        let kind = kind.unwrap_or_else(self::kind::<S>);
        let starting = begin_as::<S>(kind, args, true, false, &mut options)?;
        let server = starting.finish().await?;
        let pid = server.core.pid;
        slot.set(server);
        Ok(Started::new(pid))
    })
}

/// As a start, for behaviours that are servers themselves: `kind` says what they are.
pub(crate) async fn start_as<S: GenServer>(
    kind: &'static Kind,
    args: S::Args,
    link: bool,
    mut options: ServerOptions,
) -> Result<ServerRef<S>, StartError> {
    let starting = begin_as::<S>(kind, args, link, false, &mut options)?;
    starting.finish().await.map(ServerRef::of)
}

impl<S: GenServer> ServerRef<S> {
    pub(crate) fn of(server: Arc<Server<S::Request>>) -> Self {
        Self::new(Address::Process(server))
    }
}
