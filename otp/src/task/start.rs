//! Starting tasks, and those whose answer nobody waits for.

use super::{Task, TaskDone};
use crate::child::{ChildSpec, Restart, Started};
use crate::process::core::{Ancestors, Kind, Lineage, Process, Tells};
use crate::process::link::adopt_new;
use crate::process::run::AtEnd;
use crate::process::spawn::{Plain, launch};
use crate::process::{ExitReason, MonitorRef, Pid, answer, context};
use std::error::Error;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// What a task may return that nobody awaits: nothing, or how it went.
///
/// | It returns | and ends with |
/// |---|---|
/// | `()`, `Ok(())` | [`ExitReason::Normal`] |
/// | `Err(error)` | [`ExitReason::Error`]: a failure, which is reported, and restarted if that was asked for |
/// | an [`ExitReason`] | that |
///
/// Elixir throws what the function returns away; here an error is not lost.
#[diagnostic::on_unimplemented(
    message = "a task that nobody awaits cannot return `{Self}`",
    label = "nobody would get this value",
    note = "return nothing, a `Result<(), E>` or an `ExitReason`; for an answer that is awaited use `async_`"
)]
pub trait IntoExit {
    /// What the process ends with.
    fn into_exit(self) -> ExitReason;
}

impl IntoExit for () {
    fn into_exit(self) -> ExitReason {
        ExitReason::Normal
    }
}

impl IntoExit for ExitReason {
    fn into_exit(self) -> ExitReason {
        self
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> IntoExit for Result<(), E> {
    fn into_exit(self) -> ExitReason {
        match self {
            Ok(()) => ExitReason::Normal,
            Err(error) => ExitReason::error(error),
        }
    }
}

/// The end of a task whose answer is sent to its owner.
pub(crate) struct Answer(pub(crate) MonitorRef);

impl<T: Send + 'static> AtEnd<T> for Answer {
    fn reason(&mut self, value: T) -> ExitReason {
        answer(self.0.0, TaskDone::new(self.0, value));
        ExitReason::Normal
    }
    fn ended(&mut self, _: &ExitReason) {}
}

/// A task whose answer nobody waits for, as the future of a process.
pub(crate) async fn unawaited(future: impl Future<Output: IntoExit>) -> ExitReason {
    future.await.into_exit()
}

/// What `process::info` and reports show of a task that runs an `F`.
pub(crate) fn kind<F>() -> &'static Kind {
    struct Of<F>(PhantomData<F>);
    impl<F> Of<F> {
        const KIND: &'static Kind =
            &Kind { behaviour: "task", initial_call: std::any::type_name::<F>, state_size: std::mem::size_of::<F>() };
    }
    Of::<F>::KIND
}

/// The process of a task that runs an `F`, linked to this one if so said. It does not run yet.
#[track_caller]
pub(crate) fn prepare<F>(link: bool, lineage: Option<Arc<Lineage>>) -> Arc<Plain> {
    match link {
        true => prepare_linked(kind::<F>(), Tells::Always, Tells::Always, lineage, None),
        false => Process::new(kind::<F>(), lineage),
    }
}

/// As [`prepare`], with a link, perhaps in the memory of another one. See [`adopt_new`] and [`Process::with_links`].
#[track_caller]
pub(crate) fn prepare_linked(
    kind: &'static Kind,
    tells: Tells,
    task_tells: Tells,
    lineage: Option<Arc<Lineage>>,
    spare: Option<Arc<Plain>>,
) -> Arc<Plain> {
    context::require("a linked task", |running| {
        adopt_new(running.core(), tells, task_tells, |links| Process::with_links(kind, lineage, links, spare))
    })
}

#[track_caller]
fn start_unawaited<F>(link: bool, future: F) -> Pid
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    let process = prepare::<F>(link, context::task_lineage());
    let pid = process.core.pid;
    launch(process, unawaited(future));
    pid
}

// A type for those that have no answer: `Task::start(..)` needs no annotation.
impl Task<()> {
    /// Runs a future in a process of its own, linked to nothing, whose answer nobody waits for.
    ///
    /// Prefer a task supervisor: it knows what runs, and shuts it down with the program.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    ///
    /// Follows Elixir's `Task.start/1` and `Task.start/3`.
    #[doc(alias = "Task.start")]
    pub fn start<F>(future: F) -> Pid
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        start_unawaited(false, future)
    }

    /// As [`start`](Self::start), linked to this process.
    ///
    /// # Panics
    /// Outside of a process.
    ///
    /// Follows Elixir's `Task.start_link/1` and `Task.start_link/3`.
    #[doc(alias = "Task.start_link")]
    #[track_caller]
    pub fn start_link<F>(future: F) -> Pid
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        start_unawaited(true, future)
    }

    /// A task as a supervisor's child: `make` makes its future, at every start. The supervisor does not wait for it to be
    /// done before it starts the next child.
    ///
    /// Id `"Task"`, restart [`Restart::Temporary`], shutdown 5 seconds, unless [`ChildSpec::id`] and its like say otherwise.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// let tree = supervision_tree! {
    ///     Task::child_spec(|| async { println!("warming the cache") }) { id: "warm" },
    /// };
    /// Supervisor::start_link(tree).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows `{Task, fun}` in a list of children.
    pub fn child_spec<M, F>(make: M) -> ChildSpec
    where
        M: Fn() -> F + Send + Sync + 'static,
        F: Future<Output: IntoExit> + Send + 'static,
    {
        let make = Arc::new(make);
        let spec = ChildSpec::new("Task", move |_| {
            let started = Started::new(start_made(&make, context::as_caller()));
            std::future::ready(Ok(started))
        });
        spec.restart(Restart::Temporary)
    }
}

/// Starts a task that makes its future itself: a panic of `make` is the task's.
pub(crate) fn start_made<M, F>(make: &Arc<M>, callers: Option<Arc<Ancestors>>) -> Pid
where
    M: Fn() -> F + Send + Sync + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let make = make.clone();
    let process = prepare::<F>(true, context::lineage(callers));
    let pid = process.core.pid;
    launch(process, async move { make().await.into_exit() });
    pid
}
