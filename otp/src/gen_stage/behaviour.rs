//! The callbacks of a stage.

use super::dispatcher::Dispatcher;
use super::kind::Kind;
use super::server::StageArgs;
use super::subscription::{Cancelled, NewSubscription, Subscriber, Subscription};
use super::{Emit, StageInit, Staged};
use crate::gen_server::{Described, GenServer, Next, ServerOptions, ServerRef, Start, StartMonitor};
use crate::process::{ExitReason, Info};
use std::future::Future;

/// What a handler of this stage answers.
pub type Answer<S> = Emit<<S as Stage>::Out, <S as Stage>::Continue>;

/// A stage: a server that emits events, takes them in, or both.
///
/// What each kind implements, usually through `#[gen_stage]`:
///
/// | Kind | Traits |
/// |---|---|
/// | [`kind::Producer`](super::kind::Producer) | `Stage`, [`Producer`], [`HandleDemand`] |
/// | [`kind::ProducerConsumer`](super::kind::ProducerConsumer) | `Stage`, [`Producer`], [`Consumer`], [`Accepts`] |
/// | [`kind::Consumer`](super::kind::Consumer) | `Stage`, [`Consumer`], [`Accepts`] |
///
/// The callbacks here are those of a [`GenServer`](crate::gen_server::GenServer), and can emit events where the kind may.
///
/// Follows Elixir's `GenStage`.
#[doc(alias = "GenStage")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stage",
    label = "no `Stage` implementation",
    note = "write `#[gen_stage] impl {Self} {{ #[init] fn init() -> Self {{ .. }} .. }}`, or implement `Stage` by hand"
)]
pub trait Stage: Sized + Send + 'static {
    /// What it is: [`kind::Producer`](super::kind::Producer), [`kind::ProducerConsumer`](super::kind::ProducerConsumer) or
    /// [`kind::Consumer`](super::kind::Consumer).
    type Kind: Kind<Self>;
    /// The events it takes in; [`NoEvents`](super::NoEvents) for a producer.
    type In: Send + 'static;
    /// The events it emits; [`NoEvents`](super::NoEvents) for a consumer.
    type Out: Send + 'static;
    /// Who decides which consumer gets which events: [`DemandDispatcher`](super::DemandDispatcher),
    /// [`BroadcastDispatcher`](super::BroadcastDispatcher), [`PartitionDispatcher`](super::PartitionDispatcher), or one of
    /// your own; [`NoDispatcher`](super::dispatcher::NoDispatcher) for a consumer.
    type Dispatcher: Dispatcher<Self::Out>;
    /// What `init` takes.
    type Args: Send + 'static;
    /// Calls and casts.
    type Request: Send + 'static;
    /// Continue steps; [`NoContinue`](crate::gen_server::NoContinue) if there are none.
    type Continue: Send + 'static;
    /// The handle that start answers; written by hand it is `StageRef<Self>`.
    type Ref: From<ServerRef<Staged<Self>>> + Clone + Send + Sync + 'static;

    /// Options for every start, which the start's own override.
    fn options() -> ServerOptions {
        ServerOptions::new()
    }

    /// Makes the state, in the new process. [`StageInit`] lists the answers and options.
    #[doc(alias = "init/1")]
    fn init(args: Self::Args) -> impl Future<Output = StageInit<Self, Self::Continue>> + Send;

    /// Handles a call or a cast.
    #[doc(alias = "handle_call")]
    #[doc(alias = "handle_cast")]
    fn handle(&mut self, request: Self::Request) -> impl Future<Output = Answer<Self>> + Send {
        drop(request);
        async { Emit::stop(ExitReason::error("the stage got a request, and has no `handle`")) }
    }

    /// Handles a message that is no request, among them a [`Down`](crate::process::Down) that belongs to no subscription,
    /// and the messages of `sync_info` and `async_info`.
    fn handle_info(&mut self, info: Info) -> impl Future<Output = Answer<Self>> + Send {
        super::expand::unexpected_info(info);
        async { Emit::nothing() }
    }

    /// Goes on after a handler that answered with a continue step, before anything in the mailbox.
    fn handle_continue(&mut self, step: Self::Continue) -> impl Future<Output = Answer<Self>> + Send {
        drop(step);
        async { Emit::stop(ExitReason::error("a handler asked to continue, but the stage has no `handle_continue`")) }
    }

    /// No message came in the time that the last handler gave. Messages between stages count.
    fn handle_timeout(&mut self) -> impl Future<Output = Answer<Self>> + Send {
        super::expand::unhandled_timeout();
        async { Emit::nothing() }
    }

    /// Cleans up: see [`GenServer::terminate`](crate::gen_server::GenServer::terminate). Events that are still buffered are
    /// lost.
    #[doc(alias = "terminate/2")]
    fn terminate(&mut self, reason: &ExitReason) -> impl Future<Output = ()> + Send {
        let _ = reason;
        async {}
    }

    /// Names a request, for reports.
    fn describe(request: &Self::Request) -> Described {
        let _ = request;
        Described::unnamed()
    }

    /// The state as reports and `sys::get_status` show it.
    #[doc(alias = "format_status")]
    fn format_state(&self) -> Option<String> {
        None
    }

    /// Starts the stage, not linked to anybody.
    fn start(args: Self::Args) -> Start<Staged<Self>> {
        Staged::<Self>::start(StageArgs::new(args))
    }

    /// Starts the stage, linked to the process that awaits this.
    #[doc(alias = "GenStage.start_link")]
    fn start_link(args: Self::Args) -> Start<Staged<Self>> {
        Staged::<Self>::start_link(StageArgs::new(args))
    }

    /// Starts the stage, monitored by the process that awaits this.
    fn start_monitor(args: Self::Args) -> StartMonitor<Staged<Self>> {
        Staged::<Self>::start_monitor(StageArgs::new(args))
    }
}

/// A stage that emits events: a producer, or a producer-consumer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` emits no events",
    label = "a consumer, or no stage: nothing to subscribe to",
    note = "only a `producer` or a `producer_consumer` can be subscribed to"
)]
pub trait Producer: Stage {
    /// The dispatcher of this stage, made once, after `init`.
    #[doc(alias = ":dispatcher")]
    fn dispatcher(&self) -> Self::Dispatcher;

    /// A consumer subscribes. Demand is always asked for by the consumer: there is nothing to answer but whether to go on.
    ///
    /// If absent, nothing.
    #[doc(alias = "handle_subscribe")]
    fn handle_subscriber(&mut self, subscriber: &Subscriber) -> impl Future<Output = Next<Self::Continue>> + Send {
        let _ = subscriber;
        async { Next::noreply() }
    }

    /// A subscription of a consumer has ended: it was cancelled, or the consumer has ended. A producer is not affected by
    /// that unless it stops here.
    #[doc(alias = "handle_cancel")]
    fn handle_unsubscribed(
        &mut self,
        subscriber: &Subscriber,
        cancelled: &Cancelled,
    ) -> impl Future<Output = Answer<Self>> + Send {
        let _ = (subscriber, cancelled);
        async { Emit::nothing() }
    }

    /// Events were dropped because the buffer is full: whether that is logged. Called once for each emission that was too
    /// large, before the log.
    #[doc(alias = "format_discarded")]
    fn handle_discarded(&self, discarded: usize) -> bool {
        let _ = discarded;
        true
    }
}

/// A producer: it makes events when there is demand for them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a producer without `handle_demand`",
    label = "nobody answers demand",
    note = "add `#[demand] fn demand(&mut self, demand: usize) -> Vec<..>` to the impl: it may return fewer events than asked for, and emit the rest later"
)]
pub trait HandleDemand: Producer {
    /// Consumers ask for `demand` more events: at least one, and never the same twice. A producer that has fewer remembers
    /// the rest, and emits when it has more, from any callback. What is emitted beyond demand is buffered, and goes out
    /// before this is called again.
    fn handle_demand(&mut self, demand: usize) -> impl Future<Output = Answer<Self>> + Send;
}

/// A stage that takes events in: a consumer, or a producer-consumer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no events in",
    label = "a producer, or no stage",
    note = "only a `consumer` or a `producer_consumer` can subscribe: add `#[events] fn events(&mut self, events: Vec<..>)` to the impl"
)]
pub trait Consumer: Stage {
    /// Handles events: at most `max_demand - min_demand` of them, from one subscription. What has been handled is asked
    /// for again when this has returned, and what it returned was dispatched.
    fn handle_events(
        &mut self,
        events: Vec<Self::In>,
        from: &Subscription,
    ) -> impl Future<Output = Answer<Self>> + Send;

    /// This stage subscribes to a producer. Demand is asked for automatically, unless
    /// [`subscription.manual()`](NewSubscription::manual) is called, whose answer is then the way to ask.
    ///
    /// If absent, automatically.
    fn handle_subscribe(
        &mut self,
        subscription: &mut NewSubscription<'_>,
    ) -> impl Future<Output = Next<Self::Continue>> + Send {
        let _ = subscription;
        async { Next::noreply() }
    }

    /// A subscription to a producer has ended: it was cancelled, or the producer has ended. Runs before this stage exits, if
    /// its [`Cancel`](super::Cancel) says so.
    fn handle_cancel(
        &mut self,
        subscription: &Subscription,
        cancelled: &Cancelled,
    ) -> impl Future<Output = Answer<Self>> + Send {
        let _ = (subscription, cancelled);
        async { Emit::nothing() }
    }
}

/// A consumer takes in events of type `E`: what makes subscribing to a producer of other events a compile error.
///
/// Written by `#[gen_stage]`; by hand `impl Accepts<u64> for Print {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot subscribe here: the producer emits `{E}`",
    label = "takes other events in",
    note = "a consumer subscribes to producers of the events that its `#[events]` handler takes"
)]
pub trait Accepts<E>: Stage<In = E> {}

/// A producer emits what the consumer `C` takes in. So it is for each that [`Accepts`] its events: there is nothing to
/// implement.
// The bound that subscribing puts on what is subscribed to. Were it one on the consumer, the compiler would take the one
// type of events that this accepts for that of the producer, before it has looked at it, and report no more than that two
// types differ.
#[diagnostic::on_unimplemented(
    message = "`{C}` cannot subscribe to `{Self}`",
    label = "no producer of events that `{C}` takes in",
    note = "a consumer subscribes to producers of the events that its `#[events]` handler takes"
)]
pub trait Feeds<C: Stage>: Producer + Stage<Out = C::In> {}

impl<P: Producer, C: Accepts<P::Out>> Feeds<C> for P {}

/// A stage handles messages of type `M`: written by `#[gen_stage]` for each `#[info]` handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[info]` handler for `{M}`",
    note = "add `#[info] fn ..(&mut self, message: {M})` to the impl"
)]
pub trait HandleMessage<M>: Stage {
    /// Handles the message.
    fn handle_message(&mut self, message: M) -> impl Future<Output = Answer<Self>> + Send;
}
