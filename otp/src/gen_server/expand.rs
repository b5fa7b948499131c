//! What the expansion of `#[gen_server]` calls: the thin end of the macro.

use super::{ContinueFrom, GenServer, Init, IntoInit, IntoNext, Next, Reply, ReplyTo};
use crate::generic::HeldReply;
use crate::observe;
use crate::process::Info;
use crate::process::context;
use std::fmt::Debug;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

/// What `init` returned, as the server's answer.
pub fn lift_init<S: GenServer, I: IntoInit<S>>(returned: I) -> Init<S, S::Continue>
where
    S::Continue: ContinueFrom<I::Continue>,
{
    returned.into_init().lift()
}

/// What a cast, info, continue or timeout handler returned, as the server's answer.
#[inline]
pub fn lift_next<C: ContinueFrom<N::Continue>, N: IntoNext>(returned: N) -> Next<C> {
    returned.into_next().lift()
}

/// What `handle_now` answered for a request that it takes.
#[inline]
pub fn handled_now<C, R>(answered: Result<Next<C>, R>) -> Next<C> {
    answered.unwrap_or_else(|_| unreachable!("`handle_now` takes what `handle` has no arm for"))
}

/// What a call handler returned that answers with a plain value.
#[inline]
pub fn answer<T: Send + 'static, C>(from: ReplyTo<T>, value: T) -> Next<C> {
    from.reply(value);
    Next::noreply()
}

/// What a call handler returned that answers with a [`Reply`].
pub fn finish_reply<T, N: IntoNext, C: ContinueFrom<N::Continue>>(held: HeldReply<T>, reply: Reply<T, N>) -> Next<C> {
    // Without a value the answer is left to whoever has the handle.
    if let Some(value) = reply.value {
        held.answer(value);
    }
    reply.next.into_next().lift()
}

/// No handler takes this message.
pub fn unexpected<S: GenServer>(info: Info) -> Next<S::Continue> {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), &info.describe());
    Next::noreply()
}

/// A timeout passed that no handler takes.
pub(crate) fn unhandled_timeout() {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), "a timeout, for which it has no handler");
}

/// Has rustc complain at the handler, and once, when its future is not `Send`.
#[inline]
pub fn send_future<F: Future + Send>(future: F) -> F {
    future
}

/// The future of a `#[call(boxed)]` handler.
pub fn boxed<F: Future + Send>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// The bound of an `async` handler that takes `&self`.
pub fn async_handler_with_shared_self_needs_a_sync_state<S: Sync>() {}

/// Tells a [`Reply`] behind an alias.
#[derive(Debug)]
pub struct IsReply<R>(PhantomData<R>);

impl<T, N> IsReply<Reply<T, N>> {
    /// It is one.
    pub const YES: bool = true;
}

/// See [`IsReply`].
pub trait NotReply {
    /// It is none.
    const YES: bool = false;
}
impl<R> NotReply for IsReply<R> {}

/// Prints a state that can be printed.
#[derive(Debug)]
pub struct FormatState<'a, S>(pub &'a S);

impl<S: Debug> FormatState<'_, S> {
    /// The state, printed.
    pub fn format(&self) -> Option<String> {
        Some(format!("{:?}", self.0))
    }
}

/// See [`FormatState`].
pub trait FormatNothing {
    /// Nothing: the state cannot be printed.
    fn format(&self) -> Option<String> {
        None
    }
}
impl<S> FormatNothing for FormatState<'_, S> {}
