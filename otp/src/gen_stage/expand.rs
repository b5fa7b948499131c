//! What the expansion of `#[gen_stage]` calls: the thin end of the macro.

use super::answer::{IntoEmit, IntoStageInit};
use super::options::{BadBufferSize, BadDemand, BufferSize, OptionsOf, Setup};
use super::pipeline::{PipelineStage, StageSpec};
use super::server::StageArgs;
use super::subscription::Target;
use super::{
    Answer, BufferKeep, Consumer, DemandMode, Emit, Feeds, Producer, Stage, StageHandle, StageInit, StageRef, Staged,
    SubscribeTo,
};
use crate::child::{BoxFuture, Started};
use crate::gen_server::{ContinueFrom, IntoNext, Next, Reply, ReplyTo, child_start, short_name};
use crate::generic::HeldReply;
use crate::observe;
use crate::process::name::Registration;
use crate::process::{ExitReason, Info, Slot, StartError, context};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// No handler takes this message.
pub(crate) fn unexpected_info(info: Info) {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), &info.describe());
}

/// A timeout passed that no handler takes.
pub(crate) fn unhandled_timeout() {
    let name = context::with(|running| running.map(|running| running.core().display()));
    observe::unexpected(&name.unwrap_or_default(), "a timeout, for which it has no handler");
}

/// No handler of a `#[gen_stage]` takes this message.
pub fn unexpected_by_stage<S: Stage>(info: Info) -> Answer<S> {
    unexpected_info(info);
    Emit::nothing()
}

/// By `#[gen_stage]` on the struct; the impl's expansion asks for it.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` has no `#[gen_stage]`",
    label = "the impl has the attribute, the struct has not",
    note = "write `#[gen_stage(producer)]`, `#[gen_stage(producer_consumer)]` or `#[gen_stage(consumer)]` above `struct {Self}` too"
)]
pub trait DeclaredStage: Sized {
    /// What it is.
    type Kind;
    /// What it takes in, when its handlers take in `E`: nothing, for a producer.
    type In<E: Send + 'static>: Send + 'static;
    /// What it emits, when its handlers return `E`: nothing, for a consumer.
    type Out<E: Send + 'static>: Send + 'static;
    /// Its dispatcher, unless a handler makes it.
    type Dispatcher<E>;
    /// What `init` need not say.
    fn setup() -> DeclaredSetup;
}

/// By `#[gen_stage]` on the struct, of a generic one for those types for which the subscriptions are right.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be wired as its struct says",
    label = "its struct has no `#[gen_stage]`, or it subscribes to producers of other events than these handlers take in",
    note = "a consumer subscribes to producers of the events that its `#[events]` handler takes"
)]
pub trait DeclaredWiring: DeclaredStage {
    /// Whom it subscribes to, before those that `init` names.
    fn subscriptions() -> DeclaredSubscriptions<Self>
    where
        Self: Stage;
}

/// Options that `init` need not repeat.
#[derive(Debug, Default)]
pub struct DeclaredSetup {
    setup: Setup,
    bad: bool,
}

impl DeclaredSetup {
    /// `demand = accumulate`
    pub fn accumulate(mut self) -> Self {
        self.setup.mode = Some(DemandMode::Accumulate);
        self
    }

    /// `buffer_keep = first`
    pub fn keep_first(mut self) -> Self {
        self.setup.keep = Some(BufferKeep::First);
        self
    }

    /// `buffer_size = infinity`
    pub fn unlimited(mut self) -> Self {
        self.setup.buffer = Some(BufferSize::Unlimited);
        self
    }

    /// `buffer_size = ..`
    pub fn buffer_size(mut self, size: usize) -> Self {
        self.setup.buffer = NonZeroUsize::new(size).map(BufferSize::Limited);
        self.bad = size == 0;
        self
    }
}

/// The subscriptions of a declaration.
pub struct DeclaredSubscriptions<S: Stage> {
    targets: Vec<Box<dyn Target<S::In>>>,
    bad: Option<BadDemand>,
}

impl<S: Stage> std::fmt::Debug for DeclaredSubscriptions<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeclaredSubscriptions").field("targets", &self.targets.len()).finish()
    }
}

impl<S: Stage> Default for DeclaredSubscriptions<S> {
    fn default() -> Self {
        Self { targets: Vec::new(), bad: None }
    }
}

impl<S: Stage> DeclaredSubscriptions<S> {
    /// All of them, if each has a demand that can be.
    pub(crate) fn checked(self) -> Result<Vec<Box<dyn Target<S::In>>>, BadDemand> {
        self.bad.map_or(Ok(self.targets), Err)
    }

    /// One more.
    pub fn subscribe_to<P: Feeds<S>>(mut self, to: SubscribeTo<P>) -> Self
    where
        S: Consumer,
    {
        match to.options() {
            Ok(_) => self.targets.push(Box::new(to)),
            Err(error) => self.bad = Some(error),
        }
        self
    }
}

/// The start of a stage as a supervisor's child.
pub fn child_start_stage<S: Stage>(args: S::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
    child_start::<Staged<S>>(StageArgs::new(args), slot)
}

/// A stage of `pipeline!`.
pub fn stage_spec<C: PipelineStage>(
    id: &'static str,
    args: impl Fn(usize) -> C::Args + Send + Sync + 'static,
) -> StageSpec<C> {
    StageSpec::new(id, args)
}

/// A subscription with the default options.
pub fn subscription<P: Producer>(producer: &StageRef<P>) -> SubscribeTo<P>
where
    OptionsOf<P>: Default,
{
    producer.subscription()
}

/// A producer from outside of a pipeline.
pub fn stage_of<H: StageHandle>(handle: H) -> StageRef<H::Stage> {
    handle.stage().clone()
}

/// The instance that a producer's type stands for: whoever has the name that it declares, or else its own.
pub fn by_type<P: Producer>() -> StageRef<P> {
    match P::options().spawn.registration {
        Some(Registration::Name(name)) => StageRef::named(name),
        _ => StageRef::named(short_name::<P>()),
    }
}

/// What `init` returned, as the stage's answer, with what the struct declares.
pub fn lift_stage_init<S: Stage + DeclaredWiring, I: IntoStageInit<S>>(returned: I) -> StageInit<S, S::Continue>
where
    S::Continue: ContinueFrom<I::Continue>,
{
    let mut init: StageInit<S, S::Continue> = returned.into_stage_init().lift();
    let DeclaredSetup { setup, bad } = S::setup();
    if bad {
        return StageInit::stop(ExitReason::error(BadBufferSize));
    }
    let mut targets = match S::subscriptions().checked() {
        Ok(targets) => targets,
        Err(error) => return StageInit::stop(ExitReason::error(error)),
    };
    init.setup.mode = init.setup.mode.or(setup.mode);
    init.setup.buffer = init.setup.buffer.or(setup.buffer);
    init.setup.keep = init.setup.keep.or(setup.keep);
    targets.append(&mut init.subscribe_to);
    init.subscribe_to = targets;
    init
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
