//! Streams of tasks, as their users see them.

use super::super::Task;
use super::super::handle::DEFAULT_TIMEOUT;
use super::super::start::kind;
use super::carrier::{Carriers, Work};
use super::finished::Finished;
use super::tasks::{Starts, Tasks};
use crate::child::Shutdown;
use crate::process::ExitReason;
use crate::supervisor::dynamic::StartChildError;
use futures_core::stream::{FusedStream, Stream};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// What happens when a task of a stream takes longer than its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnTimeout {
    /// All tasks are stopped, and the stream ends with [`TaskFailure::Timeout`] as its last item. The default.
    ///
    /// Elixir ends the consumer; `?` on the item comes to the same.
    #[doc(alias = ":exit")]
    #[default]
    Exit,
    /// That task is killed, and the stream goes on behind its [`TaskFailure::Timeout`].
    #[doc(alias = ":kill_task")]
    KillTask,
}

/// Why a task of a stream gave no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskFailure {
    /// It ended without one, for this reason.
    #[doc(alias = ":exit")]
    #[error("the task ended: {0}")]
    Exit(ExitReason),
    /// It took longer than this and was killed.
    #[doc(alias = ":timeout")]
    #[error("the task took longer than {0:?} and was killed")]
    Timeout(Duration),
    /// Its supervisor did not start it. The last item of its stream: nothing was started after it.
    #[error("the task was not started: {0}")]
    NotStarted(StartChildError),
}

impl TaskFailure {
    /// Why the task ended, if it ended by itself.
    pub fn exit_reason(&self) -> Option<&ExitReason> {
        match self {
            Self::Exit(reason) => Some(reason),
            _ => None,
        }
    }
}

/// A stream that may run no task at a time would never end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bad option max_concurrency: no task could ever run with 0; give it at least 1")]
pub struct ZeroConcurrency;

/// What a stream was told.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) max_concurrency: usize,
    pub(crate) ordered: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_timeout: OnTimeout,
    pub(crate) shutdown: Shutdown,
    /// Whether tasks are linked to whoever consumes the stream.
    pub(crate) linked: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_concurrency: std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            ordered: true,
            timeout: Some(DEFAULT_TIMEOUT),
            on_timeout: OnTimeout::default(),
            shutdown: Shutdown::default(),
            linked: true,
        }
    }
}

pin_project! {
    /// A stream that runs a task for each item of its input, several at a time.
    ///
    /// | Option | Default |
    /// |---|---|
    /// | [`max_concurrency`](Self::max_concurrency) | the number of cores |
    /// | [`ordered`](Self::ordered) | `true`: results come in the order of the input |
    /// | [`timeout`](Self::timeout), [`infinity`](Self::infinity) | 5 s for each task |
    /// | [`on_timeout`](Self::on_timeout) | [`OnTimeout::Exit`] |
    /// | [`zip_input_on_exit`](Self::zip_input_on_exit) | failures come without their item |
    /// | [`shutdown`](Self::shutdown) | 5 s; of tasks under a supervisor |
    ///
    /// An item is `Ok` with the answer of its task, or `Err` with why there is none.
    ///
    /// - Nothing is started and no item is taken before it is polled, nor while it is not. It is the process that polls whose
    ///   tasks they are: linked to it (unless it is a stream without links), with it as their caller. If a linked task fails,
    ///   that process ends too, unless it traps exits: then it gets the `Err`, and no `Exit`.
    /// - No message of the tasks comes to that process.
    /// - Dropping it kills the tasks that run: at their next await they are gone.
    /// - A task's time begins with its start and is looked at when the stream is polled: an answer that is there by then
    ///   is taken.
    /// - In order, a slow item holds back the results of those behind it, which are kept meanwhile.
    /// - Each task is a process of its own. tokio sees fewer: the processes run one after another in as many of its tasks
    ///   as run at a time, so what [`tokio::task::id`] answers names none of them. Under a supervisor each has its own.
    ///
    /// # Panics
    /// When it is polled outside of a process.
    ///
    /// Follows Elixir's `Task.async_stream/3` and `Task.Supervisor.async_stream/4`.
    #[must_use = "streams do nothing unless polled"]
    pub struct AsyncStream<S, R>
    where
        S: Stream,
    {
        #[pin]
        tasks: Tasks<S, R>,
    }
}

impl<S: Stream, R> fmt::Debug for AsyncStream<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStream").field("options", self.tasks.options()).finish_non_exhaustive()
    }
}

impl<S: Stream, R> AsyncStream<S, R> {
    pub(crate) fn new(input: S, finished: Arc<Finished<R>>, start: Box<dyn Starts<S::Item>>, linked: bool) -> Self {
        Self { tasks: Tasks::new(input, finished, start, Options { linked, ..Options::default() }) }
    }

    /// The most tasks that run at a time. Default: the number of cores.
    ///
    /// # Errors
    /// It is zero.
    pub fn max_concurrency(mut self, tasks: usize) -> Result<Self, ZeroConcurrency> {
        if tasks == 0 {
            return Err(ZeroConcurrency);
        }
        self.tasks.options_mut().max_concurrency = tasks;
        Ok(self)
    }

    /// Whether results come in the order of the input, the default, or as the tasks end.
    pub fn ordered(mut self, ordered: bool) -> Self {
        self.tasks.options_mut().ordered = ordered;
        self
    }

    /// The time that each task may take. Default: 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.tasks.options_mut().timeout = Some(timeout);
        self
    }

    /// A task may take as long as it takes.
    #[doc(alias = ":infinity")]
    pub fn infinity(mut self) -> Self {
        self.tasks.options_mut().timeout = None;
        self
    }

    /// What happens when a task takes longer. Default: [`OnTimeout::Exit`].
    pub fn on_timeout(mut self, on_timeout: OnTimeout) -> Self {
        self.tasks.options_mut().on_timeout = on_timeout;
        self
    }

    /// How the supervisor of the tasks shuts them down, when it is shut down itself. Default: 5 seconds. Tasks that have no
    /// supervisor have nobody who would.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.tasks.options_mut().shutdown = shutdown.into();
        self
    }

    /// Failures carry their item: `Err((item, failure))`.
    #[doc(alias = ":zip_input_on_exit")]
    pub fn zip_input_on_exit(mut self) -> AsyncStreamZipped<S, R>
    where
        S::Item: Clone,
    {
        self.tasks.keep_input();
        AsyncStreamZipped { tasks: self.tasks }
    }
}

impl<S: Stream, R> Stream for AsyncStream<S, R> {
    type Item = Result<R, TaskFailure>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().tasks.poll_next(cx).map(|done| done.map(|done| done.result))
    }
}

impl<S: Stream, R> FusedStream for AsyncStream<S, R> {
    fn is_terminated(&self) -> bool {
        self.tasks.is_ended()
    }
}

pin_project! {
    /// An [`AsyncStream`] whose failures carry the item: made by
    /// [`zip_input_on_exit`](AsyncStream::zip_input_on_exit).
    #[must_use = "streams do nothing unless polled"]
    pub struct AsyncStreamZipped<S, R>
    where
        S: Stream,
    {
        #[pin]
        tasks: Tasks<S, R>,
    }
}

impl<S: Stream, R> fmt::Debug for AsyncStreamZipped<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStreamZipped").field("options", self.tasks.options()).finish_non_exhaustive()
    }
}

impl<S: Stream, R> Stream for AsyncStreamZipped<S, R> {
    type Item = Result<R, (S::Item, TaskFailure)>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let done = std::task::ready!(self.project().tasks.poll_next(cx));
        Poll::Ready(done.map(|done| {
            let input = done.input;
            done.result.map_err(|failure| (input.expect("it was kept when the task was started"), failure))
        }))
    }
}

impl<S: Stream, R> FusedStream for AsyncStreamZipped<S, R> {
    fn is_terminated(&self) -> bool {
        self.tasks.is_ended()
    }
}

/// An iterator as the input of a stream of tasks.
#[derive(Clone, Debug)]
pub struct Items<I>(I);

impl<I> Items<I> {
    pub(crate) fn new(items: impl IntoIterator<IntoIter = I>) -> Self {
        Self(items.into_iter())
    }
}

// Nothing in it is pinned.
impl<I> Unpin for Items<I> {}

impl<I: Iterator> Stream for Items<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

impl Task<()> {
    /// Runs a task for each item, several at a time: a stream of their answers. [`AsyncStream`] has the options and the rules.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use futures_util::TryStreamExt;
    /// use otp::prelude::*;
    ///
    /// let lengths = Task::async_stream(["a", "bc", "def"], |word| async move { word.len() });
    /// assert_eq!(lengths.max_concurrency(8)?.try_collect::<Vec<_>>().await?, [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Task.async_stream/3` and `Task.async_stream/5`.
    #[doc(alias = "Task.async_stream")]
    pub fn async_stream<I, F, Fut>(items: I, work: F) -> AsyncStream<Items<I::IntoIter>, Fut::Output>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        Self::async_stream_from(Items::new(items), work)
    }

    /// As [`async_stream`](Self::async_stream), for items that come from a stream themselves.
    pub fn async_stream_from<S, F, Fut>(items: S, work: F) -> AsyncStream<S, Fut::Output>
    where
        S: Stream<Item: Send + 'static>,
        F: Fn(S::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        let finished = Finished::new();
        let make = |work: Arc<Work<F>>, item| async move { work.get()(item).await };
        let start = Carriers::new(kind::<Fut>(), work, make, finished.clone());
        AsyncStream::new(items, finished, Box::new(start), true)
    }
}
