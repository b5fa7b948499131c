//! What a task supervisor is started with.

use super::TaskSupervisorRef;
use crate::child::{BoxFuture, Child, ChildId, ChildOptions, ChildSpec, Started};
use crate::process::{Name, Slot, StartError, Via};
use crate::supervisor::dynamic::StartDynamicSupervisor;
use crate::supervisor::{DynamicSupervisor, DynamicSupervisorSpec};
use std::sync::Arc;
use std::time::Duration;

/// Options of a task supervisor: those of a [`DynamicSupervisorSpec`], with the same defaults.
///
/// | Option | Default |
/// |---|---|
/// | `max_children` | no limit |
/// | `max_restarts` | 3 |
/// | `max_seconds` | 5 s |
/// | `name` | none |
///
/// Follows the options of Elixir's `Task.Supervisor.start_link/1`.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is supervised until `start_link` is called"]
pub struct TaskSupervisorSpec {
    dynamic: DynamicSupervisorSpec,
    /// The name, as an id.
    id: Option<String>,
}

impl TaskSupervisorSpec {
    /// The most tasks there may be. Zero: none can be started.
    pub fn max_children(mut self, max_children: usize) -> Self {
        self.dynamic = self.dynamic.max_children(max_children);
        self
    }

    /// Restarts allowed within the period, of the tasks that are restarted at all.
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.dynamic = self.dynamic.max_restarts(max_restarts);
        self
    }

    /// The period in seconds; at least one.
    pub fn max_seconds(self, seconds: u64) -> Self {
        self.period(Duration::from_secs(seconds))
    }

    /// The period; longer than zero.
    pub fn period(mut self, period: Duration) -> Self {
        self.dynamic = self.dynamic.period(period);
        self
    }

    /// The name it is registered under when it is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        let name = name.into();
        self.id = Some(name.to_string());
        self.dynamic = self.dynamic.name(name);
        self
    }

    /// A name through a registry.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(mut self, via: impl Via) -> Self {
        self.id = Some(via.describe());
        self.dynamic = self.dynamic.via(via);
        self
    }

    /// Starts it, linked to the process that awaits this.
    ///
    /// Follows Elixir's `Task.Supervisor.start_link/1`.
    pub fn start_link(self) -> StartDynamicSupervisor<(), TaskSupervisorRef> {
        self.dynamic.start_link().answering()
    }

    /// Starts it, not linked to anybody.
    pub fn start(self) -> StartDynamicSupervisor<(), TaskSupervisorRef> {
        self.dynamic.start().answering()
    }

    /// This supervisor as a child of another, with an id of its own. Where a specification is taken, this one is taken as
    /// it is too; its id is then its name, or `TaskSupervisor` if it has none.
    pub fn child_spec(self, id: impl Into<ChildId>) -> ChildSpec {
        ChildSpec::of::<TaskSupervisor>(move || self.clone()).id(id)
    }
}

impl From<TaskSupervisorSpec> for ChildSpec {
    fn from(spec: TaskSupervisorSpec) -> Self {
        match spec.id.clone() {
            Some(id) => spec.child_spec(id),
            None => ChildSpec::of::<TaskSupervisor>(move || spec.clone()),
        }
    }
}

/// Task supervisors: started from a [`TaskSupervisorSpec`], used through a [`TaskSupervisorRef`].
///
/// As a child of another supervisor it is its own specification; in a tree it also has an entry of its own.
///
/// ```
/// use otp::prelude::*;
///
/// #[supervisor]
/// struct App {
///     #[child(args = TaskSupervisor::builder().max_children(100))]
///     tasks: TaskSupervisor,
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let app = App::start_link().await?;
/// let task = app.tasks().async_(async { 6 * 7 }).await?;
/// assert_eq!(task.await?, 42);
///
/// let tree = supervision_tree! {
///     TaskSupervisor::builder().name("mails"),
///     task_supervisor "uploads" { max_children: 10, name: "uploads" },
/// };
/// Supervisor::start_link(tree).await?;
/// let uploads = TaskSupervisorRef::named("uploads");
/// assert_eq!(uploads.async_(async { "done" }).await?.await?, "done");
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `Task.Supervisor`.
#[doc(alias = "Task.Supervisor")]
#[derive(Clone, Copy, Debug)]
pub struct TaskSupervisor;

impl TaskSupervisor {
    /// A specification with the default options.
    pub fn builder() -> TaskSupervisorSpec {
        TaskSupervisorSpec::default()
    }

    /// Starts one with the default options, linked to the process that awaits this.
    ///
    /// Follows Elixir's `Task.Supervisor.start_link/0`.
    #[doc(alias = "Task.Supervisor.start_link")]
    pub fn start_link() -> StartDynamicSupervisor<(), TaskSupervisorRef> {
        Self::builder().start_link()
    }
}

impl Child for TaskSupervisor {
    type Args = TaskSupervisorSpec;
    type Handle = TaskSupervisorRef;

    fn child_options() -> ChildOptions {
        ChildOptions::supervisor("TaskSupervisor")
    }

    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
        DynamicSupervisor::<()>::start_child(args.dynamic, slot)
    }

    fn handle(slot: Arc<Slot>) -> Self::Handle {
        DynamicSupervisor::<()>::handle(slot).into()
    }
}
