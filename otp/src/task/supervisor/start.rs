//! Starting a task under a supervisor.
//!
//! The supervisor makes the process, in its own: that is whose child it is. The task then waits for a word of the process that
//! asked for it, its owner, which in the meantime links to it and monitors it. An owner that ends or gives up before drops its
//! end of the channel, and the task ends with `shutdown` without having run.

use super::super::start::{self, Answer, unawaited};
use super::super::{IntoExit, Task};
use crate::child::{ChildOptions, ChildSpec, Restart, Shutdown, Started};
use crate::process::core::{Ancestors, AnyProcess, Tells};
use crate::process::link::connect;
use crate::process::run::AtEnd;
use crate::process::spawn::launch_with;
use crate::process::{ExitReason, MonitorRef, Pid, context};
use crate::supervisor::DynamicSupervisorRef;
use crate::supervisor::dynamic::StartChildError;
use std::any::type_name;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::oneshot;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The end of a task that was told to run with a `W`, or never was.
pub(super) struct Told<E>(pub(super) E);

impl<T, E: AtEnd<T>> AtEnd<Option<T>> for Told<E> {
    fn reason(&mut self, output: Option<T>) -> ExitReason {
        output.map_or(ExitReason::Shutdown, |output| self.0.reason(output))
    }
    fn ended(&mut self, reason: &ExitReason) {
        self.0.ended(reason);
    }
}

/// An answer with the monitor of who waits for it.
struct AnswerTo;

impl<T: Send + 'static> AtEnd<(MonitorRef, T)> for AnswerTo {
    fn reason(&mut self, (monitor, value): (MonitorRef, T)) -> ExitReason {
        Answer(monitor).reason(value)
    }
    fn ended(&mut self, _: &ExitReason) {}
}

pub(super) fn options(shutdown: Shutdown) -> ChildOptions {
    ChildOptions::worker("Task").restart(Restart::Temporary).shutdown(shutdown)
}

/// Has the supervisor make the process of a task that shows what it runs as an `F`.
pub(super) async fn ask<F, G, E>(
    supervisor: &DynamicSupervisorRef,
    shutdown: Shutdown,
    callers: Option<Arc<Ancestors>>,
    future: G,
    at_end: E,
) -> Result<Pid, StartChildError>
where
    G: Future<Output: Send> + Send + 'static,
    E: AtEnd<G::Output> + Send + 'static,
{
    let make = move || {
        let process = start::prepare::<F>(true, context::lineage(callers));
        drop(launch_with(process.clone(), future, at_end));
        Ok(process as Arc<dyn AnyProcess>)
    };
    supervisor.start_process(options(shutdown), type_name::<F>(), make).await
}

/// This process is linked to a task that was started for it. One that has ended is found so by its monitor.
pub(super) fn tie(pid: Pid, tells: Tells) {
    context::require("a linked task", |running| connect(running.core(), pid, tells));
}

macro_rules! debug {
    ($name:ident) => {
        impl<F> fmt::Debug for $name<F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("supervisor", &self.supervisor)
                    .field("shutdown", &self.shutdown)
                    .finish_non_exhaustive()
            }
        }
    };
}

/// A task to be started under a supervisor: await it. See [`TaskSupervisorRef`](super::TaskSupervisorRef).
#[must_use = "a task is started when this is awaited"]
pub struct StartTask<F> {
    supervisor: DynamicSupervisorRef,
    future: F,
    link: bool,
    shutdown: Shutdown,
}

debug!(StartTask);

impl<F> StartTask<F> {
    pub(super) fn new(supervisor: DynamicSupervisorRef, future: F, link: bool) -> Self {
        Self { supervisor, future, link, shutdown: Shutdown::default() }
    }

    /// How its supervisor shuts it down. Default: 5 seconds.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.shutdown = shutdown.into();
        self
    }
}

impl<F> StartTask<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    async fn run(self) -> Result<Task<F::Output>, StartChildError> {
        let Self { supervisor, future, link, shutdown } = self;
        context::require("async_", |_| ());
        let (tell, told) = oneshot::channel::<MonitorRef>();
        let work = async move {
            let monitor = told.await.ok()?;
            Some((monitor, future.await))
        };
        let pid = ask::<F, _, _>(&supervisor, shutdown, context::as_caller(), work, Told(AnswerTo)).await?;
        if link {
            tie(pid, Tells::Always);
        }
        let task = Task::watch(pid, type_name::<F>());
        // One that has ended needs no telling.
        let _ = tell.send(task.reference());
        Ok(task)
    }
}

impl<F> IntoFuture for StartTask<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    type Output = Result<Task<F::Output>, StartChildError>;
    type IntoFuture = Boxed<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A task to be started under a supervisor, whose answer nobody waits for: await it for its pid.
#[must_use = "a task is started when this is awaited"]
pub struct StartChild<F> {
    supervisor: DynamicSupervisorRef,
    future: F,
    shutdown: Shutdown,
}

debug!(StartChild);

impl<F> StartChild<F> {
    pub(super) fn new(supervisor: DynamicSupervisorRef, future: F) -> Self {
        Self { supervisor, future, shutdown: Shutdown::default() }
    }

    /// How its supervisor shuts it down. Default: 5 seconds.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.shutdown = shutdown.into();
        self
    }
}

impl<F> IntoFuture for StartChild<F>
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    type Output = Result<Pid, StartChildError>;
    type IntoFuture = Boxed<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { supervisor, future, shutdown } = self;
        Box::pin(
            async move { ask::<F, _, _>(&supervisor, shutdown, context::as_caller(), unawaited(future), ()).await },
        )
    }
}

/// A task to be started under a supervisor, again if it is told so, whose answer nobody waits for: await it for its pid.
#[must_use = "a task is started when this is awaited"]
pub struct StartRestarted<M> {
    supervisor: DynamicSupervisorRef,
    make: M,
    restart: Restart,
    shutdown: Shutdown,
}

debug!(StartRestarted);

impl<M> StartRestarted<M> {
    pub(super) fn new(supervisor: DynamicSupervisorRef, make: M) -> Self {
        Self { supervisor, make, restart: Restart::Temporary, shutdown: Shutdown::default() }
    }

    /// When it is run again, in a new process. Default: [`Restart::Temporary`], never.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How its supervisor shuts it down. Default: 5 seconds.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.shutdown = shutdown.into();
        self
    }
}

impl<M, F> IntoFuture for StartRestarted<M>
where
    M: Fn() -> F + Send + Sync + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    type Output = Result<Pid, StartChildError>;
    type IntoFuture = Boxed<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { supervisor, make, restart, shutdown } = self;
        let make = Arc::new(make);
        Box::pin(async move {
            let callers = context::as_caller();
            let spec = ChildSpec::new("Task", move |_| {
                let started = Started::new(start::start_made(&make, callers.clone()));
                std::future::ready(Ok(started))
            });
            let started = supervisor.start_child(spec.restart(restart).shutdown(shutdown)).await?;
            Ok(started.pid)
        })
    }
}
