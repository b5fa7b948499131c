//! What the expansion of `#[gen_stage]` calls: the thin end of the macro.

use super::answer::{IntoEmit, IntoStageInit};
use super::{Emit, Stage, StageInit};
use crate::gen_server::{ContinueFrom, IntoNext, Next, Reply, ReplyTo};
use crate::generic::HeldReply;
use crate::observe;
use crate::process::{Info, context};

/// No handler takes this message.
pub fn unexpected_info(info: Info) {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), &info.describe());
}

/// A timeout passed that no handler takes.
pub(crate) fn unhandled_timeout() {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), "a timeout, for which it has no handler");
}

/// What `init` returned, as the stage's answer.
pub fn lift_stage_init<S: Stage, I: IntoStageInit<S>>(returned: I) -> StageInit<S, S::Continue>
where
    S::Continue: ContinueFrom<I::Continue>,
{
    returned.into_stage_init().lift()
}

/// What a handler returned, as the stage's answer.
pub fn lift_emit<E, C: ContinueFrom<N::Continue>, N: IntoEmit<E>>(returned: N) -> Emit<E, C> {
    returned.into_emit().lift()
}

/// What a subscription handler returned.
pub fn lift_subscribed<C: ContinueFrom<N::Continue>, N: IntoNext>(returned: N) -> Next<C> {
    returned.into_next().lift()
}

/// What a call handler returned that answers with a plain value.
pub fn answer_stage<T: Send + 'static, E, C>(from: ReplyTo<T>, value: T) -> Emit<E, C> {
    from.reply(value);
    Emit::nothing()
}

/// What a call handler returned that answers with a [`Reply`]: the events go out before the value.
pub fn finish_stage_reply<T: Send + 'static, E, N: IntoEmit<E>, C: ContinueFrom<N::Continue>>(
    held: HeldReply<T>,
    reply: Reply<T, N>,
) -> Emit<E, C> {
    let mut emit: Emit<E, C> = reply.next.into_emit().lift();
    match reply.value {
        Some(value) if emit.events.is_empty() => held.answer(value),
        Some(value) => emit.reply = Some(Box::new(move || held.answer(value))),
        // The answer is left to whoever has the handle.
        None => {}
    }
    emit
}
