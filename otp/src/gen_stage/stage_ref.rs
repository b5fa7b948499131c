//! The handle of a stage.

use super::dispatcher::Partition;
use super::message::{Message, Protocol, ToSubscribe};
use super::options::{BadDemand, OptionsOf};
use super::{
    Consumer, DemandMode, Feeds, HandleDemand, HandleMessage, IntoSubscribeTo, PartitionDispatcher, Producer, Stage,
    Staged, SubscribeTo, SubscriptionTag,
};
use crate::child::HasPid;
use crate::gen_server::ServerRef;
use crate::generic::{Call, CallError, ReplyTo, Stop};
use crate::process::{Dest, ExitReason, Info, MonitorRef, Name, Pid, Slot, Target, Via};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// A handle of a stage of type `S`: a [`ServerRef`], and what only stages can do.
///
/// | On | there are |
/// |---|---|
/// | every stage | [`call`](Self::call), [`cast`](Self::cast), [`sync_info`](Self::sync_info), [`async_info`](Self::async_info), [`stop`](Self::stop) |
/// | what emits | [`subscription`](Self::subscription), [`partition`](Self::partition), [`estimate_buffered_count`](Self::estimate_buffered_count) |
/// | producers | [`demand`](Self::demand), [`set_demand`](Self::set_demand) |
/// | what consumes | [`sync_subscribe`](Self::sync_subscribe), [`async_subscribe`](Self::async_subscribe), [`sync_resubscribe`](Self::sync_resubscribe), [`async_resubscribe`](Self::async_resubscribe) |
///
/// Elixir's `GenStage.stage()`.
#[doc(alias = "GenStage.stage")]
pub struct StageRef<S: Stage>(ServerRef<Staged<S>>);

impl<S: Stage> Clone for StageRef<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Stage> fmt::Debug for StageRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", crate::gen_server::short_name::<S>(), self.0)
    }
}

impl<S: Stage> fmt::Display for StageRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<S: Stage> From<ServerRef<Staged<S>>> for StageRef<S> {
    fn from(server: ServerRef<Staged<S>>) -> Self {
        Self(server)
    }
}

impl<S: Stage> From<&StageRef<S>> for Target {
    fn from(stage: &StageRef<S>) -> Self {
        (&stage.0).into()
    }
}

impl<S: Stage> From<&StageRef<S>> for Dest {
    fn from(stage: &StageRef<S>) -> Self {
        (&stage.0).into()
    }
}

/// A handle of a stage: a [`StageRef`], or one that `#[gen_stage]` made.
pub trait StageHandle {
    /// The stage.
    type Stage: Stage;
    /// The handle inside.
    fn stage(&self) -> &StageRef<Self::Stage>;
}

impl<S: Stage> StageHandle for StageRef<S> {
    type Stage = S;
    fn stage(&self) -> &Self {
        self
    }
}

impl<H: StageHandle> StageHandle for &H {
    type Stage = H::Stage;
    fn stage(&self) -> &StageRef<H::Stage> {
        (**self).stage()
    }
}

impl<S: Stage> HasPid for StageRef<S> {
    fn process_id(&self) -> Option<Pid> {
        self.pid()
    }
}

/// Makes a call without arguments: usually the constructor of an enum's variant.
type Make<S, T> = fn(ReplyTo<T>) -> <S as Stage>::Request;
/// Makes a call with arguments: usually the constructor of an enum's variant.
type MakeWith<S, A, T> = fn(A, ReplyTo<T>) -> <S as Stage>::Request;
/// A call on a stage.
pub type StageCall<'a, S, A, T> = Call<'a, Message<S>, A, T>;

impl<S: Stage> StageRef<S> {
    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        Self(ServerRef::named(name))
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        Self(ServerRef::via(via))
    }

    /// The stage with this pid; `None` if it has ended or is a stage of another type.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        ServerRef::from_pid(pid).map(Self)
    }

    /// Whoever a supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        Self(ServerRef::from_slot(slot))
    }

    /// The server behind the stage, for [`sys`](crate::sys).
    pub fn server(&self) -> &ServerRef<Staged<S>> {
        &self.0
    }

    /// Calls the stage: `make` makes the request, usually the constructor of an enum's variant.
    #[doc(alias = "GenStage.call")]
    pub fn call<T: Send + 'static>(&self, make: Make<S, T>) -> StageCall<'_, S, Make<S, T>, T> {
        self.0.call_with("request", make, |make, from| Message::Request(make(from)))
    }

    /// Calls the stage with arguments; `request` names the request in errors.
    pub fn call_with<A: Send + 'static, T: Send + 'static>(
        &self,
        request: &'static str,
        args: A,
        make: MakeWith<S, A, T>,
    ) -> StageCall<'_, S, (A, MakeWith<S, A, T>), T> {
        self.0.call_with(request, (args, make), |(args, make), from| Message::Request(make(args, from)))
    }

    /// For expansions: `make` makes the whole message.
    #[doc(hidden)]
    pub fn call_message<A, T: Send + 'static>(
        &self,
        request: &'static str,
        args: A,
        make: fn(A, ReplyTo<T>) -> Message<S>,
    ) -> StageCall<'_, S, A, T> {
        self.0.call_with(request, args, make)
    }

    /// Casts a request. Never waits, and never fails.
    #[doc(alias = "GenStage.cast")]
    pub fn cast(&self, request: S::Request) {
        self.0.cast(Message::Request(request));
    }

    /// Sends a message for the `#[info]` handler of its type. It does not wait behind events: see
    /// [`StageRef::async_info`].
    pub fn send_info<M: Send + 'static>(&self, message: M)
    where
        S: HandleMessage<M>,
    {
        self.0.push_info(Info::new(message));
    }

    /// The pid of whoever is reached now. For a handle of one process, its pid, also when it has ended.
    #[doc(alias = "whereis")]
    pub fn pid(&self) -> Option<Pid> {
        self.0.pid()
    }

    /// Whether somebody is there who is alive. A `true` may be out of date at once.
    pub fn is_alive(&self) -> bool {
        self.0.is_alive()
    }

    /// Monitors whoever is reached now.
    ///
    /// # Panics
    /// Outside of a process.
    #[track_caller]
    pub fn monitor(&self) -> MonitorRef {
        self.0.monitor()
    }

    /// Stops the stage and waits until it is gone. What it has buffered is lost.
    #[doc(alias = "GenStage.stop")]
    pub fn stop(&self) -> Stop<'_, Message<S>> {
        self.0.stop()
    }

    /// Sends a message that its `handle_info` gets after the events that it has in hand now: those stored and those
    /// buffered. A consumer gets it at once. Answers when the message has its place.
    ///
    /// Follows Elixir's `GenStage.sync_info/3`.
    #[doc(alias = "GenStage.sync_info")]
    pub fn sync_info<M: Send + 'static>(&self, message: M) -> StageCall<'_, S, Info, ()> {
        self.0.call_with("sync_info", Info::new(message), |info, from| Protocol::Info(info, Some(from)).into())
    }

    /// As [`StageRef::sync_info`], without an answer.
    ///
    /// Follows Elixir's `GenStage.async_info/2`.
    #[doc(alias = "GenStage.async_info")]
    pub fn async_info<M: Send + 'static>(&self, message: M) {
        self.0.cast(Protocol::Info(Info::new(message), None).into());
    }
}

impl<P: Producer> StageRef<P> {
    /// A subscription to this producer, with the default options.
    pub fn subscription(&self) -> SubscribeTo<P>
    where
        OptionsOf<P>: Default,
    {
        SubscribeTo::new(self.clone(), OptionsOf::<P>::default())
    }

    /// A subscription to a producer with a dispatcher of your own, which asks for these options.
    pub fn subscription_with(&self, options: OptionsOf<P>) -> SubscribeTo<P> {
        SubscribeTo::new(self.clone(), options)
    }

    /// A subscription to one partition of this producer.
    #[doc(alias = ":partition")]
    pub fn partition<K>(&self, partition: K) -> SubscribeTo<P>
    where
        P: Stage<Dispatcher = PartitionDispatcher<<P as Stage>::Out, K>>,
        PartitionDispatcher<P::Out, K>: super::dispatcher::Dispatcher<P::Out, Options = Partition<K>>,
    {
        SubscribeTo::new(self.clone(), Partition(partition))
    }

    /// How many events it has buffered.
    ///
    /// Follows Elixir's `GenStage.estimate_buffered_count/2`.
    #[doc(alias = "GenStage.estimate_buffered_count")]
    pub fn estimate_buffered_count(&self) -> StageCall<'_, P, (), usize> {
        self.0.call_with("estimate_buffered_count", (), |(), from| Protocol::Buffered(from).into())
    }
}

impl<P: HandleDemand> StageRef<P> {
    /// What the producer does with demand.
    ///
    /// Follows Elixir's `GenStage.demand/1`.
    #[doc(alias = "GenStage.demand")]
    pub fn demand(&self) -> StageCall<'_, P, (), DemandMode> {
        self.0.call_with("demand", (), |(), from| Protocol::GetMode(from).into())
    }

    /// Says what the producer does with demand, without waiting. Setting it to forward replays what accumulated, in order.
    ///
    /// Follows Elixir's `GenStage.demand/2`.
    #[doc(alias = "GenStage.demand")]
    pub fn set_demand(&self, mode: DemandMode) {
        self.0.cast(Protocol::SetMode(mode).into());
    }
}

impl<C: Consumer> StageRef<C> {
    /// Has this consumer subscribe to a producer. The answer is the subscription's tag; it comes when the consumer's
    /// `handle_subscribe` has run, and its demand is on the way.
    ///
    /// When the producer is not there, that is no error: a consumer whose subscription is not temporary exits with `NoProc`.
    ///
    /// # Errors
    /// The demand is one that cannot be, which is found out before anything is sent; or the consumer is gone, or does not
    /// answer in time (5 seconds).
    ///
    /// Follows Elixir's `GenStage.sync_subscribe/3`.
    #[doc(alias = "GenStage.sync_subscribe")]
    pub fn sync_subscribe<T: IntoSubscribeTo<Producer: Feeds<C>>>(&self, to: T) -> Subscribe<'_, C> {
        self.subscribe(to.into_subscribe_to(), None)
    }

    /// As [`StageRef::sync_subscribe`], without waiting.
    ///
    /// # Errors
    /// The demand is one that cannot be.
    ///
    /// Follows Elixir's `GenStage.async_subscribe/2`.
    #[doc(alias = "GenStage.async_subscribe")]
    pub fn async_subscribe<T: IntoSubscribeTo<Producer: Feeds<C>>>(&self, to: T) -> Result<(), BadDemand> {
        self.subscribe_later(to.into_subscribe_to(), None)
    }

    /// Ends a subscription with this reason, and makes another one. What the end of the old one does to the consumer, the
    /// old one's [`Cancel`](super::Cancel) says. If there is no old one, it just subscribes.
    ///
    /// # Errors
    /// As [`StageRef::sync_subscribe`]; the old subscription is left alone when the new demand cannot be.
    ///
    /// Follows Elixir's `GenStage.sync_resubscribe/4`.
    #[doc(alias = "GenStage.sync_resubscribe")]
    pub fn sync_resubscribe<T: IntoSubscribeTo<Producer: Feeds<C>>>(
        &self,
        old: SubscriptionTag,
        reason: impl Into<ExitReason>,
        to: T,
    ) -> Subscribe<'_, C> {
        self.subscribe(to.into_subscribe_to(), Some((old, reason.into())))
    }

    /// As [`StageRef::sync_resubscribe`], without waiting.
    ///
    /// # Errors
    /// The demand is one that cannot be.
    ///
    /// Follows Elixir's `GenStage.async_resubscribe/4`.
    #[doc(alias = "GenStage.async_resubscribe")]
    pub fn async_resubscribe<T: IntoSubscribeTo<Producer: Feeds<C>>>(
        &self,
        old: SubscriptionTag,
        reason: impl Into<ExitReason>,
        to: T,
    ) -> Result<(), BadDemand> {
        self.subscribe_later(to.into_subscribe_to(), Some((old, reason.into())))
    }

    fn subscribe<P: Feeds<C>>(
        &self,
        to: SubscribeTo<P>,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) -> Subscribe<'_, C> {
        let make: fn(ToSubscribe<C::In>, ReplyTo<SubscriptionTag>) -> Message<C> =
            |to, from| Protocol::SubscribeTo(to, Some(from)).into();
        Subscribe(match to.options() {
            Ok(_) => Ok(self.0.call_with("subscribe", (Box::new(to), replaces), make)),
            Err(error) => Err(error),
        })
    }

    fn subscribe_later<P: Feeds<C>>(
        &self,
        to: SubscribeTo<P>,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) -> Result<(), BadDemand> {
        to.options()?;
        self.0.cast(Protocol::SubscribeTo((Box::new(to), replaces), None).into());
        Ok(())
    }
}

/// Why a subscription was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// The demand is one that cannot be; nothing was sent.
    #[doc(alias = ":bad_opts")]
    #[error(transparent)]
    BadDemand(#[from] BadDemand),
    /// The consumer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A subscription to be made: await it.
#[must_use = "a subscription is made when this is awaited"]
pub struct Subscribe<'a, C: Stage>(Result<StageCall<'a, C, ToSubscribe<<C as Stage>::In>, SubscriptionTag>, BadDemand>);

impl<C: Stage> fmt::Debug for Subscribe<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<C: Stage> Subscribe<'_, C> {
    /// Waits for at most this long. Default: 5 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.map(|call| call.timeout(timeout)))
    }

    /// Waits until the answer comes or the consumer ends.
    #[doc(alias = ":infinity")]
    pub fn infinity(self) -> Self {
        Self(self.0.map(Call::infinity))
    }
}

impl<C: Stage> Future for Subscribe<'_, C> {
    type Output = Result<SubscriptionTag, SubscribeError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok(call) => Pin::new(call).poll(cx).map_err(SubscribeError::Call),
            Err(error) => Poll::Ready(Err((*error).into())),
        }
    }
}
