//! Looking at processes: which exist, and what is known of one.

use super::core::{Stage, Tells, Watcher};
use super::mailbox::{Mailbox, bound, set_bound};
use super::{Name, Pid, Priority, context, spawn, table};
use crate::sync::atomic::Ordering;
use std::fmt;

/// What a process does at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It runs, on some thread.
    Running,
    /// It waits: for a message, or for something inside of a handler.
    Waiting,
    /// It was suspended (`sys::suspend`) and handles system requests only.
    Suspended,
    /// It gave back what memory it could, and waits for a message.
    Hibernated,
    /// It is about to be gone.
    Exiting,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Suspended => "suspended",
            Self::Hibernated => "hibernated",
            Self::Exiting => "exiting",
        })
    }
}

/// What is known of a process: the counterpart of Erlang's `process_info`.
///
/// | Erlang's field | here |
/// |---|---|
/// | `current_function`, `current_location`, `current_stacktrace` | none: a suspended future has no stack |
/// | `initial_call` | `initial_call`: the type of the server or future |
/// | `registered_name` | `name` |
/// | `label` | `label` |
/// | `status` | `status` |
/// | `message_queue_len` | `message_queue_len` |
/// | `messages` | none: they are typed and belong to the process |
/// | `links` | `links` |
/// | `monitors`, `monitored_by` | `monitors`, `monitored_by` |
/// | `dictionary` | none: it belongs to the process; its `$ancestors` are `ancestors`, its `$callers` are `callers` |
/// | `trap_exit` | `trap_exit` |
/// | `priority` | `priority` |
/// | `max_heap_size` | `mailbox`: the bound in messages, and what happens past it |
/// | `memory`, `heap_size`, `total_heap_size`, `stack_size` | `state_size`: bytes of the state itself |
/// | `reductions` | `messages_handled` |
/// | `suspending` | `suspended_by`, from the other side |
/// | `group_leader`, `error_handler`, `garbage_collection`, `binary`, `catchlevel`, `min_heap_size` | none: no counterpart |
#[doc(alias = "process_info")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// The process.
    pub pid: Pid,
    /// Its local name.
    pub name: Option<Name>,
    /// Its label.
    pub label: Option<String>,
    /// What kind of process it is: `gen_server`, `supervisor`, `process` ..
    pub behaviour: &'static str,
    /// The type it was started as: the server, or the future.
    pub initial_call: &'static str,
    /// Those that started it, nearest first.
    pub ancestors: Vec<Pid>,
    /// On whose behalf it runs, nearest first; empty but for tasks. See [`callers`](super::callers).
    pub callers: Vec<Pid>,
    /// What it does.
    pub status: Status,
    /// Messages that wait.
    pub message_queue_len: usize,
    /// Messages handled so far.
    pub messages_handled: u64,
    /// Processes it is linked to, in order of their pids.
    pub links: Vec<Pid>,
    /// Processes it monitors.
    pub monitors: Vec<Pid>,
    /// Processes that monitor it.
    pub monitored_by: Vec<Pid>,
    /// Whether exit signals become messages.
    pub trap_exit: bool,
    /// Its share of a thread.
    pub priority: Priority,
    /// The bound of its mailbox.
    pub mailbox: Mailbox,
    /// Who suspended it.
    pub suspended_by: Option<Pid>,
    /// Bytes of its state (or future), without what that points to.
    pub state_size: usize,
}

/// What is known of a process; `None` once it has ended, or when it is about to.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
///
/// let me = process::info(process::self_pid()).unwrap();
/// assert_eq!((me.message_queue_len, me.trap_exit), (0, false));
/// # }
/// ```
///
/// Follows Elixir's `Process.info/1`.
pub fn info(pid: Pid) -> Option<ProcessInfo> {
    let process = table::get(pid)?;
    let core = process.core();
    if core.flags.is_ending() {
        return None;
    }
    let shared = core.shared.lock();
    let extra = shared.extra.as_deref();
    let monitors = shared.monitors.as_deref();
    let links: Vec<_> = shared.links.iter().map(|(pid, tells)| (*pid, *tells)).collect();
    Some(ProcessInfo {
        pid,
        name: shared.name.as_deref().cloned(),
        label: extra.and_then(|e| e.label.clone()),
        behaviour: core.kind.behaviour,
        initial_call: (core.kind.initial_call)(),
        ancestors: spawn::ancestors(core.parents()),
        callers: spawn::ancestors(core.callers()),
        status: status(core),
        message_queue_len: process.queue_len(),
        messages_handled: core.handled.load(Ordering::Relaxed),
        monitors: monitors
            .into_iter()
            .flat_map(|monitors| monitors.watching.iter())
            .filter(|(_, watched)| matches!(watched.stage, Stage::Watching))
            .filter_map(|(_, watched)| watched.pid)
            .collect(),
        monitored_by: monitors
            .into_iter()
            .flat_map(|monitors| monitors.watchers.iter())
            .filter_map(|(_, watcher)| match watcher {
                Watcher::Process(pid) => Some(*pid),
                Watcher::Waiter(_) => None,
            })
            .collect(),
        trap_exit: core.flags.traps_exits(),
        priority: Priority::from_u8(core.priority.load(Ordering::Relaxed)),
        suspended_by: extra.and_then(|e| e.suspended_by),
        state_size: core.kind.state_size,
        mailbox: {
            drop(shared);
            bound(core)
        },
        links: living(links),
    })
}

/// In order. An entry of a stream may have outlived its task.
fn living(links: Vec<(Pid, Tells)>) -> Vec<Pid> {
    let living = links.into_iter().filter(|(pid, tells)| *tells != Tells::UnlessTrapped || table::get(*pid).is_some());
    let mut living: Vec<Pid> = living.map(|(pid, _)| pid).collect();
    living.sort_unstable();
    living
}

pub(crate) fn status(core: &super::core::Core) -> Status {
    if core.flags.is_ending() {
        Status::Exiting
    } else if core.flags.is_suspended() {
        Status::Suspended
    } else if core.polling.load(Ordering::Relaxed) {
        Status::Running
    } else if core.flags.is_hibernated() {
        Status::Hibernated
    } else {
        Status::Waiting
    }
}

/// Whether a process is alive: it was started and has not begun to exit. Any pid may be asked about.
///
/// Follows Elixir's `Process.alive?/1`.
#[doc(alias = "alive?")]
pub fn alive(pid: Pid) -> bool {
    table::get(pid).is_some_and(|process| !process.core().flags.is_ending())
}

/// The pids of all processes that exist, also of those that are in the middle of exiting, in no particular order.
///
/// Follows Elixir's `Process.list/0`.
pub fn list() -> Vec<Pid> {
    table::all().iter().map(|process| process.core().pid).collect()
}

/// Sets this process's priority, answers the one before.
///
/// # Panics
/// Outside of a process.
///
/// Follows `Process.flag(:priority, level)`.
#[doc(alias = "flag")]
#[track_caller]
pub fn set_priority(priority: Priority) -> Priority {
    context::require("set_priority", |running| exchange_priority(running.core(), priority))
}

/// Sets the priority of another process, answers the one before; `None` if it has ended.
///
/// Follows `Process.flag/3`.
pub fn set_priority_of(pid: Pid, priority: Priority) -> Option<Priority> {
    table::get(pid).map(|process| exchange_priority(process.core(), priority))
}

fn exchange_priority(core: &super::core::Core, priority: Priority) -> Priority {
    Priority::from_u8(core.priority.swap(priority as u8, Ordering::Relaxed))
}

/// Sets the bound of this process's mailbox, answers the one before.
///
/// # Panics
/// Outside of a process.
///
/// Follows `Process.flag(:max_heap_size, ..)`, with messages for words.
#[doc(alias = "flag")]
#[track_caller]
pub fn set_mailbox(mailbox: Mailbox) -> Mailbox {
    context::require("set_mailbox", |running| set_bound(running.core(), mailbox))
}

/// Sets the bound of another process's mailbox, answers the one before; `None` if it has ended.
pub fn set_mailbox_of(pid: Pid, mailbox: Mailbox) -> Option<Mailbox> {
    table::get(pid).map(|process| set_bound(process.core(), mailbox))
}

/// Sets this process's label: a description that reports and [`info`] show. Replaces the one before.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.set_label/1`.
#[track_caller]
pub fn set_label(label: impl Into<String>) {
    context::require("set_label", |running| {
        running.core().shared.lock().extra().label = Some(label.into());
    });
}

/// The label of a process; `None` if it never set one, or has ended.
///
/// Follows Elixir's `Process.get_label/1`.
#[doc(alias = "get_label")]
pub fn label(pid: Pid) -> Option<String> {
    info(pid)?.label
}

/// Gives back what memory is not needed until the next message, then waits for one, which stays in the mailbox.
/// With a message waiting it continues at once.
///
/// # Panics
/// Outside of a process.
///
/// Follows Erlang's `hibernate`; there, the call stack is thrown away, here a future has none.
pub async fn hibernate() {
    let mut seen = super::receive::Cursor::default();
    std::future::poll_fn(|cx| {
        context::require("hibernate", |running| {
            let mut arrived = false;
            // Everything is handed back: it only looks whether something is there.
            let scan = running.scan(cx, &mut seen, &mut |info| {
                arrived = true;
                Some(info)
            });
            if arrived {
                running.core().flags.set_hibernated(false);
                return std::task::Poll::Ready(());
            }
            if scan == super::receive::Scan::Yield {
                return std::task::Poll::Pending;
            }
            running.shrink();
            running.core().flags.set_hibernated(true);
            std::task::Poll::Pending
        })
    })
    .await
}
