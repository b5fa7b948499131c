//! The handle of a task supervisor.

use super::start::{StartChild, StartRestarted, StartTask};
use crate::child::HasPid;
use crate::gen_server::CallError;
use crate::process::{Name, Pid, Target, Via};
use crate::supervisor::DynamicSupervisorRef;
use std::fmt;
use std::future::Future;
use std::ops::Deref;

use super::super::IntoExit;

/// A handle of a task supervisor: cheap to clone; dropping it ends nothing.
///
/// | To | call | linked to the caller | restarted |
/// |---|---|---|---|
/// | wait for an answer | [`async_`](Self::async_) | yes | never |
/// | wait for an answer of work that may fail | [`async_nolink`](Self::async_nolink) | no | never |
/// | answer for many items | [`async_stream`](Self::async_stream), [`async_stream_nolink`](Self::async_stream_nolink) | yes, no | never |
/// | have something done | [`start_child`](Self::start_child) | no | never |
/// | have something done, again if it fails | [`start_child_with`](Self::start_child_with) | no | as it is told |
///
/// What it has of [`DynamicSupervisorRef`] (`terminate_child`, `count_children`, `which_children`) and of
/// [`ServerRef`](crate::gen_server::ServerRef) (`pid`, `stop`, `monitor`) it has by dereferencing.
///
/// # What becomes of a task when its supervisor ends
///
/// A task is its supervisor's child and ends with it: with `shutdown` when that is shut down, within the task's shutdown
/// time, or with `killed` when the task is to be killed brutally, or the supervisor was. Whoever waits for the task sees that
/// reason, exactly once, under the task's reference: as the error of an `await`, or as a [`Down`](crate::process::Down). A
/// supervisor that its own supervisor starts again begins without tasks: none is started again, and the reference of an old
/// task never gets an answer. A handle by name, or of a supervisor's accessor, reaches the new one at once.
///
/// ```
/// use otp::prelude::*;
/// use otp::process;
///
/// # #[otp::main] async fn main() -> otp::Result {
/// let tasks = TaskSupervisor::start_link().await?;
/// let reference = tasks.async_nolink(process::sleep_forever()).await?.reference();
/// tasks.stop().await?;
/// let down = process::receive::<Down>().await;
/// assert_eq!((down.reference, down.reason), (reference, ExitReason::Shutdown));
/// # Ok(())
/// # }
/// ```
#[doc(alias = "Task.Supervisor")]
#[derive(Clone)]
pub struct TaskSupervisorRef {
    dynamic: DynamicSupervisorRef,
}

impl fmt::Debug for TaskSupervisorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskSupervisorRef({})", *self.dynamic)
    }
}

impl Deref for TaskSupervisorRef {
    type Target = DynamicSupervisorRef;
    fn deref(&self) -> &Self::Target {
        &self.dynamic
    }
}

impl From<DynamicSupervisorRef> for TaskSupervisorRef {
    fn from(dynamic: DynamicSupervisorRef) -> Self {
        Self { dynamic }
    }
}

impl HasPid for TaskSupervisorRef {
    fn process_id(&self) -> Option<Pid> {
        self.dynamic.process_id()
    }
}

impl From<&TaskSupervisorRef> for Target {
    fn from(supervisor: &TaskSupervisorRef) -> Self {
        (&supervisor.dynamic).into()
    }
}

impl TaskSupervisorRef {
    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        DynamicSupervisorRef::named(name).into()
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        DynamicSupervisorRef::via(via).into()
    }

    /// The task supervisor with this pid; `None` if it has ended or is no dynamic supervisor.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        DynamicSupervisorRef::from_pid(pid).map(Into::into)
    }

    /// Runs a future as a task under this supervisor, linked to and monitored by this process, which is to wait for its
    /// answer: await it for the [`Task`](super::super::Task), and that for the answer.
    ///
    /// As [`Task::async_`](super::super::Task::async_): if the task fails this process ends with it unless it traps exits,
    /// and the other way round; the supervisor lives on.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// let tasks = TaskSupervisor::start_link().await?;
    /// let task = tasks.async_(async { 6 * 7 }).await?;
    /// assert_eq!(task.await?, 42);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There are as many tasks as there may be; there is no such supervisor.
    ///
    /// # Panics
    /// When it is awaited outside of a process.
    ///
    /// Follows Elixir's `Task.Supervisor.async/3`.
    #[doc(alias = "Task.Supervisor.async")]
    pub fn async_<F>(&self, future: F) -> StartTask<F>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        StartTask::new(self.dynamic.clone(), future, true)
    }

    /// As [`async_`](Self::async_), without the link: a task that fails leaves its owner alone, which sees the reason as the
    /// error of its `await`, or as a [`Down`](crate::process::Down), exactly once and without an answer. A task whose owner
    /// ends goes on, and its answer is dropped.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// let tasks = TaskSupervisor::start_link().await?;
    /// let task: Task<u8> = tasks.async_nolink(async { panic!("no paper") }).await?;
    /// assert!(task.await.unwrap_err().to_string().contains("no paper"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`async_`](Self::async_).
    ///
    /// Follows Elixir's `Task.Supervisor.async_nolink/3`.
    #[doc(alias = "Task.Supervisor.async_nolink")]
    pub fn async_nolink<F>(&self, future: F) -> StartTask<F>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        StartTask::new(self.dynamic.clone(), future, false)
    }

    /// Runs a future as a task under this supervisor whose answer nobody waits for: await it for the pid. The task is linked
    /// to its supervisor only, and is not restarted.
    ///
    /// # Errors
    /// There are as many tasks as there may be; there is no such supervisor.
    ///
    /// Follows Elixir's `Task.Supervisor.start_child/3`.
    #[doc(alias = "Task.Supervisor.start_child")]
    pub fn start_child<F>(&self, future: F) -> StartChild<F>
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        StartChild::new(self.dynamic.clone(), future)
    }

    /// As [`start_child`](Self::start_child), for a task that may be restarted: `make` makes its future, at every start.
    /// Without [`restart`](StartRestarted::restart) it is not.
    ///
    /// ```
    /// # #[otp::main] async fn main() -> otp::Result {
    /// use otp::prelude::*;
    ///
    /// async fn poll_the_feed() -> Result<(), std::io::Error> {
    ///     # std::future::pending().await
    /// }
    ///
    /// let tasks = TaskSupervisor::start_link().await?;
    /// tasks.start_child_with(poll_the_feed).restart(Restart::Transient).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`start_child`](Self::start_child).
    #[doc(alias = "Task.Supervisor.start_child")]
    pub fn start_child_with<M, F>(&self, make: M) -> StartRestarted<M>
    where
        M: Fn() -> F + Send + Sync + 'static,
        F: Future<Output: IntoExit> + Send + 'static,
    {
        StartRestarted::new(self.dynamic.clone(), make)
    }

    /// The pids of the tasks that run, in no particular order.
    ///
    /// Follows Elixir's `Task.Supervisor.children/1`.
    #[doc(alias = "Task.Supervisor.children")]
    pub async fn children(&self) -> Result<Vec<Pid>, CallError> {
        let children = self.dynamic.which_children().await?;
        Ok(children.into_iter().filter_map(|child| child.status.pid()).collect())
    }
}
