//! What the handlers of a stage answer.

use super::options::{BadBufferSize, BufferSize, Setup};
use super::subscription::Target;
use super::{BufferKeep, Consumer, DemandMode, Feeds, HandleDemand, IntoSubscribeTo, Producer, Stage};
use crate::gen_server::{Beginning, ContinueFrom, Init, Next, NoContinue, ReplyTo};
use crate::process::ExitReason;
use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;

/// Events of a stage that has none: what consumers emit, and what producers take in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoEvents {}

/// What a stage does after a handler: events it emits, and what a server may do beside.
///
/// | Answer | Elixir |
/// |---|---|
/// | [`Emit::nothing`] | `{:noreply, [], state}` |
/// | [`Emit::events`] | `{:noreply, events, state}` |
/// | `Emit::events(e).then(Next::hibernate())` | `{:noreply, events, state, :hibernate}` |
/// | `Emit::events(e).then(Next::then(step))` | `{:noreply, events, state, {:continue, step}}` |
/// | `Emit::events(e).reply(from, value)` | `{:reply, value, events, state}` |
/// | `Next::stop(reason).into()` | `{:stop, reason, state}` |
///
/// Events are dispatched before anything else happens: before the reply goes out, and before the continue step.
#[must_use = "an answer has an effect when the handler returns it"]
pub struct Emit<E, C = NoContinue> {
    pub(crate) events: Vec<E>,
    pub(crate) next: Next<C>,
    /// A reply that is due when the events were dispatched.
    pub(crate) reply: Option<Box<dyn FnOnce() + Send>>,
}

impl<E, C> fmt::Debug for Emit<E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emit").field("events", &self.events.len()).finish_non_exhaustive()
    }
}

impl<E, C> Emit<E, C> {
    /// No events; waits for the next message.
    #[doc(alias = ":noreply")]
    pub fn nothing() -> Self {
        Self { events: Vec::new(), next: Next::noreply(), reply: None }
    }

    /// Emits these events, and waits for the next message. They go to consumers that have asked for them; what nobody has
    /// asked for is buffered.
    pub fn events(events: Vec<E>) -> Self {
        Self { events, ..Self::nothing() }
    }

    /// Stops the stage: `terminate` runs with this reason, and the process ends with it.
    #[doc(alias = ":stop")]
    pub fn stop(reason: impl Into<ExitReason>) -> Self {
        Next::stop(reason).into()
    }

    /// Answers a call when the events were dispatched: somebody who is consumer and caller sees the events first.
    pub fn reply<T: Send + 'static>(mut self, from: ReplyTo<T>, value: T) -> Self {
        if self.events.is_empty() {
            from.reply(value);
        } else {
            self.reply = Some(Box::new(move || from.reply(value)));
        }
        self
    }

    pub(crate) fn lift<D: ContinueFrom<C>>(self) -> Emit<E, D> {
        Emit { events: self.events, next: self.next.lift(), reply: self.reply }
    }
}

impl<E> Emit<E> {
    /// What the stage does next.
    pub fn then<C>(self, next: Next<C>) -> Emit<E, C> {
        Emit { events: self.events, next, reply: self.reply }
    }
}

impl<E, C> From<Next<C>> for Emit<E, C> {
    fn from(next: Next<C>) -> Self {
        Self { events: Vec::new(), next, reply: None }
    }
}

/// What a handler of a stage that emits `E` may return: `()`, `Vec<E>`, [`Next`], [`Emit`], or a `Result` of those, whose
/// error stops the stage.
#[diagnostic::on_unimplemented(
    message = "a handler of a stage that emits `{E}` cannot return `{Self}`",
    label = "must be `()`, `Vec<{E}>`, `Next`, `Emit<{E}>`, or a `Result` of those",
    note = "a consumer emits nothing (`NoEvents`); to emit, make it a `producer` or a `producer_consumer`"
)]
pub trait IntoEmit<E> {
    /// The continue step that may be asked for.
    type Continue;
    /// The answer.
    fn into_emit(self) -> Emit<E, Self::Continue>;
}

impl<E> IntoEmit<E> for () {
    type Continue = NoContinue;
    fn into_emit(self) -> Emit<E> {
        Emit::nothing()
    }
}

impl<E> IntoEmit<E> for Vec<E> {
    type Continue = NoContinue;
    fn into_emit(self) -> Emit<E> {
        Emit::events(self)
    }
}

impl<E, C> IntoEmit<E> for Next<C> {
    type Continue = C;
    fn into_emit(self) -> Emit<E, C> {
        self.into()
    }
}

impl<E, C> IntoEmit<E> for Emit<E, C> {
    type Continue = C;
    fn into_emit(self) -> Self {
        self
    }
}

impl<E, N: IntoEmit<E>, Er: Into<Box<dyn Error + Send + Sync>>> IntoEmit<E> for Result<N, Er> {
    type Continue = N::Continue;
    fn into_emit(self) -> Emit<E, N::Continue> {
        match self {
            Ok(emit) => emit.into_emit(),
            Err(error) => Emit::stop(ExitReason::error(error)),
        }
    }
}

/// What `init` of a stage answers: as [`Init`], with the options of a stage.
///
/// | Option | of | Default |
/// |---|---|---|
/// | [`demand`](Self::demand) | producers | [`DemandMode::Forward`] |
/// | [`buffer_size`](Self::buffer_size), [`buffer_unlimited`](Self::buffer_unlimited) | what emits | 10 000 events of a producer, no limit of a producer-consumer |
/// | [`buffer_keep`](Self::buffer_keep) | what emits | [`BufferKeep::Last`] |
/// | [`subscribe_to`](Self::subscribe_to) | what consumes | nobody |
///
/// The dispatcher is what [`Producer::dispatcher`] answers.
#[must_use = "an answer has an effect when init returns it"]
pub struct StageInit<S: Stage, C = NoContinue> {
    pub(crate) beginning: Beginning<S, C>,
    pub(crate) setup: Setup,
    pub(crate) subscribe_to: Vec<Box<dyn Target<S::In>>>,
}

impl<S: Stage, C> fmt::Debug for StageInit<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageInit").field("setup", &self.setup).finish_non_exhaustive()
    }
}

impl<S: Stage, C> From<Init<S, C>> for StageInit<S, C> {
    fn from(init: Init<S, C>) -> Self {
        Self { beginning: init.0, setup: Setup::default(), subscribe_to: Vec::new() }
    }
}

impl<S: Stage> StageInit<S> {
    /// Runs this step first, before any message.
    #[doc(alias = ":continue")]
    pub fn then<C>(self, step: C) -> StageInit<S, C> {
        let Self { beginning, setup, subscribe_to } = self;
        StageInit { beginning: Init(beginning).then(step).0, setup, subscribe_to }
    }
}

impl<S: Stage, C> StageInit<S, C> {
    /// The stage runs with this state.
    pub fn ok(state: S) -> Self {
        Init::ok(state).into()
    }

    /// Nothing is to be started, and that is no failure.
    pub fn ignore() -> Self {
        Init::ignore().into()
    }

    /// The stage cannot start.
    #[doc(alias = ":stop")]
    pub fn stop(reason: impl Into<ExitReason>) -> Self {
        Init::stop(reason).into()
    }

    /// If no message comes in time, the timeout handler runs.
    pub fn timeout(mut self, after: std::time::Duration) -> Self {
        self.beginning = Init(self.beginning).timeout(after).0;
        self
    }

    /// Gives back memory, then waits for the first message.
    pub fn hibernate(mut self) -> Self {
        self.beginning = Init(self.beginning).hibernate().0;
        self
    }

    /// What the producer does with demand at first.
    #[doc(alias = ":demand")]
    pub fn demand(mut self, mode: DemandMode) -> Self
    where
        S: HandleDemand,
    {
        self.setup.mode = Some(mode);
        self
    }

    /// The most events that are buffered, at least 1: what is too many is dropped, and that is logged. With 0 the start
    /// fails.
    pub fn buffer_size(mut self, size: usize) -> Self
    where
        S: Producer,
    {
        match NonZeroUsize::new(size) {
            Some(size) => self.setup.buffer = Some(BufferSize::Limited(size)),
            None => self.beginning = Beginning::Stop(ExitReason::error(BadBufferSize)),
        }
        self
    }

    /// Any number of events is buffered.
    #[doc(alias = ":infinity")]
    pub fn buffer_unlimited(mut self) -> Self
    where
        S: Producer,
    {
        self.setup.buffer = Some(BufferSize::Unlimited);
        self
    }

    /// Which events stay when the buffer is full.
    pub fn buffer_keep(mut self, keep: BufferKeep) -> Self
    where
        S: Producer,
    {
        self.setup.keep = Some(keep);
        self
    }

    /// Subscribes to a producer, in the order of these calls, before the start returns. When the producer is not there the
    /// start fails with `NoProc`, unless the subscription is temporary. With a demand that cannot be it fails too.
    pub fn subscribe_to<T: IntoSubscribeTo<Producer: Feeds<S>>>(mut self, to: T) -> Self
    where
        S: Consumer,
    {
        let to = to.into_subscribe_to();
        match to.options() {
            Ok(_) => self.subscribe_to.push(Box::new(to)),
            Err(error) => self.beginning = Beginning::Stop(ExitReason::error(error)),
        }
        self
    }

    pub(crate) fn lift<D: ContinueFrom<C>>(self) -> StageInit<S, D> {
        let Self { beginning, setup, subscribe_to } = self;
        StageInit { beginning: Init(beginning).lift().0, setup, subscribe_to }
    }
}

/// What `init` of a stage may return: the state, [`StageInit`], [`Init`], or a `Result` of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something `init` of this stage may return",
    label = "must be `Self`, `StageInit<Self>`, `Init<Self>`, or a `Result` of those"
)]
pub trait IntoStageInit<S: Stage> {
    /// The continue step that may be asked for.
    type Continue;
    /// The answer.
    fn into_stage_init(self) -> StageInit<S, Self::Continue>;
}

impl<S: Stage> IntoStageInit<S> for S {
    type Continue = NoContinue;
    fn into_stage_init(self) -> StageInit<S> {
        StageInit::ok(self)
    }
}

impl<S: Stage, C> IntoStageInit<S> for StageInit<S, C> {
    type Continue = C;
    fn into_stage_init(self) -> Self {
        self
    }
}

impl<S: Stage, C> IntoStageInit<S> for Init<S, C> {
    type Continue = C;
    fn into_stage_init(self) -> StageInit<S, C> {
        self.into()
    }
}

impl<S: Stage, I: IntoStageInit<S>, Er: Into<Box<dyn Error + Send + Sync>>> IntoStageInit<S> for Result<I, Er> {
    type Continue = I::Continue;
    fn into_stage_init(self) -> StageInit<S, I::Continue> {
        match self {
            Ok(init) => init.into_stage_init(),
            Err(error) => StageInit::stop(ExitReason::error(error)),
        }
    }
}
