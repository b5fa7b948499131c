//! Producers of what an iterator or a stream yields.

use super::behaviour::{Answer, HandleDemand, Producer, Stage};
use super::dispatcher::{DemandDispatcher, Dispatcher};
use super::subscription::{Cancelled, Subscriber};
use super::{DemandMode, Emit, NoEvents, StageInit, StageRef, kind};
use crate::gen_server::{Next, NoContinue, Start};
use crate::process::{ExitReason, Info, Name, StartError, self_pid};
use futures_core::Stream;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::Poll;

/// What a producer does when its last consumer has gone.
#[doc(alias = ":on_cancel")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum OnCancel {
    /// It waits for another: the default.
    #[doc(alias = ":continue")]
    #[default]
    Continue,
    /// It ends.
    #[doc(alias = ":stop")]
    Stop,
}

/// Where events come from: at most so many at once.
enum Source<T> {
    Iterator(Box<dyn Iterator<Item = T> + Send>),
    Stream(Pin<Box<dyn Stream<Item = T> + Send>>),
    Exhausted,
}

impl<T> Source<T> {
    /// The next `n` items, fewer if that is all there is.
    async fn take(&mut self, n: usize) -> Vec<T> {
        match self {
            Self::Iterator(items) => items.take(n).collect(),
            Self::Stream(stream) => {
                let mut taken = Vec::new();
                while taken.len() < n
                    && let Some(item) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await
                {
                    taken.push(item);
                }
                taken
            }
            Self::Exhausted => Vec::new(),
        }
    }
}

/// The stage behind [`from_iter`] and [`from_stream`].
pub struct Enumerable<T: Send + 'static, D: Dispatcher<T> = DemandDispatcher<T>> {
    /// What is left of it.
    source: Source<T>,
    /// Taken once, by the stage's start.
    dispatcher: Mutex<Option<D>>,
    on_cancel: OnCancel,
    consumers: usize,
}

impl<T: Send + 'static, D: Dispatcher<T>> fmt::Debug for Enumerable<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enumerable").field("consumers", &self.consumers).finish_non_exhaustive()
    }
}

/// How an [`Enumerable`] is started.
pub struct Setup<T: Send + 'static, D: Dispatcher<T>> {
    source: Source<T>,
    dispatcher: D,
    demand: DemandMode,
    on_cancel: OnCancel,
}

impl<T: Send + 'static, D: Dispatcher<T>> fmt::Debug for Setup<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").finish_non_exhaustive()
    }
}

/// The source is exhausted, and what it gave has been sent.
struct Done;

impl<T: Send + 'static, D: Dispatcher<T>> Stage for Enumerable<T, D> {
    type Kind = kind::Producer;
    type In = NoEvents;
    type Out = T;
    type Dispatcher = D;
    type Args = Setup<T, D>;
    type Request = Infallible;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init(setup: Setup<T, D>) -> StageInit<Self> {
        let Setup { source, dispatcher, demand, on_cancel } = setup;
        let dispatcher = Mutex::new(Some(dispatcher));
        StageInit::ok(Self { source, dispatcher, on_cancel, consumers: 0 }).demand(demand)
    }

    async fn handle_info(&mut self, info: Info) -> Answer<Self> {
        match info.take::<Done>() {
            Ok(Done) => Emit::stop(ExitReason::Normal),
            Err(other) => {
                super::expand::unexpected_info(other);
                Emit::nothing()
            }
        }
    }
}

impl<T: Send + 'static, D: Dispatcher<T>> Producer for Enumerable<T, D> {
    fn dispatcher(&self) -> D {
        let dispatcher = self.dispatcher.lock().ok().and_then(|mut dispatcher| dispatcher.take());
        dispatcher.expect("a stage asks for its dispatcher once")
    }

    async fn handle_subscriber(&mut self, _: &Subscriber) -> Next {
        self.consumers += 1;
        Next::noreply()
    }

    async fn handle_unsubscribed(&mut self, _: &Subscriber, _: &Cancelled) -> Answer<Self> {
        self.consumers -= 1;
        if self.consumers == 0 && self.on_cancel == OnCancel::Stop {
            return Emit::stop(ExitReason::Normal);
        }
        Emit::nothing()
    }
}

impl<T: Send + 'static, D: Dispatcher<T>> HandleDemand for Enumerable<T, D> {
    async fn handle_demand(&mut self, demand: usize) -> Answer<Self> {
        if let Source::Exhausted = self.source {
            return Emit::nothing();
        }
        let events = self.source.take(demand).await;
        if events.len() < demand {
            self.source = Source::Exhausted;
            // Behind the events, should some of them have to wait.
            if let Some(me) = StageRef::<Self>::from_pid(self_pid()) {
                me.async_info(Done);
            }
        }
        Emit::events(events)
    }
}

/// A producer to be started: await it. It is linked to the process that does, unless [`FromEnumerable::unlinked`].
///
/// | Option | Default |
/// |---|---|
/// | [`dispatcher`](Self::dispatcher) | [`DemandDispatcher`] |
/// | [`demand`](Self::demand) | [`DemandMode::Forward`] |
/// | [`on_cancel`](Self::on_cancel) | [`OnCancel::Continue`] |
/// | [`name`](Self::name) | none |
#[must_use = "a producer is started when this is awaited"]
pub struct FromEnumerable<T: Send + 'static, D: Dispatcher<T> = DemandDispatcher<T>> {
    setup: Setup<T, D>,
    name: Option<Name>,
    linked: bool,
}

impl<T: Send + 'static, D: Dispatcher<T>> fmt::Debug for FromEnumerable<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromEnumerable").field("name", &self.name).field("linked", &self.linked).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> FromEnumerable<T> {
    fn new(source: Source<T>) -> Self {
        let (demand, on_cancel) = (DemandMode::Forward, OnCancel::Continue);
        let setup = Setup { source, dispatcher: DemandDispatcher::new(), demand, on_cancel };
        Self { setup, name: None, linked: true }
    }
}

impl<T: Send + 'static, D: Dispatcher<T>> FromEnumerable<T, D> {
    /// Who decides which consumer gets which items.
    pub fn dispatcher<N: Dispatcher<T>>(self, dispatcher: N) -> FromEnumerable<T, N> {
        let Setup { source, demand, on_cancel, .. } = self.setup;
        FromEnumerable { setup: Setup { source, dispatcher, demand, on_cancel }, name: self.name, linked: self.linked }
    }

    /// What it does with demand at first.
    pub fn demand(mut self, mode: DemandMode) -> Self {
        self.setup.demand = mode;
        self
    }

    /// What it does when its last consumer has gone.
    pub fn on_cancel(mut self, on_cancel: OnCancel) -> Self {
        self.setup.on_cancel = on_cancel;
        self
    }

    /// The name it is registered under.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Does not link it to the process that starts it.
    #[doc(alias = ":link")]
    pub fn unlinked(mut self) -> Self {
        self.linked = false;
        self
    }
}

impl<T: Send + 'static, D: Dispatcher<T>> IntoFuture for FromEnumerable<T, D> {
    type Output = Result<StageRef<Enumerable<T, D>>, StartError>;
    type IntoFuture = Starting<T, D>;

    fn into_future(self) -> Self::IntoFuture {
        let start = match self.linked {
            true => Enumerable::start_link(self.setup),
            false => Enumerable::start(self.setup),
        };
        Starting(match self.name {
            Some(name) => start.name(name),
            None => start,
        })
    }
}

/// The start of a [`FromEnumerable`], under way.
#[must_use = "futures do nothing unless awaited"]
pub struct Starting<T: Send + 'static, D: Dispatcher<T>>(Start<super::Staged<Enumerable<T, D>>>);

impl<T: Send + 'static, D: Dispatcher<T>> fmt::Debug for Starting<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Send + 'static, D: Dispatcher<T>> Future for Starting<T, D> {
    type Output = Result<StageRef<Enumerable<T, D>>, StartError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

/// A producer of what an iterator yields, taken when there is demand: `max_demand` items at first, then
/// `max_demand - min_demand` at a time. Each batch is filled before it is sent; an iterator that is slow should be subscribed
/// to with a small `max_demand`.
///
/// When the iterator ends, what it gave last is sent, and the producer ends with `Normal`: a permanent consumer ends with
/// it, a transient or temporary one goes on.
///
/// ```
/// use otp::gen_stage::{self, Cancel};
/// use futures_util::StreamExt;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let numbers = gen_stage::from_iter(1..=7).await?;
/// let to = numbers.subscription().max_demand(4).cancel(Cancel::Transient);
/// let all: Vec<i32> = gen_stage::stream(to)?.map(|item| item.expect("it ends in order")).collect().await;
/// assert_eq!(all, [1, 2, 3, 4, 5, 6, 7]);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `GenStage.from_enumerable/2`.
#[doc(alias = "GenStage.from_enumerable")]
pub fn from_iter<I>(items: I) -> FromEnumerable<I::Item>
where
    I: IntoIterator<IntoIter: Send + 'static, Item: Send + 'static>,
{
    FromEnumerable::new(Source::Iterator(Box::new(items.into_iter())))
}

/// As [`from_iter`], for a stream: awaiting its next item does not keep others from running, but the stage handles nothing
/// else meanwhile.
#[doc(alias = "GenStage.from_enumerable")]
pub fn from_stream<S>(stream: S) -> FromEnumerable<S::Item>
where
    S: Stream<Item: Send + 'static> + Send + 'static,
{
    FromEnumerable::new(Source::Stream(Box::pin(stream)))
}
