//! What expansions name. Not for people: anything here may change in any version.

#[cfg(feature = "application")]
pub use inventory;

pub use crate::child::{BoxFuture, HasPid, IntoStarted, child_start_with};
pub use crate::entry::{Runtime, run_main};
pub use crate::gen_server::expand::{
    FormatNothing, FormatState, IsReply, NotReply, answer, async_handler_with_shared_self_needs_a_sync_state, boxed,
    finish_reply, handled_now, lift_init, lift_next, send_future, unexpected,
};
pub use crate::gen_server::{ContinueFrom, Described, IntoInit, IntoNext, IntoReply, ServerOptions, child_start};
pub use crate::gen_stage::consumer_supervisor::IntoConsumerInit;
pub use crate::gen_stage::expand::{
    DeclaredSetup, DeclaredStage, DeclaredSubscriptions, DeclaredWiring, answer_stage, by_type, child_start_stage,
    finish_stage_reply, lift_emit, lift_stage_init, lift_subscribed, stage_of, stage_spec, subscription,
    unexpected_by_stage,
};
pub use crate::generic::{HeldReply, hold};
pub use crate::process::receive_match as receive_match_after;
#[cfg(all(feature = "release", unix))]
pub use crate::release::{AnswerDebug, AnswerDebugError, AnswerResult, Answering, Command, Parameter, command_result};
pub use crate::supervisor::IntoSupervisorInit;
pub use crate::supervisor::dynamic::IntoDynamicInit;

use crate::child::{ChildOptions, ChildSpec, Slot, Started};
use crate::gen_stage::ConsumerSupervisor;
use crate::process::{Info, Pid, StartError};
use crate::supervisor::DynamicSupervisorSpec;
use crate::task::{IntoExit, Task};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The name of an application of this package.
#[cfg(feature = "application")]
pub fn application_name(package: &str) -> String {
    package.replace('-', "_")
}

/// By `#[gen_server]` on the struct; the impl's expansion asks for it.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` has no `#[gen_server]`",
    label = "the impl has the attribute, the struct has not",
    note = "write `#[gen_server]` above `struct {Self}` too: it makes the handle and holds the options"
)]
pub trait DeclaredOptions {
    /// For each start.
    fn server_options() -> ServerOptions;
    /// For a supervisor.
    fn child_options() -> ChildOptions;
}

/// By `#[supervisor(init)]` on the struct.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not marked `#[supervisor(init)]`",
    label = "this `#[init]` would never run",
    note = "write `#[supervisor(init)]` above `struct {Self}`: without `init` its children are its `#[child]` fields"
)]
pub trait DeclaredInit {}

/// By `#[supervisor]` on the impl; what the struct's expansion forwards to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is marked `#[supervisor(init)]` but has no `#[init]`",
    label = "no `#[supervisor] impl {Self}` with an `#[init]` function",
    note = "write `#[supervisor] impl {Self} {{ #[init] fn init() -> SupervisorSpec {{ .. }} }}`"
)]
pub trait SupervisorInit: DeclaredInit + Sized {
    /// What `init` takes.
    type Args: Send + 'static;
    /// The user's function.
    fn init(args: Self::Args) -> impl Future<Output = crate::supervisor::Init> + Send;
}

/// What `#[init]` of a supervisor returned.
pub fn lift_supervisor_init<I: IntoSupervisorInit>(returned: I) -> crate::supervisor::Init {
    returned.into_supervisor_init()
}

/// By `#[dynamic_supervisor(init)]` on the struct.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not marked `#[dynamic_supervisor(init)]`",
    label = "this `#[init]` would never run",
    note = "write `#[dynamic_supervisor(init)]` above `struct {Self}`: without `init` its options stand there"
)]
pub trait DeclaredDynamicInit {}

/// By `#[dynamic_supervisor]` on the impl; what the struct's expansion forwards to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is marked `#[dynamic_supervisor(init)]` but has no `#[init]`",
    label = "no `#[dynamic_supervisor] impl {Self}` with an `#[init]` function",
    note = "write `#[dynamic_supervisor] impl {Self} {{ #[init] fn init() -> DynamicSupervisorSpec {{ .. }} }}`"
)]
pub trait DynamicSupervisorInit: DeclaredDynamicInit + Sized {
    /// What `init` takes.
    type Args: Send + 'static;
    /// The extra arguments in what it returns: the struct lists the same.
    type Extra: Send + Sync + 'static;
    /// The user's function.
    fn init(
        args: Self::Args,
    ) -> impl Future<Output = crate::supervisor::Init<DynamicSupervisorSpec<Self::Extra>>> + Send;
}

/// What `#[init]` of a dynamic supervisor returned.
pub fn lift_dynamic_init<I: IntoDynamicInit>(returned: I) -> crate::supervisor::Init<DynamicSupervisorSpec<I::Extra>> {
    returned.into_dynamic_init()
}

/// By `#[consumer_supervisor(init)]` on the struct.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not marked `#[consumer_supervisor(init, event = ..)]`",
    label = "this `#[init]` would never run",
    note = "write `#[consumer_supervisor(init, event = ..)]` above `struct {Self}`: without `init` its child stands there"
)]
pub trait DeclaredConsumerInit {}

/// By `#[consumer_supervisor]` on the impl; what the struct's expansion forwards to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is marked `#[consumer_supervisor(init)]` but has no `#[init]`",
    label = "no `#[consumer_supervisor] impl {Self}` with an `#[init]` function",
    note = "write `#[consumer_supervisor] impl {Self} {{ #[init] fn init() -> ConsumerSupervisor<E> {{ .. }} }}`"
)]
pub trait ConsumerSupervisorInit: DeclaredConsumerInit + Sized {
    /// What `init` takes.
    type Args: Send + 'static;
    /// What children are started for: the struct says the same.
    type Event: Send + 'static;
    /// The user's function.
    fn init(args: Self::Args) -> impl Future<Output = crate::supervisor::Init<ConsumerSupervisor<Self::Event>>> + Send;
}

/// What `#[init]` of a consumer supervisor returned.
pub fn lift_consumer_init<I: IntoConsumerInit>(returned: I) -> crate::supervisor::Init<ConsumerSupervisor<I::Event>> {
    returned.into_consumer_init()
}

/// Starts the work of a `#[task]` type.
pub fn start_task<F>(link: bool, work: F) -> Pid
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    if link { Task::start_link(work) } else { Task::start(work) }
}

/// The start of a `#[task]` type under a supervisor.
pub fn child_start_task(
    start_link: impl FnOnce() -> Pid + Send + 'static,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    child_start_with(async move { start_link() }, slot)
}

/// An expression child of `supervision_tree!`.
pub fn child_spec(spec: impl Into<ChildSpec>) -> ChildSpec {
    spec.into()
}

/// `receive!` without `after`.
pub async fn receive_match<R>(select: impl FnMut(Info) -> Result<R, Info>) -> R {
    receive_match_after(select, None).await.expect("without a time there is no timeout")
}

/// `receive!` with `after`.
pub async fn receive_match_within<R>(select: impl FnMut(Info) -> Result<R, Info>, within: Duration) -> Option<R> {
    receive_match_after(select, Some(within)).await
}

/// The message in its box, if it is an `M`; `Info` itself takes anything.
pub fn open_info<M: Send + 'static>(info: Info) -> Result<Box<M>, Info> {
    info.open()
}

/// Back into the mailbox, in the same box.
pub fn close_info<M: Send + 'static>(message: Box<M>) -> Info {
    Info::close(message)
}
