//! Dispatchers: who gets which events.
//!
//! A dispatcher is a state machine without a process: it is told of subscriptions, demand and events, and answers with
//! what is to be sent. A producer has one for its life. The built-in ones:
//!
//! | Dispatcher | An event goes to | Elixir |
//! |---|---|---|
//! | [`DemandDispatcher`] | the consumer with the highest demand | `GenStage.DemandDispatcher` |
//! | [`BroadcastDispatcher`] | every consumer whose selector accepts it | `GenStage.BroadcastDispatcher` |
//! | [`PartitionDispatcher`] | the consumer of its partition | `GenStage.PartitionDispatcher` |
//!
//! # Writing one
//!
//! Implement [`Dispatcher`]. What holds for each of them, and is relied on:
//!
//! 1. Over the life of a subscription, the events sent to it never exceed the demand it asked.
//! 2. [`Dispatcher::placeable`] is how many more events could be taken in *now*. The stage asks its producer's
//!    `handle_demand` for exactly that number less what it has asked for and not got, and gives the dispatcher buffered
//!    events while it is above zero.
//! 3. Whatever [`Dispatcher::dispatch`] does not take, the stage keeps, in order, and offers again.
//!
//! A dispatcher that sends events round robin, one each:
//!
//! ```
//! use otp::gen_stage::dispatcher::{Dispatcher, Outbox, SubscriptionTag};
//! use otp::process::{ExitReason, Pid};
//! use std::collections::VecDeque;
//!
//! #[derive(Default)]
//! struct RoundRobin {
//!     turns: VecDeque<(SubscriptionTag, usize)>,
//! }
//!
//! impl<E: Send + 'static> Dispatcher<E> for RoundRobin {
//!     type Options = ();
//!
//!     fn subscribe(&mut self, tag: SubscriptionTag, _: Option<Pid>, _: &()) -> Result<(), ExitReason> {
//!         self.turns.push_back((tag, 0));
//!         Ok(())
//!     }
//!
//!     fn ask(&mut self, tag: SubscriptionTag, demand: usize, _: &mut Outbox<E>) {
//!         if let Some((_, asked)) = self.turns.iter_mut().find(|(it, _)| *it == tag) {
//!             *asked += demand;
//!         }
//!     }
//!
//!     fn cancel(&mut self, tag: SubscriptionTag, _: &mut Outbox<E>) {
//!         self.turns.retain(|(it, _)| *it != tag);
//!     }
//!
//!     fn placeable(&self) -> usize {
//!         self.turns.iter().map(|(_, asked)| asked).sum()
//!     }
//!
//!     fn dispatch(&mut self, events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
//!         let mut events = events.into_iter();
//!         while let Some(turn) = self.turns.iter().position(|(_, asked)| *asked > 0) {
//!             let Some(event) = events.next() else { break };
//!             let (tag, asked) = self.turns.remove(turn).expect("found just now");
//!             out.send(tag, vec![event]);
//!             self.turns.push_back((tag, asked - 1));
//!         }
//!         events.collect()
//!     }
//! }
//! ```
//!
//! Follows Elixir's `GenStage.Dispatcher`. Unlike there, a dispatcher does not answer how much demand to ask upstream:
//! the stage keeps that account (see [`Dispatcher::placeable`]), so that events which had to be buffered go out before
//! later ones, whichever consumers come and go.

mod broadcast;
mod demand;
mod partition;

pub use self::broadcast::{BroadcastDispatcher, Selector};
pub use self::demand::DemandDispatcher;
pub use self::partition::{Partition, PartitionDispatcher, PartitionKey, Partitions};
pub use super::tag::SubscriptionTag;

use super::NoEvents;
use crate::process::{ExitReason, Info, Pid};

/// Decides which consumer gets which events: see the [module](self) for the contract.
#[doc(alias = "GenStage.Dispatcher")]
pub trait Dispatcher<E>: Send + 'static {
    /// What a subscription says for this dispatcher: a selector, a partition, or nothing (`()`).
    type Options: Clone + Send + 'static;

    /// A consumer subscribes; it has asked for nothing yet. `consumer` is its process, `None` for a stream that is read
    /// outside of one.
    ///
    /// # Errors
    /// The subscription is refused: it ends on both sides with this reason.
    fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        consumer: Option<Pid>,
        options: &Self::Options,
    ) -> Result<(), ExitReason>;

    /// A subscribed consumer asks for `demand` more events, at least one. Events that the dispatcher itself holds back
    /// may be sent now.
    fn ask(&mut self, tag: SubscriptionTag, demand: usize, out: &mut Outbox<E>);

    /// A subscription has ended: called once for each that was not refused.
    fn cancel(&mut self, tag: SubscriptionTag, out: &mut Outbox<E>);

    /// How many events [`Dispatcher::dispatch`] could take now.
    fn placeable(&self) -> usize;

    /// Sends what it can, in order, and answers the rest. There is at least one event; there may be more than were asked
    /// for. When as many as are placeable are given, none may be left over.
    #[must_use = "what is left over has to be kept"]
    fn dispatch(&mut self, events: Vec<E>, out: &mut Outbox<E>) -> Vec<E>;

    /// A message of `sync_info` or `async_info` has passed the buffer: it is released behind whatever the dispatcher
    /// holds back itself. By default at once.
    fn info(&mut self, info: Info, out: &mut Outbox<E>) {
        out.release(info);
    }
}

/// The dispatcher of a stage that emits nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDispatcher;

impl Dispatcher<NoEvents> for NoDispatcher {
    type Options = ();

    fn subscribe(&mut self, _: SubscriptionTag, _: Option<Pid>, (): &()) -> Result<(), ExitReason> {
        Ok(())
    }

    fn ask(&mut self, _: SubscriptionTag, _: usize, _: &mut Outbox<NoEvents>) {}

    fn cancel(&mut self, _: SubscriptionTag, _: &mut Outbox<NoEvents>) {}

    fn placeable(&self) -> usize {
        0
    }

    fn dispatch(&mut self, events: Vec<NoEvents>, _: &mut Outbox<NoEvents>) -> Vec<NoEvents> {
        events
    }
}

/// What a dispatcher has sent, on its way out.
#[derive(Debug)]
pub struct Outbox<E> {
    pub(crate) sent: Vec<(SubscriptionTag, Vec<E>)>,
    pub(crate) released: Vec<Info>,
}

impl<E> Default for Outbox<E> {
    fn default() -> Self {
        Self { sent: Vec::new(), released: Vec::new() }
    }
}

impl<E> Outbox<E> {
    /// Nothing in it: to drive a dispatcher in a test.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends events on a subscription, in one message. No events are no message.
    pub fn send(&mut self, tag: SubscriptionTag, events: Vec<E>) {
        if !events.is_empty() {
            self.sent.push((tag, events));
        }
    }

    /// Releases a message to the stage's `handle_info`.
    pub fn release(&mut self, info: Info) {
        self.released.push(info);
    }

    /// Takes what was sent, in order.
    pub fn take_sent(&mut self) -> Vec<(SubscriptionTag, Vec<E>)> {
        std::mem::take(&mut self.sent)
    }

    /// Takes the messages that were released, in order.
    pub fn take_released(&mut self) -> Vec<Info> {
        std::mem::take(&mut self.released)
    }
}

/// Why a built-in dispatcher or a stage ends a subscription: found in the exit reason by
/// [`ExitReason::downcast_ref`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// This consumer is subscribed to the broadcast already. It never exits for that.
    #[doc(alias = ":already_subscribed")]
    #[error("this consumer is subscribed already: a broadcast goes to each consumer once")]
    AlreadySubscribed,
    /// The partition has a consumer.
    #[error("the partition {0} has a consumer already")]
    PartitionTaken(String),
    /// There is no such partition.
    #[error("there is no partition {partition}: the partitions are {known}")]
    UnknownPartition {
        /// What was asked for.
        partition: String,
        /// What there is.
        known: String,
    },
    /// The producer has no subscription with this tag.
    #[doc(alias = ":unknown_subscription")]
    #[error("there is no such subscription")]
    UnknownSubscription,
    /// The producer has a subscription with this tag.
    #[doc(alias = ":duplicated_subscription")]
    #[error("there is a subscription with this tag already")]
    DuplicatedSubscription,
}

impl From<Refused> for ExitReason {
    fn from(refused: Refused) -> Self {
        Self::other(refused)
    }
}

impl Refused {
    /// Whether this is why a subscription ended.
    pub fn is(&self, reason: &ExitReason) -> bool {
        reason.downcast_ref::<Self>() == Some(self)
    }
}

#[cfg(all(test, not(otp_loom)))]
mod testing {
    //! A dispatcher behind its stage's account, without the stage.

    use super::{Dispatcher, Outbox, SubscriptionTag};
    use crate::gen_stage::outlet::Outlet;
    use crate::gen_stage::{BufferKeep, DemandMode};
    use crate::process::Pid;
    use std::ops::{Deref, DerefMut};

    pub(super) fn tags<const N: usize>() -> [SubscriptionTag; N] {
        std::array::from_fn(|_| SubscriptionTag::new(Pid::NOBODY))
    }

    pub(super) fn consumers<const N: usize>() -> [Pid; N] {
        std::array::from_fn(|n| Pid::local(1_000_000 + n as u32, 0))
    }

    pub(super) struct Driven<E, D>(Outlet<E, D>);

    impl<E, D> Deref for Driven<E, D> {
        type Target = Inner<E, D>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    impl<E, D> DerefMut for Driven<E, D> {
        fn deref_mut(&mut self) -> &mut Self::Target {
            &mut self.0
        }
    }
    type Inner<E, D> = Outlet<E, D>;

    impl<E: Send + 'static, D: Dispatcher<E>> Driven<E, D> {
        pub(super) fn new(dispatcher: D) -> Self {
            Self(Outlet::new(dispatcher, None, BufferKeep::Last, DemandMode::Forward))
        }

        pub(super) fn with_buffer(self, size: usize) -> Self {
            Self(Outlet::new(self.0.dispatcher, Some(size), BufferKeep::Last, DemandMode::Forward))
        }

        pub(super) fn subscribe(&mut self, tag: SubscriptionTag, options: D::Options) {
            self.0.subscribe(tag, None, &options).expect("it is not refused");
            assert_eq!(self.0.demand(), 0);
        }

        /// What is asked upstream because of it.
        pub(super) fn ask(&mut self, tag: SubscriptionTag, demand: usize) -> usize {
            self.0.ask(tag, demand);
            self.0.demand()
        }

        /// As `ask`.
        pub(super) fn cancel(&mut self, tag: SubscriptionTag) -> usize {
            self.0.cancel(tag);
            self.0.demand()
        }

        /// As `ask`.
        pub(super) fn emit(&mut self, events: impl IntoIterator<Item = E>) -> usize {
            self.0.emit(events.into_iter().collect());
            self.0.demand()
        }

        pub(super) fn sent(&mut self) -> Vec<(SubscriptionTag, Vec<E>)> {
            self.0.out.take_sent()
        }

        pub(super) fn outbox(&mut self) -> &mut Outbox<E> {
            &mut self.0.out
        }

        pub(super) fn dropped(&self) -> usize {
            self.0.dropped.iter().sum()
        }
    }
}
