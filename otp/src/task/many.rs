//! Waiting for several tasks at once, in one pass over the mailbox.

use super::handle::{DEFAULT_TIMEOUT, gone};
use super::outcome::{Outcome, is_doomed, select};
use super::{AwaitFailure, AwaitManyError, Task};
use crate::process::receive::Receiving;
use crate::process::reference::Reference;
use crate::process::{ExitReason, Info, MonitorRef};
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Finds the outcomes of several tasks, whichever comes first.
struct Search {
    /// The places of those without an outcome.
    open: HashMap<Reference, usize>,
    receiving: Receiving,
}

impl Search {
    /// For those tasks that something can still come of.
    fn new<T: Send + 'static>(tasks: &[Task<T>]) -> Self {
        let open = tasks.iter().enumerate().filter(|(_, task)| !task.is_taken());
        let open: HashMap<_, _> = open.map(|(place, task)| (task.reference().reference(), place)).collect();
        let mark = tasks.iter().map(Task::mark).min().unwrap_or_default();
        Self { open, receiving: Receiving::from(mark) }
    }

    /// The next outcome, and whose it is; `None` when the time has passed.
    async fn next<T: Send + 'static>(
        &mut self,
        tasks: &mut [Task<T>],
        within: Option<Duration>,
    ) -> Option<(usize, Outcome<T>)> {
        poll_fn(|cx| self.poll(tasks, within, cx)).await
    }

    fn poll<T: Send + 'static>(
        &mut self,
        tasks: &mut [Task<T>],
        within: Option<Duration>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(usize, Outcome<T>)>> {
        let Self { open, receiving } = self;
        let mut select = |info: Info| {
            let Some(place) = reference_of::<T>(&info).and_then(|reference| open.remove(&reference.0)) else {
                return Err(info);
            };
            select(tasks[place].reference(), info).map(|outcome| (place, outcome))
        };
        let found = std::task::ready!(receiving.poll(&mut select, within, cx));
        if let Some((place, outcome)) = &found {
            tasks[*place].flush();
            if outcome.is_err() && is_doomed() {
                return Poll::Pending;
            }
        }
        Poll::Ready(found)
    }
}

/// Which monitor or task the message is about.
fn reference_of<T: 'static>(info: &Info) -> Option<MonitorRef> {
    match info {
        Info::Down(down) => Some(down.reference),
        Info::Any(message) => Some(message.downcast_ref::<super::TaskDone<T>>()?.reference),
        Info::Exit(_) => None,
    }
}

/// Several tasks that are awaited together: await it. See [`Task::await_many`].
#[must_use = "tasks are waited for when this is awaited"]
pub struct AwaitMany<T> {
    tasks: Vec<Task<T>>,
    timeout: Option<Duration>,
}

impl<T> fmt::Debug for AwaitMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitMany").field("tasks", &self.tasks).field("timeout", &self.timeout).finish()
    }
}

impl<T: Send + 'static> AwaitMany<T> {
    pub(crate) fn new(tasks: Vec<Task<T>>) -> Self {
        Self { tasks, timeout: Some(DEFAULT_TIMEOUT) }
    }

    /// Waits for at most this long, for all of them together. Default: 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Waits until all have answered, or one has ended without.
    #[doc(alias = ":infinity")]
    pub fn infinity(mut self) -> Self {
        self.timeout = None;
        self
    }

    async fn run(mut self) -> Result<Vec<T>, AwaitManyError> {
        for task in &self.tasks {
            if let Err(failure) = task.check() {
                // No task of another process is touched, nor those before it.
                return Err(self.error(failure, Some(task)));
            }
        }
        let mut search = Search::new(&self.tasks);
        let mut values: Vec<Option<T>> = self.tasks.iter().map(|_| None).collect();
        for _ in 0..values.len() {
            let found = search.next(&mut self.tasks, self.timeout).await;
            // What came at the last moment wins over the time, if it is all that was missing.
            let found = found.or_else(|| take_back_one(&mut self.tasks));
            match found {
                Some((place, Ok(value))) => values[place] = Some(value),
                Some((place, Err(reason))) => {
                    self.give_up();
                    return Err(self.error(AwaitFailure::Exit(reason), self.tasks.get(place)));
                }
                None => {
                    self.give_up();
                    return Err(self.error(AwaitFailure::Timeout, None));
                }
            }
        }
        search.receiving.sweep();
        Ok(values.into_iter().map(|value| value.expect("as many were found as there are tasks")).collect())
    }

    fn give_up(&mut self) {
        for task in &mut self.tasks {
            if !task.is_taken() {
                task.take_back();
            }
        }
    }

    fn error(&self, failure: AwaitFailure, failed: Option<&Task<T>>) -> AwaitManyError {
        AwaitManyError {
            failure,
            failed: failed.map(Task::to_string),
            tasks: self.tasks.iter().map(Task::to_string).collect(),
            timeout: self.timeout,
        }
    }
}

/// The time has passed: an outcome that has come since.
fn take_back_one<T: Send + 'static>(tasks: &mut [Task<T>]) -> Option<(usize, Outcome<T>)> {
    let open = tasks.iter_mut().enumerate().find(|(_, task)| !task.is_taken())?;
    let (place, task) = open;
    task.take_back().map(|outcome| (place, outcome))
}

impl<T: Send + 'static> IntoFuture for AwaitMany<T> {
    type Output = Result<Vec<T>, AwaitManyError>;
    type IntoFuture = Boxed<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// What happens to the tasks without an outcome when the time of a [`YieldMany`] has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnYieldTimeout {
    /// Nothing: they can be waited for again. The default.
    #[doc(alias = ":nothing")]
    #[default]
    Nothing,
    /// They go on by themselves, unlinked, and nothing of them comes any more.
    #[doc(alias = ":ignore")]
    Ignore,
    /// They are killed, and gone when the answer comes.
    #[doc(alias = ":kill_task")]
    KillTask,
}

/// Several tasks that are waited for together, and again if need be: await it. See [`Task::yield_many`].
///
/// | Option | Default |
/// |---|---|
/// | [`timeout`](Self::timeout), [`infinity`](Self::infinity) | 5 s, for all together |
/// | [`limit`](Self::limit) | all |
/// | [`on_timeout`](Self::on_timeout) | [`OnYieldTimeout::Nothing`] |
///
/// Each answer is as in [`Task::yield_for`].
#[must_use = "tasks are waited for when this is awaited"]
pub struct YieldMany<'a, T> {
    tasks: &'a mut [Task<T>],
    timeout: Option<Duration>,
    limit: usize,
    on_timeout: OnYieldTimeout,
}

impl<T> fmt::Debug for YieldMany<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YieldMany")
            .field("tasks", &self.tasks)
            .field("timeout", &self.timeout)
            .field("limit", &self.limit)
            .field("on_timeout", &self.on_timeout)
            .finish()
    }
}

impl<'a, T: Send + 'static> YieldMany<'a, T> {
    pub(crate) fn new(tasks: &'a mut [Task<T>]) -> Self {
        Self { tasks, timeout: Some(DEFAULT_TIMEOUT), limit: usize::MAX, on_timeout: OnYieldTimeout::default() }
    }

    /// Waits for at most this long, for all of them together. Default: 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Waits until all have an outcome.
    #[doc(alias = ":infinity")]
    pub fn infinity(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// Waits until this many have an outcome; the others can be waited for again. Default: all.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// What happens to those without an outcome when the time has passed. Default: nothing.
    pub fn on_timeout(mut self, on_timeout: OnYieldTimeout) -> Self {
        self.on_timeout = on_timeout;
        self
    }

    async fn run(self) -> Vec<Option<Outcome<T>>> {
        let Self { tasks, timeout, limit, on_timeout } = self;
        if let Some(error) = tasks.iter().find_map(|task| task.check_owner().err()) {
            let error = ExitReason::error(error);
            return tasks.iter().map(|_| Some(Err(error.clone()))).collect();
        }
        let mut outcomes: Vec<Option<Outcome<T>>> = tasks.iter().map(|_| None).collect();
        let mut search = Search::new(tasks);
        let mut left = limit.min(search.open.len());
        while left > 0 {
            match search.next(tasks, timeout).await {
                Some((place, outcome)) => outcomes[place] = Some(outcome),
                None => break,
            }
            left -= 1;
        }
        search.receiving.sweep();
        if left > 0 {
            late(tasks, &mut outcomes, on_timeout, search).await;
        }
        outcomes
    }
}

/// The time has passed for those without an outcome.
async fn late<T: Send + 'static>(
    tasks: &mut [Task<T>],
    outcomes: &mut [Option<Outcome<T>>],
    on_timeout: OnYieldTimeout,
    mut search: Search,
) {
    match on_timeout {
        OnYieldTimeout::Nothing => {}
        OnYieldTimeout::Ignore => {
            for &place in search.open.values() {
                outcomes[place] = tasks[place].abandon();
            }
        }
        OnYieldTimeout::KillTask => {
            // All are told before any is waited for.
            search.open.values().for_each(|&place| tasks[place].signal(ExitReason::Kill));
            while !search.open.is_empty() {
                if let Some((place, outcome)) = search.next(tasks, None).await {
                    gone(tasks[place].pid().filter(|_| outcome.is_ok())).await;
                    outcomes[place] =
                        Some(outcome).filter(|outcome| outcome.as_ref().err() != Some(&ExitReason::Killed));
                }
            }
        }
    }
}

impl<'a, T: Send + 'static> IntoFuture for YieldMany<'a, T> {
    type Output = Vec<Option<Outcome<T>>>;
    type IntoFuture = Boxed<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
