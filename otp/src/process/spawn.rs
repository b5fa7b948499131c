//! Starting processes.

use super::context::{self, Local};
use super::core::{Ancestors, AnyProcess, Kind, Process};
use super::mailbox::{Mailbox, set_bound};
use super::name::{self, Registration};
use super::run::{AtEnd, Runner, note_panic_locations};
use super::{ExitReason, MonitorRef, Name, Pid, Priority, Via, monitor};
use crate::sync::atomic::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// A process that runs a future takes no typed messages.
pub(crate) type Plain = Process<Infallible>;

/// How a process is started: what [`spawn`] takes as given, and what servers can be given at their start.
///
/// | Option | Default | Erlang |
/// |---|---|---|
/// | `link` | no | `link` |
/// | `monitor` | no | `monitor` |
/// | `priority` | [`Priority::Normal`] | `{priority, Level}` |
/// | `mailbox` | unbounded | `{max_heap_size, Size}` bounds memory; this bounds messages |
/// | `trap_exit` | no | `process_flag(trap_exit, ..)` first thing |
/// | `name` | none | `register/2` first thing |
/// | `label` | none | `proc_lib:set_label/1` first thing |
///
/// Erlang's heap, garbage collection and message queue options have no counterpart: there is no heap of one's own.
#[doc(alias = "spawn_opt")]
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until `spawn` is called"]
pub struct SpawnOptions {
    pub(crate) link: bool,
    pub(crate) priority: Priority,
    pub(crate) mailbox: Mailbox,
    pub(crate) trap_exit: bool,
    pub(crate) registration: Option<Registration>,
    pub(crate) label: Option<String>,
    /// On whose behalf it runs: set for tasks.
    pub(crate) callers: Option<Arc<Ancestors>>,
}

/// Why a process with a name could not be spawned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameTaken {
    /// The name asked for.
    pub name: String,
    /// Who has it; [`Pid::NOBODY`] if its registry gives it to nobody.
    pub by: Pid,
}

impl fmt::Display for NameTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, by } = self;
        if *by == Pid::NOBODY {
            return write!(f, "the name {name} can be given to nobody, its registry does not run: nothing was started");
        }
        write!(f, "the name {name} is taken by {by}: nothing was started")
    }
}

impl std::error::Error for NameTaken {}

/// Options for a process to be spawned.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process::{self, Mailbox, Overflow, Priority};
///
/// let pid = process::options()
///     .priority(Priority::High)
///     .mailbox(Mailbox::bounded(1000, Overflow::Kill))
///     .name("collector")
///     .spawn(process::sleep_forever())
///     .unwrap();
/// assert_eq!(process::info(pid).unwrap().priority, Priority::High);
/// # }
/// ```
pub fn options() -> SpawnOptions {
    SpawnOptions::default()
}

impl SpawnOptions {
    /// Links the new process to this one, before it runs.
    pub fn link(mut self) -> Self {
        self.link = true;
        self
    }

    /// Messages it handles before it yields.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// The bound of its mailbox.
    #[doc(alias = "max_heap_size")]
    pub fn mailbox(mut self, mailbox: Mailbox) -> Self {
        self.mailbox = mailbox;
        self
    }

    /// Whether it gets exit signals as messages, from its first moment.
    pub fn trap_exit(mut self, on: bool) -> Self {
        self.trap_exit = on;
        self
    }

    /// The name it is registered under, before it runs.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.registration = Some(Registration::Name(name.into()));
        self
    }

    /// A name through a registry, taken before it runs.
    pub fn via(mut self, via: impl Via) -> Self {
        self.registration = Some(Registration::Via(Arc::new(via)));
        self
    }

    /// A description for reports and [`info`](super::info()).
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Starts the process.
    ///
    /// # Errors
    /// The name is taken: nothing was started.
    ///
    /// # Panics
    /// Outside of a tokio runtime; with `link`, outside of a process.
    #[track_caller]
    pub fn spawn<F: Future<Output = ()> + Send + 'static>(self, future: F) -> Result<Pid, NameTaken> {
        Ok(self.launch(future, false)?.0)
    }

    /// Starts the process and monitors it from its first moment: its `Down` never says `noproc`.
    ///
    /// # Errors
    /// The name is taken: nothing was started.
    ///
    /// # Panics
    /// Outside of a process.
    #[track_caller]
    pub fn spawn_monitor<F: Future<Output = ()> + Send + 'static>(
        self,
        future: F,
    ) -> Result<(Pid, MonitorRef), NameTaken> {
        let (pid, monitor) = self.launch(future, true)?;
        Ok((pid, monitor.expect("asked for")))
    }

    #[track_caller]
    fn launch<F: Future<Output = ()> + Send + 'static>(
        self,
        future: F,
        monitor: bool,
    ) -> Result<(Pid, Option<MonitorRef>), NameTaken> {
        if self.link || monitor {
            context::require("spawn with link or monitor", |_| ());
        }
        let process: Arc<Plain> = prepare(plain_kind::<F>(), &self)?;
        let pid = process.core.pid;
        let monitor = monitor.then(|| establish_monitor(&*process));
        launch(process, async move {
            future.await;
            ExitReason::Normal
        });
        Ok((pid, monitor))
    }
}

fn plain_kind<F>() -> &'static Kind {
    struct Of<F>(std::marker::PhantomData<F>);
    impl<F> Of<F> {
        const KIND: &'static Kind = &Kind {
            behaviour: "process",
            initial_call: std::any::type_name::<F>,
            state_size: std::mem::size_of::<F>(),
        };
    }
    Of::<F>::KIND
}

/// Makes a process as the options say: linked, named, bounded. It does not run yet.
pub(crate) fn prepare<M: Send + 'static>(
    kind: &'static Kind,
    options: &SpawnOptions,
) -> Result<Arc<Process<M>>, NameTaken> {
    let unstarted = Unstarted(Some(Process::<M>::new(kind, context::lineage(options.callers.clone()))));
    let process = unstarted.0.as_ref().expect("just made");
    let core = &process.core;
    if let Some(registration) = &options.registration {
        let claimed = match registration {
            Registration::Name(name) => name::claim(name, core.pid),
            Registration::Via(via) => via.register(core.pid),
        };
        if let Err(by) = claimed {
            return Err(NameTaken { name: registration.to_string(), by });
        }
        core.shared.lock().add_name(registration.clone());
    }
    if options.priority != Priority::default() {
        core.priority.store(options.priority as u8, Ordering::Relaxed);
    }
    if options.trap_exit {
        core.flags.set_traps_exits(true);
    }
    if options.mailbox != Mailbox::unbounded() {
        set_bound(core, options.mailbox);
    }
    if let Some(label) = &options.label {
        core.shared.lock().extra().label = Some(label.clone());
    }
    if options.link {
        context::require("a linked start", |running| super::link::adopt(running.core(), core));
    }
    Ok(unstarted.into_started())
}

/// A process that is listed and has not been started. Dropped, it ends: whoever found it on the list is told.
struct Unstarted<M: Send + 'static>(Option<Arc<Process<M>>>);

impl<M: Send + 'static> Unstarted<M> {
    fn into_started(mut self) -> Arc<Process<M>> {
        self.0.take().expect("taken once")
    }
}

impl<M: Send + 'static> Drop for Unstarted<M> {
    fn drop(&mut self) {
        if let Some(process) = self.0.take() {
            drop(Runner::new(Local::new(process), std::future::pending::<ExitReason>(), ()));
        }
    }
}

/// A monitor of the current process on one that does not run yet.
pub(crate) fn establish_monitor(process: &dyn AnyProcess) -> MonitorRef {
    context::require("monitor", |running| monitor::establish(running.core(), process.core().pid.into(), None))
}

/// Lets a prepared process run.
pub(crate) fn launch<M, F>(process: Arc<Process<M>>, future: F)
where
    M: Send + 'static,
    F: Future<Output = ExitReason> + Send + 'static,
{
    drop(launch_with(process, future, ()));
}

/// As [`launch`], for a process whose future has another output than its exit reason, or whose end somebody waits for.
pub(crate) fn launch_with<M, F, E>(process: Arc<Process<M>>, future: F, at_end: E) -> JoinHandle<()>
where
    M: Send + 'static,
    F: Future<Output: Send> + Send + 'static,
    E: AtEnd<F::Output> + Send + 'static,
{
    note_panic_locations();
    tokio::spawn(Runner::new(Local::new(process), future, at_end))
}

/// Starts a process that runs a future, and answers its pid at once. When the future is done it ends with `normal`; when
/// it panics, with the panic.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
///
/// let parent = process::self_pid();
/// process::spawn(async move {
///     process::send(parent, 2 + 2).unwrap();
/// });
/// assert_eq!(process::receive::<i32>().await, 4);
/// # }
/// ```
///
/// # Panics
/// Outside of a tokio runtime.
///
/// Follows Elixir's `spawn/1`.
#[track_caller]
pub fn spawn<F: Future<Output = ()> + Send + 'static>(future: F) -> Pid {
    options().spawn(future).expect("no name was asked for")
}

/// As [`spawn`], linked to this process before it runs.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `spawn_link/1`.
#[track_caller]
pub fn spawn_link<F: Future<Output = ()> + Send + 'static>(future: F) -> Pid {
    options().link().spawn(future).expect("no name was asked for")
}

/// As [`spawn`], monitored by this process before it runs: the `Down` comes exactly once, with the true reason.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `spawn_monitor/1`.
#[track_caller]
pub fn spawn_monitor<F: Future<Output = ()> + Send + 'static>(future: F) -> (Pid, MonitorRef) {
    options().spawn_monitor(future).expect("no name was asked for")
}

/// The pids of those that started a process, nearest first.
pub(crate) fn ancestors(parents: Option<&Arc<Ancestors>>) -> Vec<Pid> {
    let mut next = parents;
    std::iter::from_fn(|| {
        let node = next?;
        next = node.parents.as_ref();
        Some(node.pid)
    })
    .collect()
}
