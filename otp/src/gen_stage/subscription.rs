//! The two sides of a subscription, and how messages get from one to the other.
//!
//! A subscription is known to both sides by its tag, which is the reference of the consumer's monitor of the producer. Each
//! side holds the other's end: a process seen as something that takes these messages, without its type. What one side
//! sends, the other gets in the same order.

use super::SubscribeTo;
use super::message::{Message, Protocol};
use super::options::SubscriptionOptions;
use super::{DemandMode, Producer, Stage, SubscriptionTag};
use crate::generic::{Envelope, Server, Unreachable};
use crate::process::core::AnyProcess;
use crate::process::mailbox::Item;
use crate::process::{ExitReason, Pid, alive};
use std::fmt;
use std::sync::Arc;

/// A producer, as its consumers see it.
pub(crate) trait ProducerEnd: Send + Sync {
    fn pid(&self) -> Pid;
    fn ask(&self, tag: SubscriptionTag, demand: usize);
    fn cancel(&self, tag: SubscriptionTag, reason: ExitReason);
}

/// A consumer of events `E`, as its producers see it.
pub(crate) trait ConsumerEnd<E>: Send + Sync {
    /// Its process; `None` for a stream that is read outside of one.
    fn pid(&self) -> Option<Pid>;
    fn events(&self, tag: SubscriptionTag, events: Vec<E>);
    fn cancelled(&self, tag: SubscriptionTag, reason: ExitReason);
    /// Why it has ended, if it has. Known before anybody is told.
    fn ended(&self) -> Option<ExitReason> {
        None
    }
}

pub(crate) fn push<S: Stage>(server: &Server<Message<S>>, message: Message<S>) {
    server.push(Item::Message(Envelope::Request(message)));
}

impl<S: Stage> ProducerEnd for Server<Message<S>> {
    fn pid(&self) -> Pid {
        self.core.pid
    }
    fn ask(&self, tag: SubscriptionTag, demand: usize) {
        push(self, Message::Ask(tag, demand));
    }
    fn cancel(&self, tag: SubscriptionTag, reason: ExitReason) {
        push(self, Protocol::Cancel(tag, reason).into());
    }
}

impl<S: Stage> ConsumerEnd<S::In> for Server<Message<S>> {
    fn pid(&self) -> Option<Pid> {
        Some(self.core.pid)
    }
    fn events(&self, tag: SubscriptionTag, events: Vec<S::In>) {
        push(self, Message::Events(tag, events));
    }
    fn cancelled(&self, tag: SubscriptionTag, reason: ExitReason) {
        push(self, Protocol::Cancelled(tag, reason).into());
    }
    fn ended(&self) -> Option<ExitReason> {
        if alive(self.core.pid) { None } else { self.core.reason.get().cloned() }
    }
}

/// The consumer's side of a subscription: which producer events come from.
///
/// Elixir's `from`, as consumers get it.
#[doc(alias = "from")]
#[derive(Clone)]
pub struct Subscription(Arc<Subscribed>);

struct Subscribed {
    tag: SubscriptionTag,
    producer: Arc<dyn ProducerEnd>,
    options: SubscriptionOptions,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("tag", &self.0.tag).field("producer", &self.producer()).finish()
    }
}

impl PartialEq for Subscription {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}
impl Eq for Subscription {}

impl Subscription {
    pub(crate) fn new(tag: SubscriptionTag, producer: Arc<dyn ProducerEnd>, options: SubscriptionOptions) -> Self {
        Self(Arc::new(Subscribed { tag, producer, options }))
    }

    /// What identifies it.
    pub fn tag(&self) -> SubscriptionTag {
        self.0.tag
    }

    /// The producer, which may have ended.
    pub fn producer(&self) -> Pid {
        self.0.producer.pid()
    }

    /// How it was made.
    pub fn options(&self) -> &SubscriptionOptions {
        &self.0.options
    }

    /// Cancels it: the producer confirms, and then this consumer's `handle_cancel` runs, and the consumer exits with the
    /// reason if the subscription's [`Cancel`](super::Cancel) says so. Events that are on their way still arrive.
    ///
    /// Follows Elixir's `GenStage.cancel/3`.
    #[doc(alias = "GenStage.cancel")]
    pub fn cancel(&self, reason: impl Into<ExitReason>) {
        self.0.producer.cancel(self.0.tag, reason.into());
    }

    pub(crate) fn ask(&self, demand: usize) {
        if demand > 0 {
            self.0.producer.ask(self.0.tag, demand);
        }
    }
}

/// A subscription that this stage is about to make: what its `handle_subscribe` sees.
#[derive(Debug)]
pub struct NewSubscription<'a> {
    subscription: &'a Subscription,
    pub(crate) manual: bool,
}

impl std::ops::Deref for NewSubscription<'_> {
    type Target = Subscription;
    fn deref(&self) -> &Subscription {
        self.subscription
    }
}

impl<'a> NewSubscription<'a> {
    pub(crate) fn new(subscription: &'a Subscription) -> Self {
        Self { subscription, manual: false }
    }

    /// Takes demand into this stage's own hands: from now on nothing is asked for on this subscription but by the answer of
    /// this.
    #[doc(alias = ":manual")]
    pub fn manual(&mut self) -> Manual {
        self.manual = true;
        Manual(self.subscription.clone())
    }
}

/// A subscription whose demand the stage asks for itself: the only one that can be asked.
///
/// ```
/// use otp::gen_stage::{Manual, NewSubscription};
///
/// fn take_over(subscription: &mut NewSubscription<'_>) -> Manual {
///     let manual = subscription.manual();
///     manual.ask(subscription.options().max_demand());
///     manual
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manual(Subscription);

impl std::ops::Deref for Manual {
    type Target = Subscription;
    fn deref(&self) -> &Subscription {
        &self.0
    }
}

impl Manual {
    /// Asks for so many more events. Asking for none does nothing.
    ///
    /// Follows Elixir's `GenStage.ask/3`.
    #[doc(alias = "GenStage.ask")]
    pub fn ask(&self, demand: usize) {
        self.0.ask(demand);
    }
}

/// The producer's side of a subscription: which consumer events go to.
///
/// Elixir's `from`, as producers get it. Demand cannot be asked for on this side.
#[doc(alias = "from")]
#[derive(Clone, Debug)]
pub struct Subscriber {
    pub(crate) tag: SubscriptionTag,
    pub(crate) consumer: Option<Pid>,
    pub(crate) options: SubscriptionOptions,
}

impl Subscriber {
    /// What identifies it.
    pub fn tag(&self) -> SubscriptionTag {
        self.tag
    }

    /// The consumer; `None` if it is a stream that is read outside of a process.
    pub fn consumer(&self) -> Option<Pid> {
        self.consumer
    }

    /// How it was made.
    pub fn options(&self) -> &SubscriptionOptions {
        &self.options
    }
}

/// How a subscription ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Cancelled {
    /// Somebody cancelled it.
    #[doc(alias = "{:cancel, reason}")]
    Cancel(ExitReason),
    /// The other side has ended.
    #[doc(alias = "{:down, reason}")]
    Down(ExitReason),
}

impl Cancelled {
    /// Why.
    pub fn reason(&self) -> &ExitReason {
        match self {
            Self::Cancel(reason) | Self::Down(reason) => reason,
        }
    }
}

/// A subscription to be made, without the type of the producer.
#[doc(hidden)]
pub(crate) trait Target<E>: Send {
    fn checked(&self) -> SubscriptionOptions;
    fn describe(&self) -> String;
    fn find(&self) -> Option<Found>;
    /// Says what a producer that was found does with demand.
    fn set_demand(&self, found: Found, mode: DemandMode);
    fn subscribe(
        &self,
        found: Found,
        tag: SubscriptionTag,
        consumer: End<E>,
        options: SubscriptionOptions,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) -> Upstream;
}

/// A consumer's end, for [`Target`].
pub(crate) struct End<E>(pub(crate) Arc<dyn ConsumerEnd<E>>);
/// A producer's end, for [`Target`].
pub(crate) struct Upstream(pub(crate) Arc<dyn ProducerEnd>);
/// A producer that is there, for [`Target`].
pub(crate) struct Found(pub(crate) Arc<dyn AnyProcess>);

impl<P: Producer> SubscribeTo<P> {
    /// A process that was found, with its type.
    fn server(Found(process): Found) -> Arc<Server<Message<P>>> {
        let any: Arc<dyn std::any::Any + Send + Sync> = process;
        any.downcast().expect("it was found as a stage of this type")
    }
}

impl<P: Producer> Target<P::Out> for SubscribeTo<P> {
    fn checked(&self) -> SubscriptionOptions {
        self.options().expect("it was checked when it was given")
    }

    fn describe(&self) -> String {
        self.to.to_string()
    }

    fn find(&self) -> Option<Found> {
        match self.to.server().address.resolve() {
            Ok(server) => Some(Found(server.into_owned())),
            Err(Unreachable::NoProc | Unreachable::OtherServer) => None,
        }
    }

    fn set_demand(&self, found: Found, mode: DemandMode) {
        push(&Self::server(found), Protocol::SetMode(mode).into());
    }

    fn subscribe(
        &self,
        found: Found,
        tag: SubscriptionTag,
        consumer: End<P::Out>,
        options: SubscriptionOptions,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) -> Upstream {
        let server = Self::server(found);
        let dispatch = self.dispatch.clone();
        push(&server, Protocol::Subscribe { tag, consumer: consumer.0, options, dispatch, replaces }.into());
        Upstream(server)
    }
}
