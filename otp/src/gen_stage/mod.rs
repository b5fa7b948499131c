//! Stages: producers and consumers of events, with back-pressure.
//!
//! ```text
//!  --- events --->   --- events --->
//! [producer]  [producer_consumer]  [consumer]
//!  <--- demand ---   <--- demand ---
//! ```
//!
//! A consumer subscribes to a producer and asks for events; a producer sends no more than was asked for. So a pipeline runs at
//! the speed of its slowest stage, and holds a bounded number of events, whatever is at its head. Many consumers may
//! subscribe to one producer, whose [dispatcher] says which of them gets what, and a consumer to many producers.
//!
//! Stages are servers: they have calls, casts, messages, timeouts and continue steps, they are linked, monitored and
//! supervised, and every handler of a stage that emits may return events. Most are written with `#[gen_stage]`; by hand:
//!
//! ```
//! use otp::gen_stage::{
//!     Accepts, Answer, Consumer, DemandDispatcher, Emit, HandleDemand, NoDispatcher, NoEvents, Producer, Stage, StageInit,
//!     StageRef, Subscription, kind,
//! };
//! use otp::prelude::*;
//! use std::convert::Infallible;
//!
//! struct Numbers(u64);
//!
//! impl Stage for Numbers {
//!     type Kind = kind::Producer;
//!     type In = NoEvents;
//!     type Out = u64;
//!     type Dispatcher = DemandDispatcher<u64>;
//!     type Args = u64;
//!     type Request = Infallible;
//!     type Continue = NoContinue;
//!     type Ref = StageRef<Self>;
//!
//!     async fn init(start: u64) -> StageInit<Self> {
//!         StageInit::ok(Self(start))
//!     }
//! }
//!
//! impl Producer for Numbers {
//!     fn dispatcher(&self) -> DemandDispatcher<u64> {
//!         DemandDispatcher::new()
//!     }
//! }
//!
//! impl HandleDemand for Numbers {
//!     async fn handle_demand(&mut self, demand: usize) -> Answer<Self> {
//!         let first = self.0;
//!         self.0 += demand as u64;
//!         Emit::events((first..self.0).collect())
//!     }
//! }
//!
//! struct Send(Pid);
//!
//! impl Stage for Send {
//!     type Kind = kind::Consumer;
//!     type In = u64;
//!     type Out = NoEvents;
//!     type Dispatcher = NoDispatcher;
//!     type Args = Pid;
//!     type Request = Infallible;
//!     type Continue = NoContinue;
//!     type Ref = StageRef<Self>;
//!
//!     async fn init(to: Pid) -> StageInit<Self> {
//!         StageInit::ok(Self(to))
//!     }
//! }
//!
//! impl Accepts<u64> for Send {}
//!
//! impl Consumer for Send {
//!     async fn handle_events(&mut self, events: Vec<u64>, _: &Subscription) -> Answer<Self> {
//!         let _ = otp::process::send(self.0, events);
//!         Emit::nothing()
//!     }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let numbers = Numbers::start(0).await?;
//! let consumer = Send::start(otp::process::self_pid()).await?;
//! consumer.sync_subscribe(numbers.subscription().max_demand(10)).await?;
//! assert_eq!(otp::process::receive::<Vec<u64>>().await, [0, 1, 2, 3, 4]);
//! # Ok(())
//! # }
//! ```
//!
//! # How much to ask for
//!
//! `max_demand` (1000) is how many events of a subscription are on their way or being handled at most; when no more than
//! `min_demand` (half of it) are left, it is filled up again. Events are handled in batches of at most
//! `max_demand - min_demand`, and the cost of a message is paid once a batch.
//!
//! - Cheap events: leave the defaults. Batches of 500 cost next to nothing each.
//! - Events that take long, or must be spread over several consumers: a small `max_demand`, such as 10 with a `min_demand` of 5,
//!   or 1 with 0 when each should go to whoever is free. A consumer holds what it asked for, also while others have nothing
//!   to do.
//! - All consumers of a [`DemandDispatcher`] should have the same `max_demand`: one that asks for more is served alone until
//!   its demand is down to that of the others. It logs that.
//! - A chain of stages holds up to the sum of its `max_demand`s.
//!
//! # Buffers
//!
//! Events that nobody asked for, or whose consumer has gone, are buffered, and go out before later ones: 10 000 of a producer,
//! any number of a producer-consumer. What is too many is dropped, the oldest first, and logged. A producer that cannot
//! afford that keeps events itself and emits only what it was asked for in `#[demand]`; demand that it cannot satisfy it
//! has to remember, it is not asked twice.
//!
//! # Partitions
//!
//! A [`PartitionDispatcher`] asks upstream for the demand of all partitions together. If most events belong to one of them, its
//! events pile up, in the dispatcher, and the others wait: choose keys that spread evenly, and `min_demand` well below
//! `max_demand`.
//!
//! # When something ends
//!
//! A subscription is not a link: it is a monitor each way. When a producer ends, a *permanent* consumer (the default) ends for
//! the same reason, a *transient* one unless the producer ended in order, and a *temporary* one goes on ([`Cancel`]). A
//! producer goes on without consumers. What is lost with a stage: what lay in its mailbox, its buffer and its hands, that is
//! at most `max_demand` events of each of its subscriptions, and what it had made of them.
//!
//! In a supervision tree put producers before their consumers under `rest_for_one`: consumers that ended with their producer
//! are then restarted after it, subscribe again in `init`, and no restart is counted for them. Subscribe by name, or to a
//! supervisor's handle, which stay right across restarts. Where events are independent of each other and each may fail, a
//! [`ConsumerSupervisor`] runs a process for each.
//!
//! # When a stage is not needed
//!
//! For a list that is in memory already, processed once, tasks or a `futures::Stream` do: stages pay off with sources that go on,
//! stages that fail, and consumers of different speed. [`from_iter`] and [`from_stream`] make a producer of either, and
//! [`stream()`] a stream of any producer.
//!
//! Follows Elixir's `GenStage`, its protocol and its accounting, but for what its accounting gets wrong: events that had to be
//! buffered are never overtaken by later ones, a broadcast never stops because somebody subscribed late, and events that a
//! partition's hash discards are asked for again.

mod answer;
mod behaviour;
mod buffer;
pub mod consumer_supervisor;
mod consuming;
pub mod dispatcher;
mod enumerable;
pub(crate) mod expand;
pub mod kind;
mod message;
mod options;
mod outlet;
pub mod pipeline;
mod plan;
mod producing;
#[cfg(all(test, feature = "macros", not(otp_loom)))]
mod raw_tests;
mod server;
mod stage_ref;
mod stream;
mod subscription;
mod tag;

pub use self::answer::{Emit, IntoEmit, IntoStageInit, NoEvents, StageInit};
pub use self::behaviour::{Accepts, Answer, Consumer, HandleDemand, HandleMessage, Producer, Stage};
pub use self::consumer_supervisor::{
    ConsumerSupervise, ConsumerSupervisor, ConsumerSupervisorRef, EventChild, EventRestart,
};
pub use self::dispatcher::{
    BroadcastDispatcher, DemandDispatcher, Dispatcher, NoDispatcher, PartitionDispatcher, PartitionKey, Partitions,
    Refused, Selector,
};
pub use self::enumerable::{Enumerable, FromEnumerable, OnCancel, from_iter, from_stream};
pub use self::message::Message;
pub use self::options::{
    BadBufferSize, BadDemand, BufferKeep, Cancel, DemandMode, IntoSubscribeTo, OptionsOf, SubscribeTo,
    SubscriptionOptions,
};
pub use self::pipeline::{PipelineStage, Place, StageSpec};
pub use self::server::{StageArgs, Staged};
pub use self::stage_ref::{StageCall, StageHandle, StageRef, Subscribe, SubscribeError};
pub use self::stream::{EventStream, stream};
pub use self::subscription::{Cancelled, Manual, NewSubscription, Subscriber, Subscription};
pub use self::tag::SubscriptionTag;
#[cfg(feature = "macros")]
pub use otp_macros::{PartitionKey, Partitions};
