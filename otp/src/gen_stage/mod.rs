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
//! - All consumers of a [`DemandDispatcher`] should have the same `max_demand`: events go to whoever has asked for most, so
//!   that one that asks for 1000 beside others that ask for 10 is served alone until no more than 10 are left, while they have
//!   nothing to do. It logs that. Spread work with a small `max_demand` for all, or with partitions.
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
//! A [`PartitionDispatcher`] sends each event to the consumer of its partition: by the hash of the event, of its
//! [`PartitionKey`](derive@PartitionKey), or by a function; to numbered partitions, to a list, or to the variants of an enum
//! ([`Partitions`](derive@Partitions)). It asks upstream for the demand of all partitions together, as one number. If most events
//! belong to one of them, its events pile up in the dispatcher, without limit, and the others wait until it has asked again: the
//! pipeline runs at the speed of the fullest partition. Choose keys that spread evenly (a user, not a country), more partitions
//! than cores, and `min_demand` well below `max_demand`. A partition without a consumer holds up all others: subscribe to each
//! of them, or start with [`DemandMode::Accumulate`] until all are there. A hash function that answers `None` discards an event.
//!
//! # When something ends
//!
//! A subscription is not a link: it is a monitor each way. When a producer ends, a *permanent* consumer (the default) ends for
//! the same reason, a *transient* one unless the producer ended in order, and a *temporary* one goes on ([`Cancel`]). A
//! producer goes on without consumers. What is lost with a stage: what lay in its mailbox, its buffer and its hands, that is
//! at most `max_demand` events of each of its subscriptions, and what it had made of them.
//!
//! # In a supervision tree
//!
//! [`pipeline!`](macro@crate::pipeline) declares the stages, how many there are of each, and who subscribes to whom, in one place:
//!
//! ```
//! # use otp::prelude::*;
//! # #[gen_stage(producer)] struct Numbers;
//! # #[gen_stage] impl Numbers {
//! #     #[init] fn init(_: u64) -> Self { Self }
//! #     #[demand] fn demand(&mut self, n: usize) -> Vec<u64> { vec![1; n] }
//! # }
//! # #[gen_stage(producer_consumer)] struct Multiply(u64);
//! # #[gen_stage] impl Multiply {
//! #     #[init] fn init(by: u64) -> Self { Self(by) }
//! #     #[events] fn multiply(&mut self, events: Vec<u64>) -> Vec<u64> { events.iter().map(|n| n * self.0).collect() }
//! # }
//! # #[gen_stage(consumer)] struct Print;
//! # #[gen_stage] impl Print {
//! #     #[init] fn init() -> Self { Self }
//! #     #[events] fn print(&mut self, _: Vec<u64>) {}
//! # }
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let tree = pipeline! {
//!     numbers: Numbers(0),
//!     multiply: Multiply(2) * 2 <- numbers { max_demand: 10 },
//!     print: Print <- multiply,
//! };
//! Supervisor::start_link(tree).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It is a supervisor under `rest_for_one`, producers before their consumers. *Why*: the end of a producer ends all its permanent
//! consumers. Under `one_for_one` each of them would be a failure of its own, and a producer with four consumers that crashes
//! once would use up five restarts at a time; some of them would fail, because the producer is not back yet. Under
//! `rest_for_one` consumers that ended with their producer are restarted after it, subscribe again, and one restart is counted.
//! The other ways out: consumers under a supervisor of their own, so that their failures are counted apart; subscriptions that
//! are `temporary`; and, where events are independent of each other and each may fail, a [`ConsumerSupervisor`], whose children
//! are a process for each event: the failure of one is that of one event, and nobody else's.
//!
//! By hand, subscribe in `init` by name, through a registry, or to a supervisor's handle: these reach whoever is there after a
//! restart. The handle that a start answered is of one process, and leads nowhere after it.
//!
//! # When a stage is not needed
//!
//! For a list that is in memory already, and that nobody has to hold back, a stream of tasks is enough:
//! [`Task::async_stream`](crate::task::Task::async_stream) runs so many at a time, each with a time limit, and answers in order.
//! Stages pay off with sources that go on, or are larger than memory, with work in several steps of different speed, with steps
//! that fail and are to be restarted by themselves, and with several sources or sinks. [`from_iter`] and [`from_stream`] make a
//! producer of either, and [`stream()`] a stream of any producer.
//!
//! # From Elixir
//!
//! | Elixir | here |
//! |---|---|
//! | `use GenStage`, `restart:`, `shutdown:` | [`macro@gen_stage`](macro@crate::gen_stage) with options |
//! | `init/1` with options | the struct's options, or [`StageInit`] |
//! | `:ignore`, `{:stop, reason}` from `init` | [`StageInit::ignore`], [`StageInit::stop`], or an `Err` |
//! | `handle_demand/2`, `handle_events/3` | `#[demand]`, `#[events]` |
//! | `handle_subscribe/4`, `{:manual, state}` | `#[subscribed]`, for each side its own; [`NewSubscription::manual`] |
//! | `handle_cancel/3` | `#[cancelled]`, for each side its own |
//! | `{:noreply, events, state}` | return `Vec<E>`, or [`Emit`] to say more |
//! | `{:reply, reply, events, state}` | `Reply::now(reply).then(events)` |
//! | `{:stop, reason, reply, state}` | `Reply::now(reply).then(Emit::stop(reason))` |
//! | `GenStage.reply/2` | [`ReplyTo::reply`](crate::gen_server::ReplyTo::reply) |
//! | `from()` | [`Subscription`], on the consumer's side; [`Subscriber`], on the producer's |
//! | `sync_subscribe/3`, `async_subscribe/2`, `sync_resubscribe/4`, `async_resubscribe/4` | the same on a consumer's handle |
//! | `{:error, :not_a_consumer}` | does not compile |
//! | `{:error, {:bad_opts, text}}` | [`BadDemand`] |
//! | `subscribe_to: [{A, max_demand: 10}]` | `subscribe_to(A, max_demand = 10)`, [`StageInit::subscribe_to`], or `pipeline!` |
//! | `selector: fun`, `partition: k` | [`StageRef::subscription_with`] a [`Selector`], [`StageRef::partition`] |
//! | other options, `interval: 2000` | [`SubscribeTo::with`] a value of a type of your own |
//! | `ask/3`, `cancel/3` | [`Manual::ask`], [`Subscription::cancel`] |
//! | `demand/1`, `demand/2` | [`StageRef::demand`], [`StageRef::set_demand`] |
//! | `sync_info/3`, `async_info/2`, `estimate_buffered_count/2` | the same on a stage's handle |
//! | `from_enumerable/2`, `stream/2` | [`from_iter`] and [`from_stream`], [`stream()`] |
//! | `start_link/3`, `call/3`, `cast/2`, `stop/3` | as for any server |
//! | a full buffer: an error is logged | it is logged, and `#[discarded]` can say whether |
//! | `use ConsumerSupervisor`, `init/2` | [`macro@consumer_supervisor`](macro@crate::consumer_supervisor) |
//! | `ConsumerSupervisor.start_link/2` | [`ConsumerSupervisor::new`] |
//! | `start_child/2`, `terminate_child/2`, `which_children/1`, `count_children/1` | the same on its handle |
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
mod roster;
mod server;
mod stage_ref;
mod stream;
mod subscription;
mod tag;

pub use self::answer::{Emit, IntoEmit, IntoStageInit, NoEvents, StageInit};
pub use self::behaviour::{Accepts, Answer, Consumer, Feeds, HandleDemand, HandleMessage, Producer, Stage};
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
