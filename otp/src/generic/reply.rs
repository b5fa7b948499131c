//! The handle to answer a call with.

use crate::process::context;
use crate::process::cycle;
use crate::process::pid::Pid;
use crate::sync::reply::{Answerer, Tag, Twin};
use std::fmt;

/// The handle with which a call is answered: now, in a later callback, or from any other process or task.
///
/// A handle answers once. Dropped without an answer:
/// - by a handler that then stops the server, or that panics: the caller learns the reason of the server's end;
/// - otherwise the caller gets [`CallFailure::ReplyDropped`](super::CallFailure::ReplyDropped) at once.
///
/// An answer for a caller that gave up (its time passed, it ended, it dropped the call) is dropped.
///
/// ```
/// use otp::prelude::*;
///
/// #[gen_server]
/// struct Door { waiting: Vec<ReplyTo<String>> }
///
/// #[gen_server]
/// impl Door {
///     #[init]
///     fn init() -> Self { Self { waiting: Vec::new() } }
///
///     #[call] // answered when somebody opens
///     fn enter(&mut self, from: ReplyTo<String>) -> Reply<String> {
///         self.waiting.push(from);
///         Reply::later()
///     }
///
///     #[cast]
///     fn open(&mut self) {
///         for from in self.waiting.drain(..) {
///             from.reply("welcome".into());
///         }
///     }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let door = Door::start_link(()).await?;
/// let visitor = door.clone();
/// let (welcome, ()) = tokio::join!(visitor.enter(), async { door.open() });
/// assert_eq!(welcome?, "welcome");
/// # Ok(())
/// # }
/// ```
///
/// Elixir's `from`, with the type of the answer.
#[doc(alias = "from")]
pub struct ReplyTo<T>(Answerer<T>);

impl<T> ReplyTo<T> {
    pub(crate) fn new(answerer: Answerer<T>) -> Self {
        Self(answerer)
    }

    /// Answers the call. Never waits and never fails: a caller that gave up is no error.
    ///
    /// Follows Elixir's `GenServer.reply/2`.
    #[inline]
    pub fn reply(mut self, value: T) {
        let answerer = self.0.take();
        no_longer_owed(answerer.tag());
        if super::sys::nobody_debugs() {
            let _ = answerer.answer(value);
        } else {
            let tag = answerer.tag();
            super::sys::replied(tag, answerer.answer(value).is_ok());
        }
    }

    /// Answers a system request, which is no event of the server's.
    pub(crate) fn reply_unseen(mut self, value: T) {
        let answerer = self.0.take();
        no_longer_owed(answerer.tag());
        let _ = answerer.answer(value);
    }

    /// The process that called; `None` if the caller is no process.
    pub fn pid(&self) -> Option<Pid> {
        Pid::from_tag(self.0.tag())
    }

    /// As [`pid`](Self::pid), [`Pid::NOBODY`] if the caller is no process.
    #[inline]
    pub(crate) fn caller(&self) -> Pid {
        Pid::of_tag(self.0.tag())
    }

    /// Whether the caller still waits. A `true` may be out of date at once.
    pub fn is_wanted(&self) -> bool {
        self.0.is_wanted()
    }
}

/// The current process is about to answer the caller, which from then on waits for nobody, though it may notice later.
#[inline]
fn no_longer_owed(caller: Tag) {
    if cycle::ENABLED
        && let (Some(caller), Some(me)) = (Pid::from_tag(caller), context::try_self_pid())
    {
        cycle::withdraw(caller, me);
    }
}

impl<T> Drop for ReplyTo<T> {
    #[inline]
    fn drop(&mut self) {
        if !self.0.is_spent() {
            unanswered(self.0.take());
        }
    }
}

#[cold]
fn unanswered<T>(answerer: Answerer<T>) {
    context::with(|running| {
        if let Some(running) = running
            && running.holds_orphans().get()
            && let Ok(mut own) = running.own().try_borrow_mut()
        {
            own.rare().orphans.push(answerer.into_closer());
        }
        // Otherwise dropping the answerer closes the call.
    });
}

impl<T> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid() {
            Some(pid) => write!(f, "ReplyTo({pid})"),
            None => f.write_str("ReplyTo(..)"),
        }
    }
}

/// Answers a call: the same as [`ReplyTo::reply`].
///
/// Follows Elixir's `GenServer.reply/2`.
#[doc(alias = "GenServer.reply")]
pub fn reply<T>(to: ReplyTo<T>, value: T) {
    to.reply(value);
}

/// The runtime's hold on a call whose handler has the [`ReplyTo`], or does not want it. For expansions.
#[doc(hidden)]
#[derive(Debug)]
pub struct HeldReply<T>(Held<T>);

enum Held<T> {
    Owned(ReplyTo<T>),
    Twin(Twin<T>),
}

impl<T> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// Splits a handle: one for the handler, one for the answer it returns.
#[doc(hidden)]
pub fn hold<T>(from: ReplyTo<T>) -> (ReplyTo<T>, HeldReply<T>) {
    let twin = from.0.twin();
    (from, HeldReply(Held::Twin(twin)))
}

impl<T> HeldReply<T> {
    /// For a handler that does not take the handle.
    #[doc(hidden)]
    pub fn owned(from: ReplyTo<T>) -> Self {
        Self(Held::Owned(from))
    }

    /// The handler answered with a value.
    pub(crate) fn answer(self, value: T) {
        match self.0 {
            Held::Owned(from) => from.reply(value),
            Held::Twin(twin) => {
                let tag = twin.tag();
                no_longer_owed(tag);
                let wanted = twin.answer(value).is_ok();
                super::sys::replied(tag, wanted);
            }
        }
    }
}
