//! What handlers answer, and how what they return becomes an answer.

use super::GenServer;
use crate::process::{ExitReason, Info};
use std::error::Error;
use std::time::Duration;

/// A type without values: the continue step of a server that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoContinue {}

/// What a server does after a handler.
///
/// | Answer | Elixir | Effect |
/// |---|---|---|
/// | [`Next::noreply`] | `{:noreply, state}` | waits for the next message |
/// | [`Next::timeout`] | `{:noreply, state, ms}` | the same; if none comes in time, the timeout handler runs once |
/// | [`Next::timeout_with`] | `{:timeout, ms, msg}` | the same; if none comes in time, the info handler gets `msg` |
/// | [`Next::hibernate`] | `{:noreply, state, :hibernate}` | gives back memory, then waits |
/// | [`Next::then`] | `{:noreply, state, {:continue, step}}` | the continue handler runs next, before any message |
/// | [`Next::stop`] | `{:stop, reason, state}` | `terminate` runs, the process ends with the reason |
#[must_use = "an answer has an effect when the handler returns it"]
#[derive(Debug)]
pub struct Next<C = NoContinue>(pub(crate) Step<C>);

#[derive(Debug)]
pub(crate) enum Step<C> {
    Wait,
    Timeout(Duration),
    /// Boxed: it is rare, and an answer is moved often.
    TimeoutWith(Box<(Duration, Info)>),
    Hibernate,
    Continue(C),
    Stop(ExitReason),
}

impl<C> Next<C> {
    /// Whether the server waits for its next message: what most handlers answer.
    #[inline]
    pub(crate) fn is_wait(&self) -> bool {
        matches!(self.0, Step::Wait)
    }
}

impl<C> Step<C> {
    fn lift<D: ContinueFrom<C>>(self) -> Step<D> {
        match self {
            Self::Wait => Step::Wait,
            Self::Timeout(after) => Step::Timeout(after),
            Self::TimeoutWith(timeout) => Step::TimeoutWith(timeout),
            Self::Hibernate => Step::Hibernate,
            Self::Continue(step) => Step::Continue(D::continue_from(step)),
            Self::Stop(reason) => Step::Stop(reason),
        }
    }
}

impl Next {
    /// Goes on with this step, before anything that is in the mailbox: the `#[handle_continue]` handler of its type.
    #[doc(alias = ":continue")]
    pub fn then<C>(step: C) -> Next<C> {
        Next(Step::Continue(step))
    }
}

impl<C> Next<C> {
    /// Waits for the next message.
    #[doc(alias = ":noreply")]
    pub fn noreply() -> Self {
        Self(Step::Wait)
    }

    /// Waits for the next message; if none comes in time, the `#[timeout]` handler runs, once.
    ///
    /// A message that is there wins, also over a time of zero. System requests (`sys`) do not count as messages.
    #[doc(alias = ":timeout")]
    pub fn timeout(after: Duration) -> Self {
        Self(Step::Timeout(after))
    }

    /// As [`Next::timeout`], with a message of its own for the `#[info]` handler of its type. With a time of zero it is
    /// handled before anything else.
    pub fn timeout_with<M: Send + 'static>(after: Duration, message: M) -> Self {
        Self(Step::TimeoutWith(Box::new((after, Info::new(message)))))
    }

    /// Gives back what memory it can, then waits for the next message.
    pub fn hibernate() -> Self {
        Self(Step::Hibernate)
    }

    /// Stops the server: `terminate` runs with this reason, and the process ends with it.
    #[doc(alias = ":stop")]
    pub fn stop(reason: impl Into<ExitReason>) -> Self {
        Self(Step::Stop(reason.into()))
    }
}

/// What `init` answers.
///
/// | Answer | Elixir | Effect |
/// |---|---|---|
/// | [`Init::ok`] | `{:ok, state}` | the server runs |
/// | [`Init::timeout`] | `{:ok, state, ms}` | the same; if no message comes in time, the timeout handler runs |
/// | [`Init::hibernate`] | `{:ok, state, :hibernate}` | the same, giving back memory first |
/// | [`Init::then`] | `{:ok, state, {:continue, step}}` | the continue handler runs first, before any message |
/// | [`Init::ignore`] | `:ignore` | nothing is started; start answers `StartError::Ignored` |
/// | [`Init::stop`] | `{:stop, reason}` | nothing is started; start answers `StartError::Failed(reason)` |
///
/// After `ignore` and `stop`, `terminate` is not called and the name is free when start returns.
#[must_use = "an answer has an effect when init returns it"]
#[derive(Debug)]
pub struct Init<S, C = NoContinue>(pub(crate) Beginning<S, C>);

#[derive(Debug)]
pub(crate) enum Beginning<S, C> {
    Run(S, Step<C>),
    Ignore,
    Stop(ExitReason),
}

impl<S> Init<S> {
    /// Runs this step first, before any message.
    #[doc(alias = ":continue")]
    pub fn then<C>(self, step: C) -> Init<S, C> {
        Init(match self.0 {
            Beginning::Run(state, _) => Beginning::Run(state, Step::Continue(step)),
            Beginning::Ignore => Beginning::Ignore,
            Beginning::Stop(reason) => Beginning::Stop(reason),
        })
    }
}

impl<S, C> Init<S, C> {
    /// The server runs with this state.
    #[doc(alias = ":ok")]
    pub fn ok(state: S) -> Self {
        Self(Beginning::Run(state, Step::Wait))
    }

    /// Nothing is to be started, and that is no failure.
    pub fn ignore() -> Self {
        Self(Beginning::Ignore)
    }

    /// The server cannot start.
    #[doc(alias = ":stop")]
    pub fn stop(reason: impl Into<ExitReason>) -> Self {
        Self(Beginning::Stop(reason.into()))
    }

    /// If no message comes in time, the timeout handler runs. The time begins when `init` is done.
    pub fn timeout(self, after: Duration) -> Self {
        self.with(Step::Timeout(after))
    }

    /// Gives back memory, then waits for the first message.
    pub fn hibernate(self) -> Self {
        self.with(Step::Hibernate)
    }

    fn with(self, step: Step<C>) -> Self {
        match self.0 {
            Beginning::Run(state, _) => Self(Beginning::Run(state, step)),
            _ => self,
        }
    }
}

/// How a call handler answers when a plain value is not enough: `Reply<T, N>` carries the answer `T`, if it is given
/// now, and `N`, whatever a cast handler may return.
///
/// | Answer | Elixir |
/// |---|---|
/// | `Reply::now(v)` | `{:reply, v, state}` |
/// | `Reply::now(v).then(Next::timeout(d))` | `{:reply, v, state, ms}` |
/// | `Reply::now(v).then(Next::hibernate())` | `{:reply, v, state, :hibernate}` |
/// | `Reply::now(v).then(Next::then(step))` | `{:reply, v, state, {:continue, step}}` |
/// | `Reply::now(v).then(Next::stop(r))` | `{:stop, r, v, state}` |
/// | `Reply::later()` | `{:noreply, state}` |
/// | `Reply::later().then(next)` | `{:noreply, state, next}` |
/// | `Reply::stop(r)` | `{:stop, r, state}` |
///
/// A plain return value `v` of a call handler is `Reply::now(v)`.
#[must_use = "an answer has an effect when the handler returns it"]
#[derive(Debug)]
pub struct Reply<T, N = ()> {
    pub(crate) value: Option<T>,
    pub(crate) next: N,
}

impl<T> Reply<T> {
    /// Answers now.
    #[doc(alias = ":reply")]
    pub fn now(value: T) -> Self {
        Self { value: Some(value), next: () }
    }

    /// Leaves the answer to whoever has the [`ReplyTo`](super::ReplyTo).
    #[doc(alias = ":noreply")]
    pub fn later() -> Self {
        Self { value: None, next: () }
    }

    /// What the server does next.
    pub fn then<N>(self, next: N) -> Reply<T, N> {
        Reply { value: self.value, next }
    }
}

impl<T> Reply<T, Next> {
    /// Stops the server without an answer: the call fails with the reason.
    #[doc(alias = ":stop")]
    pub fn stop(reason: impl Into<ExitReason>) -> Self {
        Self { value: None, next: Next::stop(reason) }
    }
}

/// A server's continue type can be made from a step of type `C`.
///
/// `#[gen_server]` implements it for each `#[handle_continue]` handler.
#[diagnostic::on_unimplemented(
    message = "this server has no `#[handle_continue]` handler that takes `{C}`",
    label = "asks for a continue step of type `{C}`",
    note = "add `#[handle_continue] fn ..(&mut self, step: {C})` to the impl"
)]
pub trait ContinueFrom<C> {
    /// Wraps the step.
    fn continue_from(step: C) -> Self;
}

impl ContinueFrom<NoContinue> for NoContinue {
    fn continue_from(step: NoContinue) -> Self {
        match step {}
    }
}

/// What a cast, info, continue or timeout handler may return: `()`, [`Next`], or a `Result` of those, whose error stops
/// the server with [`ExitReason::Error`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a cast, info, continue or timeout handler may return",
    label = "must be `()`, `Next`, or a `Result` of those",
    note = "a value goes back to the caller only from a `#[call]` handler"
)]
pub trait IntoNext {
    /// The continue step that may be asked for.
    type Continue;
    /// The answer.
    fn into_next(self) -> Next<Self::Continue>;
}

impl IntoNext for () {
    type Continue = NoContinue;
    #[inline]
    fn into_next(self) -> Next {
        Next(Step::Wait)
    }
}

impl<C> IntoNext for Next<C> {
    type Continue = C;
    #[inline]
    fn into_next(self) -> Next<C> {
        self
    }
}

impl<N: IntoNext, E: Into<Box<dyn Error + Send + Sync>>> IntoNext for Result<N, E> {
    type Continue = N::Continue;
    fn into_next(self) -> Next<N::Continue> {
        match self {
            Ok(next) => next.into_next(),
            Err(error) => Next(Step::Stop(ExitReason::error(error))),
        }
    }
}

/// What `init` may return: the state, [`Init`], or a `Result` of those, whose error is why the server cannot start.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something `init` of this server may return",
    label = "must be `Self`, `Init<Self>`, or a `Result` of those"
)]
pub trait IntoInit<S> {
    /// The continue step that may be asked for.
    type Continue;
    /// The answer.
    fn into_init(self) -> Init<S, Self::Continue>;
}

impl<S: GenServer> IntoInit<S> for S {
    type Continue = NoContinue;
    fn into_init(self) -> Init<S> {
        Init::ok(self)
    }
}

impl<S, C> IntoInit<S> for Init<S, C> {
    type Continue = C;
    fn into_init(self) -> Init<S, C> {
        self
    }
}

impl<S, I: IntoInit<S>, E: Into<Box<dyn Error + Send + Sync>>> IntoInit<S> for Result<I, E> {
    type Continue = I::Continue;
    fn into_init(self) -> Init<S, I::Continue> {
        match self {
            Ok(init) => init.into_init(),
            Err(error) => Init(Beginning::Stop(ExitReason::error(error))),
        }
    }
}

/// What a call handler with the answer `T` may return: `T`, or [`Reply<T, N>`].
pub trait IntoReply<T> {
    /// What may follow.
    type Next: IntoNext;
    /// The answer.
    fn into_reply(self) -> Reply<T, Self::Next>;
}

impl<T> IntoReply<T> for T {
    type Next = ();
    fn into_reply(self) -> Reply<T> {
        Reply::now(self)
    }
}

impl<T, N: IntoNext> IntoReply<T> for Reply<T, N> {
    type Next = N;
    fn into_reply(self) -> Reply<T, N> {
        self
    }
}

impl<C> Next<C> {
    pub(crate) fn lift<D: ContinueFrom<C>>(self) -> Next<D> {
        Next(self.0.lift())
    }
}

impl<S, C> Init<S, C> {
    pub(crate) fn lift<D: ContinueFrom<C>>(self) -> Init<S, D> {
        Init(match self.0 {
            Beginning::Run(state, step) => Beginning::Run(state, step.lift()),
            Beginning::Ignore => Beginning::Ignore,
            Beginning::Stop(reason) => Beginning::Stop(reason),
        })
    }
}
