//! Streams of tasks under a supervisor.

use super::super::stream::{Finished, Hook, Options, Start};
use super::super::{AsyncStream, Items, TaskFailure};
use super::TaskSupervisorRef;
use super::start::{Told, ask, tie};
use crate::process::context;
use crate::process::core::Tells;
use futures_core::Stream;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::oneshot;

impl TaskSupervisorRef {
    /// Runs a task for each item under this supervisor, several at a time, linked to whoever consumes the stream: a stream of
    /// their answers. [`AsyncStream`] has the options and the rules.
    ///
    /// A task that cannot be started (there is no supervisor, or it has all the children it may have) ends the stream with
    /// [`TaskFailure::NotStarted`].
    ///
    /// Follows Elixir's `Task.Supervisor.async_stream/4` and `async_stream/6`.
    #[doc(alias = "Task.Supervisor.async_stream")]
    pub fn async_stream<I, F, Fut>(&self, items: I, work: F) -> AsyncStream<Items<I::IntoIter>, Fut::Output>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.async_stream_from(Items::new(items), work)
    }

    /// As [`async_stream`](Self::async_stream), for items that come from a stream themselves.
    pub fn async_stream_from<S, F, Fut>(&self, items: S, work: F) -> AsyncStream<S, Fut::Output>
    where
        S: Stream<Item: Send + 'static>,
        F: Fn(S::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.stream_from(items, work, true)
    }

    /// As [`async_stream`](Self::async_stream), without links: a task that fails is an `Err` and leaves the consumer alone.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use futures_util::StreamExt;
    /// use otp::prelude::*;
    ///
    /// let tasks = TaskSupervisor::start_link().await?;
    /// let halves = tasks.async_stream_nolink([4, 3, 8], |n| async move {
    ///     assert!(n % 2 == 0, "{n} is odd");
    ///     n / 2
    /// });
    /// let halves: Vec<_> = halves.filter_map(|half| async { half.ok() }).collect().await;
    /// assert_eq!(halves, [2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Task.Supervisor.async_stream_nolink/4` and `async_stream_nolink/6`.
    #[doc(alias = "Task.Supervisor.async_stream_nolink")]
    pub fn async_stream_nolink<I, F, Fut>(&self, items: I, work: F) -> AsyncStream<Items<I::IntoIter>, Fut::Output>
    where
        I: IntoIterator<Item: Send + 'static>,
        F: Fn(I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.async_stream_nolink_from(Items::new(items), work)
    }

    /// As [`async_stream_nolink`](Self::async_stream_nolink), for items that come from a stream themselves.
    pub fn async_stream_nolink_from<S, F, Fut>(&self, items: S, work: F) -> AsyncStream<S, Fut::Output>
    where
        S: Stream<Item: Send + 'static>,
        F: Fn(S::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.stream_from(items, work, false)
    }

    fn stream_from<S, F, Fut>(&self, items: S, work: F, linked: bool) -> AsyncStream<S, Fut::Output>
    where
        S: Stream<Item: Send + 'static>,
        F: Fn(S::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        let (supervisor, work, finished) = ((**self).clone(), Arc::new(work), Finished::new());
        let outcomes = finished.clone();
        let start = Box::new(move |item, number, options: &Options| {
            let hook = Hook::new(finished.clone(), number);
            let (supervisor, work) = (supervisor.clone(), work.clone());
            let (linked, shutdown) = (options.linked, options.shutdown);
            context::require("a stream of tasks", |_| ());
            let callers = context::as_caller();
            let (tell, told) = oneshot::channel::<()>();
            let work = async move {
                told.await.ok()?;
                Some(work(item).await)
            };
            Start::Asked(Box::pin(async move {
                let started = ask::<Fut, _, _>(&supervisor, shutdown, callers, work, Told(hook)).await;
                let pid = started.map_err(TaskFailure::NotStarted)?;
                if linked {
                    tie(pid, Tells::UnlessTrapped);
                }
                // One that has ended needs no telling.
                let _ = tell.send(());
                Ok(pid)
            }))
        });
        AsyncStream::new(items, outcomes, start, linked)
    }
}
