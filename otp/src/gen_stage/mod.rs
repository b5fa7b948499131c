//! Stages: producers and consumers of events, with back-pressure.
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
mod plan;
mod producing;
mod server;
mod stage_ref;
mod stream;
mod subscription;
mod tag;

pub use self::answer::{Emit, IntoEmit, IntoStageInit, NoEvents, StageInit};
pub use self::behaviour::{Accepts, Answer, Consumer, HandleDemand, HandleMessage, Producer, Stage};
pub use self::consumer_supervisor::{ConsumerSupervisor, ConsumerSupervisorRef, EventChild, EventRestart};
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
pub use self::server::Staged;
pub use self::stage_ref::{StageCall, StageHandle, StageRef, Subscribe, SubscribeError};
pub use self::stream::{EventStream, stream};
pub use self::subscription::{Cancelled, Manual, NewSubscription, Subscriber, Subscription};
pub use self::tag::SubscriptionTag;
