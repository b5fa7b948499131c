//! The events of producers as a `futures::Stream`.
//!
//! A stream is a consumer without a process: its end (`Inbox`) is a queue that producers put events into, under a lock that
//! is held for a push or a pop. The reader's waker is stored under the same lock before it waits, and whoever pushes wakes
//! it. The end of a producer is such a message too, so that a stream of many producers looks at none of them in vain. Dropping
//! the stream cancels what is left.

use super::options::BadDemand;
use super::plan::Plan;
use super::subscription::{ConsumerEnd, End, Found, ProducerEnd, Subscription, Target};
use super::{DemandMode, HandleDemand, IntoSubscribeTo, Stage, StageHandle, StageRef, SubscriptionTag};
use crate::process::pid::Map;
use crate::process::wait::{self, Ended};
use crate::process::{ExitReason, Pid, alive, try_self_pid};
use crate::sync::Mutex;
use futures_core::Stream;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// What producers have sent.
struct Inbox<E> {
    /// Filled by producers, emptied by the reader.
    state: Mutex<Arrived<E>>,
}

struct Arrived<E> {
    messages: VecDeque<Message<E>>,
    /// Of the reader, while it waits.
    waker: Option<Waker>,
}

enum Message<E> {
    Events(SubscriptionTag, Vec<E>),
    Cancelled(SubscriptionTag, ExitReason),
    /// Whether the producer has ended is to be looked at.
    Look(SubscriptionTag),
}

/// Woken by the end of one producer: so nobody has to look at all of them.
struct Watch<E> {
    inbox: Arc<Inbox<E>>,
    tag: SubscriptionTag,
}

impl<E: Send> Wake for Watch<E> {
    fn wake(self: Arc<Self>) {
        self.inbox.push(Message::Look(self.tag));
    }
}

impl<E> Inbox<E> {
    fn push(&self, message: Message<E>) {
        let waker = {
            let mut state = self.state.lock();
            state.messages.push_back(message);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The oldest message; if there is none, this waker is woken by the next.
    fn pop(&self, cx: &Context<'_>) -> Option<Message<E>> {
        let mut state = self.state.lock();
        let message = state.messages.pop_front();
        if message.is_none() {
            state.waker = Some(cx.waker().clone());
        }
        message
    }
}

impl<E: Send> ConsumerEnd<E> for Inbox<E> {
    fn pid(&self) -> Option<Pid> {
        None
    }
    fn events(&self, tag: SubscriptionTag, events: Vec<E>) {
        self.push(Message::Events(tag, events));
    }
    fn cancelled(&self, tag: SubscriptionTag, reason: ExitReason) {
        self.push(Message::Cancelled(tag, reason));
    }
}

/// A subscription of a stream.
struct Reading {
    subscription: Subscription,
    owed: usize,
    /// The end of the producer.
    ended: Ended,
}

/// Events that are being read, and what is asked for when all of them were.
struct Batch<E> {
    events: std::vec::IntoIter<E>,
    ask: Option<(Subscription, usize)>,
}

/// The events of one or several producers, as a `futures::Stream` that is read by whoever has it, in a process or not.
///
/// - It subscribes when it is read for the first time, and then sets its producers' demand to forward.
/// - It asks for more when an event is wanted that it does not have: a reader that stops reading stops the producers.
/// - When a producer ends, or cancels, the [`Cancel`](super::Cancel) of its subscription says whether that ends the stream,
///   with the reason as its last item (`permanent`, and `transient` if it was not in order), or not. When no subscription is
///   left, it ends.
/// - Dropping it cancels its subscriptions.
///
/// Made by [`stream`].
pub struct EventStream<E: Send + 'static> {
    /// Not subscribed to yet.
    targets: Vec<Box<dyn Target<E>>>,
    /// What is done with their demand when all are subscribed to.
    demand: Option<DemandMode>,
    /// Whose demand; `None`: of all that were subscribed to.
    producers: Option<Vec<Setting>>,
    inbox: Arc<Inbox<E>>,
    readings: Map<SubscriptionTag, Reading>,
    /// What has come and is to be read.
    batches: VecDeque<Batch<E>>,
    started: bool,
    /// It has ended, or is to end with this.
    end: Option<ExitReason>,
    done: bool,
}

/// Sets the demand of a producer.
type Setting = Box<dyn Fn(DemandMode) + Send>;

// Nothing in it is pinned.
impl<E: Send + 'static> Unpin for EventStream<E> {}

impl<E: Send + 'static> fmt::Debug for EventStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("subscriptions", &self.readings.len()).finish_non_exhaustive()
    }
}

/// The events of a producer as a stream.
///
/// ```
/// use futures_util::StreamExt;
/// use otp::gen_stage;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let numbers = gen_stage::from_iter(0..).await?;
/// let first: Vec<i32> = gen_stage::stream(&numbers)?.take(3).map(|item| item.unwrap()).collect().await;
/// assert_eq!(first, [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The demand is one that cannot be.
///
/// Follows Elixir's `GenStage.stream/2`. Unlike there, the reader's mailbox is left alone.
#[doc(alias = "GenStage.stream")]
pub fn stream<T: IntoSubscribeTo>(to: T) -> Result<EventStream<<T::Producer as Stage>::Out>, BadDemand> {
    EventStream::empty().subscribe_to(to)
}

impl<E: Send + 'static> EventStream<E> {
    fn empty() -> Self {
        Self {
            targets: Vec::new(),
            demand: Some(DemandMode::Forward),
            producers: None,
            inbox: Arc::new(Inbox { state: Mutex::new(Arrived { messages: VecDeque::new(), waker: None }) }),
            readings: Map::default(),
            batches: VecDeque::new(),
            started: false,
            end: None,
            done: false,
        }
    }

    /// One more producer, of the same events.
    ///
    /// # Errors
    /// The demand is one that cannot be.
    pub fn subscribe_to<T: IntoSubscribeTo<Producer: Stage<Out = E>>>(mut self, to: T) -> Result<Self, BadDemand> {
        let to = to.into_subscribe_to();
        to.options()?;
        self.targets.push(Box::new(to));
        Ok(self)
    }

    /// What the producers' demand is set to when all are subscribed to. Default: forward.
    #[doc(alias = ":demand")]
    #[must_use]
    pub fn demand(mut self, mode: DemandMode) -> Self {
        self.demand = Some(mode);
        self
    }

    /// A producer whose demand is set, in the place of those that are subscribed to: needed when these are
    /// producer-consumers.
    #[doc(alias = ":producers")]
    #[must_use]
    pub fn demand_of<H: StageHandle<Stage: HandleDemand>>(mut self, producer: &H) -> Self {
        let producer: StageRef<H::Stage> = producer.stage().clone();
        self.producers.get_or_insert_default().push(Box::new(move |mode| producer.set_demand(mode)));
        self
    }

    fn start(&mut self) {
        let owner = try_self_pid().unwrap_or(Pid::NOBODY);
        let mut found = Vec::new();
        for target in std::mem::take(&mut self.targets) {
            let options = target.checked();
            let there = target.find().filter(|found| alive(found.0.core().pid));
            let Some(Found(process)) = there else {
                if options.cancel().exits(&ExitReason::NoProc) {
                    self.end = Some(ExitReason::NoProc);
                    return;
                }
                continue;
            };
            let tag = SubscriptionTag::new(owner);
            let ended = wait::ended(process.clone());
            let end = End(self.inbox.clone());
            let producer: Arc<dyn ProducerEnd> =
                target.subscribe(Found(process.clone()), tag, end, options.clone(), None).0;
            let subscription = Subscription::new(tag, producer, options);
            let owed = subscription.options().max_demand();
            subscription.ask(owed);
            self.readings.insert(tag, Reading { subscription, owed, ended });
            self.look(tag);
            found.push((target, process));
        }
        let Some(mode) = self.demand else { return };
        match &self.producers {
            Some(producers) => producers.iter().for_each(|set| set(mode)),
            None => found.into_iter().for_each(|(target, process)| target.set_demand(Found(process), mode)),
        }
    }

    /// Takes a message apart.
    fn received(&mut self, tag: SubscriptionTag, events: Vec<E>) {
        let Some(reading) = self.readings.get_mut(&tag) else { return };
        let mut plan = Plan::new(events.len(), reading.owed, reading.subscription.options().demand);
        let mut events = events.into_iter();
        for batch in plan.by_ref() {
            let these: Vec<E> = events.by_ref().take(batch.events).collect();
            let ask = (batch.ask > 0).then(|| (reading.subscription.clone(), batch.ask));
            self.batches.push_back(Batch { events: these.into_iter(), ask });
        }
        reading.owed = plan.owed();
    }

    fn ended(&mut self, tag: SubscriptionTag, reason: ExitReason) {
        if let Some(reading) = self.readings.remove(&tag)
            && reading.subscription.options().cancel().exits(&reason)
        {
            self.end = Some(reason);
        }
    }

    /// The next event that has come.
    fn next_event(&mut self) -> Option<E> {
        loop {
            let batch = self.batches.front_mut()?;
            if let Some(event) = batch.events.next() {
                return Some(event);
            }
            if let Some((subscription, ask)) = batch.ask.take()
                && self.readings.contains_key(&subscription.tag())
            {
                subscription.ask(ask);
            }
            self.batches.pop_front();
        }
    }

    /// Looks whether a producer has ended, and has this called again when it does.
    fn look(&mut self, tag: SubscriptionTag) {
        let Some(reading) = self.readings.get_mut(&tag) else { return };
        let waker = Waker::from(Arc::new(Watch { inbox: self.inbox.clone(), tag }));
        if let Poll::Ready(reason) = Pin::new(&mut reading.ended).poll(&mut Context::from_waker(&waker)) {
            // Behind what it has sent.
            self.inbox.push(Message::Cancelled(tag, reason));
        }
    }

    fn take_in(&mut self, message: Message<E>) {
        match message {
            Message::Events(tag, events) => self.received(tag, events),
            Message::Cancelled(tag, reason) => self.ended(tag, reason),
            Message::Look(tag) => self.look(tag),
        }
    }

    fn cancel(&mut self) {
        for (_, reading) in self.readings.drain() {
            reading.subscription.cancel(ExitReason::Normal);
        }
    }
}

impl<E: Send + 'static> Stream for EventStream<E> {
    /// An event, or, as the last item, why a producer that this stream cannot be without has ended.
    type Item = Result<E, ExitReason>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if !std::mem::replace(&mut this.started, true) {
            this.start();
        }
        loop {
            if this.done {
                return Poll::Ready(None);
            }
            if let Some(event) = this.next_event() {
                return Poll::Ready(Some(Ok(event)));
            }
            if let Some(reason) = this.end.take() {
                this.done = true;
                this.cancel();
                return Poll::Ready(Some(Err(reason)));
            }
            if let Some(message) = this.inbox.pop(cx) {
                this.take_in(message);
                continue;
            }
            if this.readings.is_empty() {
                this.done = true;
                continue;
            }
            return Poll::Pending;
        }
    }
}

impl<E: Send + 'static> Drop for EventStream<E> {
    fn drop(&mut self) {
        self.cancel();
    }
}
