//! The handle of a task.

use super::await_::Await;
use super::error::NotOwner;
use super::many::{AwaitMany, YieldMany};
use super::outcome::{Outcome, is_doomed, select};
use super::start::{self, Answer};
use super::{AwaitFailure, TaskDone};
use crate::child::Shutdown;
use crate::process::context;
use crate::process::link::disconnect;
use crate::process::mailbox::Mark;
use crate::process::monitor::{cancel, establish};
use crate::process::receive::Receiving;
use crate::process::spawn::launch_with;
use crate::process::{AliasMode, AliasRef, ExitReason, MonitorRef, Pid, alias_with, answer, exit, try_self_pid, wait};
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A task whose answer is waited for: by whoever started it, its owner, and by nobody else.
///
/// | To | call | the handle afterwards |
/// |---|---|---|
/// | wait, 5 s | `task.await` | gone |
/// | wait for a time of your own, or for ever | [`task.timeout(d).await`](Self::timeout), [`infinity`](Self::infinity) | gone |
/// | wait, and perhaps again | [`yield_for(d).await`](Self::yield_for) | still yours |
/// | end it | [`shutdown(d).await`](Self::shutdown) | gone |
/// | let it go on without you | [`ignore()`](Self::ignore) | gone |
///
/// Dropping the handle ends nothing and forgets nothing: the answer comes as [`TaskDone`], the end as
/// [`Down`](crate::process::Down), as they do while the handle is kept and not waited for. The [module](super) has a server
/// that lives on them.
///
/// Awaiting a failed task gives an [`AwaitError`](super::AwaitError), where Elixir ends the caller. But a linked task
/// ([`Task::async_`]) ends its owner anyway, unless that traps exits; one without a link
/// ([`TaskSupervisorRef::async_nolink`](super::TaskSupervisorRef::async_nolink)) never does.
///
/// Follows Elixir's `Task.t()`.
#[must_use = "an answer that nobody awaits comes as a message: keep the handle, or use `Task::start_link`"]
pub struct Task<T = ()> {
    /// `None` for a task that was made completed.
    pid: Option<Pid>,
    /// Of the monitor, and of the alias through which the answer comes.
    reference: MonitorRef,
    owner: Pid,
    /// The owner's mailbox, as it was when the task was made.
    mark: Mark,
    /// Nothing of it comes any more: the outcome was taken, or it is ignored.
    taken: bool,
    runs: &'static str,
    answer: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("pid", &self.pid)
            .field("reference", &self.reference)
            .field("owner", &self.owner)
            .field("runs", &self.runs)
            .finish()
    }
}

impl<T> fmt::Display for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "task {pid} ({})", self.runs),
            None => write!(f, "a completed task ({})", self.runs),
        }
    }
}

impl<T: Send + 'static> Task<T> {
    /// Runs a future in a process of its own, linked to and monitored by this one, which is to wait for its answer.
    ///
    /// The future is moved there: what it uses it owns, or shares. If the task fails this process ends with it, unless it
    /// traps exits; if this process fails the task ends with it. An owner that ends with `normal` leaves the task alone,
    /// and its answer is dropped.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// let words = vec!["a", "b"];
    /// let task = Task::async_(async move { words.concat() });
    /// assert_eq!(task.await?, "ab");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Outside of a process.
    ///
    /// Follows Elixir's `Task.async/1` and `Task.async/3`.
    #[doc(alias = "Task.async")]
    #[track_caller]
    pub fn async_<F>(future: F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let process = start::prepare::<F>(true, context::task_lineage());
        let task = Self::watch(process.core.pid, std::any::type_name::<F>());
        drop(launch_with(process, future, Answer(task.reference)));
        task
    }

    /// A task that is done already, with this answer. It has no process: where one is expected and the answer is known.
    ///
    /// # Panics
    /// Outside of a process.
    ///
    /// Follows Elixir's `Task.completed/1`.
    #[track_caller]
    pub fn completed(value: T) -> Self {
        context::require("Task::completed", |running| {
            let mark = running.mark();
            let AliasRef(reference) = alias_with(AliasMode::Demonitor);
            let reference = MonitorRef(reference);
            answer(reference.0, TaskDone::new(reference, value));
            Self::new(None, reference, mark, std::any::type_name::<T>())
        })
    }

    /// This process is the owner of a task that does not run yet, or waits to be told to.
    pub(crate) fn watch(pid: Pid, runs: &'static str) -> Self {
        context::require("a task", |running| {
            let mark = running.mark();
            let reference = establish(running.core(), pid.into(), Some(AliasMode::Demonitor));
            Self::new(Some(pid), reference, mark, runs)
        })
    }

    fn new(pid: Option<Pid>, reference: MonitorRef, mark: Mark, runs: &'static str) -> Self {
        let owner = reference.reference().owner();
        Self { pid, reference, owner, mark, taken: false, runs, answer: PhantomData }
    }

    /// The answer of each task, in the order of the tasks: await it. It waits for 5 seconds for all of them together,
    /// unless [`AwaitMany::timeout`] or [`AwaitMany::infinity`] say otherwise.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// let tasks = [1, 3, 9].map(|n| Task::async_(async move { n * 10 }));
    /// assert_eq!(Task::await_many(tasks).await?, [10, 30, 90]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As soon as one ends without an answer, or the time has passed: the others go on, and what they answer is dropped.
    ///
    /// Follows Elixir's `Task.await_many/2`.
    #[doc(alias = "Task.await_many")]
    pub fn await_many(tasks: impl IntoIterator<Item = Self>) -> AwaitMany<T> {
        AwaitMany::new(tasks.into_iter().collect())
    }

    /// What has become of each task, in the order of the tasks: await it. It waits until all have an outcome, or for 5
    /// seconds; [`YieldMany`] has the options.
    ///
    /// ```
    /// # #[otp::main] async fn main() {
    /// use otp::prelude::*;
    /// use otp::process;
    /// use std::time::Duration;
    ///
    /// let mut tasks = [Task::async_(async { 1 }), Task::async_(async { process::sleep_forever().await; 2 })];
    /// let outcomes = Task::yield_many(&mut tasks).timeout(Duration::from_millis(50)).await;
    /// assert_eq!(outcomes, [Some(Ok(1)), None]);
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Task.yield_many/2`.
    #[doc(alias = "Task.yield_many")]
    pub fn yield_many(tasks: &mut [Self]) -> YieldMany<'_, T> {
        YieldMany::new(tasks)
    }

    /// Its process; `None` for one that was made [`completed`](Self::completed).
    pub fn pid(&self) -> Option<Pid> {
        self.pid
    }

    /// What its messages name, [`TaskDone`] and [`Down`](crate::process::Down).
    #[doc(alias = "ref")]
    pub fn reference(&self) -> MonitorRef {
        self.reference
    }

    /// The process that started it and may wait for it.
    pub fn owner(&self) -> Pid {
        self.owner
    }

    /// Waits for at most this long, from the first poll on: await the answer. Without it, 5 seconds.
    ///
    /// Follows the timeout of Elixir's `Task.await/2`.
    #[doc(alias = "Task.await")]
    pub fn timeout(self, timeout: Duration) -> Await<T> {
        Await::new(self, Some(timeout))
    }

    /// Waits until the task answers or ends.
    #[doc(alias = ":infinity")]
    pub fn infinity(self) -> Await<T> {
        Await::new(self, None)
    }

    /// Waits for its outcome for this long, and leaves the task alone when none came: it goes on, and one can wait again.
    ///
    /// | Answer | When |
    /// |---|---|
    /// | `Some(Ok(value))` | it answered; a `Down` does not follow |
    /// | `Some(Err(reason))` | it ended without an answer, `normal` included |
    /// | `None` | not yet; or, at once, its outcome was taken before |
    /// | `Some(Err(reason))` with [`NotOwner`] in [`ExitReason::error_ref`] | it is the task of another process |
    ///
    /// ```
    /// # #[otp::main] async fn main() {
    /// use otp::prelude::*;
    /// use otp::process;
    /// use std::time::Duration;
    ///
    /// let mut task: Task<u8> = Task::async_(async { process::sleep_forever().await; 1 });
    /// // Give it some time, then up.
    /// let outcome = match task.yield_for(Duration::from_millis(20)).await {
    ///     None => task.shutdown(Shutdown::BrutalKill).await,
    ///     some => some,
    /// };
    /// assert_eq!(outcome, None);
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Task.yield/2`.
    #[doc(alias = "Task.yield")]
    #[doc(alias = "yield")]
    pub async fn yield_for(&mut self, duration: Duration) -> Option<Outcome<T>> {
        if let Err(error) = self.check_owner() {
            return Some(Err(ExitReason::error(error)));
        }
        if self.taken {
            return None;
        }
        let mut receiving = self.receiving();
        poll_fn(|cx| self.poll_outcome(&mut receiving, Some(duration), cx)).await
    }

    /// Ends the task and waits until it is gone. With a time it is asked with `shutdown`, and killed when it is not gone
    /// by then; with [`Shutdown::BrutalKill`] it is killed at once. [`Shutdown::default()`] is 5 seconds.
    ///
    /// It is unlinked first: its end does not come back to this process.
    ///
    /// | Answer | When |
    /// |---|---|
    /// | `None` | it ended because of this |
    /// | `Some(Ok(value))` | it had answered before it ended |
    /// | `Some(Err(reason))` | it had ended, or ended now, for another reason |
    /// | `Some(Err(NoProc))` | its outcome was taken before |
    /// | `Some(Err(reason))` with [`NotOwner`] in [`ExitReason::error_ref`] | it is the task of another process, and lives on |
    ///
    /// Follows Elixir's `Task.shutdown/2`.
    #[doc(alias = "Task.shutdown")]
    pub async fn shutdown(mut self, how: impl Into<Shutdown>) -> Option<Outcome<T>> {
        let how = how.into();
        if let Err(error) = self.check_owner() {
            return Some(Err(ExitReason::error(error)));
        }
        if self.taken {
            return Some(Err(ExitReason::NoProc));
        }
        let (ask, asked) = match how {
            Shutdown::BrutalKill => (ExitReason::Kill, ExitReason::Killed),
            _ => (ExitReason::Shutdown, ExitReason::Shutdown),
        };
        let within = match how {
            Shutdown::Timeout(time) => Some(time),
            Shutdown::BrutalKill | Shutdown::Infinity => None,
        };
        let mut receiving = self.receiving();
        self.signal(ask);
        let outcome = poll_fn(|cx| self.poll_outcome(&mut receiving, within, cx)).await;
        if let Some(outcome) = outcome {
            gone(self.pid.filter(|_| outcome.is_ok())).await;
            return Some(outcome).filter(|outcome| outcome.as_ref().err() != Some(&asked));
        }
        self.signal(ExitReason::Kill);
        let outcome = poll_fn(|cx| self.poll_outcome(&mut receiving, None, cx)).await;
        gone(self.pid.filter(|_| matches!(outcome, Some(Ok(_))))).await;
        outcome.filter(|outcome| !matches!(outcome, Err(ExitReason::Shutdown | ExitReason::Killed)))
    }

    /// Unlinks it and asks it to end.
    pub(crate) fn signal(&self, reason: ExitReason) {
        if let Some(pid) = self.pid {
            // Nothing can come in between: a process is ended where it waits.
            context::require("shutdown", |running| disconnect(running.core(), pid));
            exit(pid, reason);
        }
    }

    /// Lets the task go on by itself: it is unlinked, and nothing of it comes any more. Answers its outcome if it had one
    /// already, as [`yield_for`](Self::yield_for) does.
    ///
    /// # Panics
    /// Outside of a process.
    ///
    /// Follows Elixir's `Task.ignore/1`.
    #[doc(alias = "Task.ignore")]
    #[track_caller]
    pub fn ignore(mut self) -> Option<Outcome<T>> {
        if let Err(error) = self.check_owner() {
            return Some(Err(ExitReason::error(error)));
        }
        if self.taken {
            return Some(Err(ExitReason::NoProc));
        }
        self.abandon()
    }

    /// As `ignore`, for an owner that keeps the handle.
    pub(crate) fn abandon(&mut self) -> Option<Outcome<T>> {
        if let Some(pid) = self.pid {
            context::require("ignore", |running| disconnect(running.core(), pid));
        }
        self.take_back()
    }

    /// From here on nothing of the task comes; the outcome, if it had come.
    pub(crate) fn take_back(&mut self) -> Option<Outcome<T>> {
        let reference = self.reference.0;
        // Without a flush first: a `Down` that is there is the outcome.
        context::require("a task", |running| cancel(running.core(), reference, false));
        let mut receiving = self.receiving();
        let found = receiving.look(&mut |info| select(self.reference, info));
        self.found(&mut receiving, found.as_ref());
        found
    }

    /// The outcome was taken from the mailbox, or there is none.
    fn found(&mut self, receiving: &mut Receiving, outcome: Option<&Outcome<T>>) {
        if self.flush() && matches!(outcome, Some(Ok(_))) {
            // Later tasks have later marks: nobody would ever look where it lies.
            receiving.sweep();
        }
    }

    /// The `Down` is not wanted any more. Whether it was sent.
    pub(crate) fn flush(&mut self) -> bool {
        self.taken = true;
        context::require("a task", |running| !cancel(running.core(), self.reference.0, true))
    }

    pub(crate) fn receiving(&self) -> Receiving {
        Receiving::from(self.mark)
    }

    pub(crate) fn mark(&self) -> Mark {
        self.mark
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.taken
    }

    pub(crate) fn check_owner(&self) -> Result<(), NotOwner> {
        let caller = try_self_pid();
        if caller == Some(self.owner) {
            return Ok(());
        }
        Err(NotOwner { task: self.to_string(), owner: self.owner, caller })
    }

    /// As `check_owner`, for an await: also whether there is anything to wait for.
    pub(crate) fn check(&self) -> Result<(), AwaitFailure> {
        self.check_owner().map_err(AwaitFailure::NotOwner)?;
        if self.taken { Err(AwaitFailure::Taken) } else { Ok(()) }
    }

    /// The outcome, when it comes; `None` when the time has passed.
    pub(crate) fn poll_outcome(
        &mut self,
        receiving: &mut Receiving,
        within: Option<Duration>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Outcome<T>>> {
        let reference = self.reference;
        let outcome = ready!(receiving.poll(&mut |info| select(reference, info), within, cx));
        if outcome.is_some() {
            self.found(receiving, outcome.as_ref());
        }
        if matches!(outcome, Some(Err(_))) && is_doomed() {
            // The link has told this process too: it ends here, and does not see the failure.
            return Poll::Pending;
        }
        Poll::Ready(outcome)
    }
}

impl<T: Send + 'static> IntoFuture for Task<T> {
    type Output = Result<T, super::AwaitError>;
    type IntoFuture = Await<T>;

    /// Waits for 5 seconds.
    fn into_future(self) -> Await<T> {
        self.timeout(DEFAULT_TIMEOUT)
    }
}

/// Waits until the process of a task that has answered is gone: it is about to end.
pub(crate) async fn gone(answered: Option<Pid>) {
    if let Some(pid) = answered {
        wait(pid).await;
    }
}

/// The time that is waited when nothing else is said.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
