//! Processes: Erlang's primitives on tokio tasks.
//!
//! A process is a tokio task, or a part of one, with a pid, a mailbox and relations to other processes. These are the rules everything in
//! this crate is built on; comments elsewhere refer to them by number.
//!
//! 1. **One queue.** Messages, calls, casts, trapped exits, downs and system requests of a process lie in one queue, in
//!    the order they arrived. What A sends to B arrives in the order A sent it, whatever its kind.
//! 2. **Only two things overtake**: [`ExitReason::Kill`], and an exit signal to a process that does not trap exits. They
//!    end it at its next await, and no further callback runs.
//! 3. **An end is told once, in one order** (the `exit` module): names are free, then callers, links and monitors
//!    are told. Whoever learns of the end finds the name free.
//! 4. **A panic stays in its process** and becomes its exit reason, with message and place.
//! 5. **A handle that is dropped ends nothing.** A process ends when its code does, or when a signal ends it.
//! 6. **A pid denotes one process for ever.** Any operation on a pid whose process has ended is harmless.
//!
//! Anything can be a process: [`spawn`] runs a future as one, and [`#[otp::main]`](crate::main) and
//! [`#[otp::test]`](crate::test) run their body as one.

mod alias;
pub(crate) mod context;
pub(crate) mod core;
pub(crate) mod cycle;
mod dictionary;
mod error;
mod exit;
mod exit_reason;
mod few;
mod flags;
mod info;
pub(crate) mod inspect;
pub(crate) mod link;
pub(crate) mod mailbox;
pub(crate) mod monitor;
pub(crate) mod name;
pub(crate) mod pid;
mod priority;
pub(crate) mod receive;
pub(crate) mod reference;
pub(crate) mod run;
mod send;
mod slot;
pub(crate) mod spawn;
pub(crate) mod table;
pub(crate) mod tie;
pub(crate) mod timeout;
mod timer;
pub(crate) mod visit;
pub(crate) mod wait;

pub use self::alias::{AliasMode, alias, alias_with, unalias};
pub use self::context::{callers, self_pid, try_self_pid};
pub use self::dictionary::{delete, get, get_keys, put};
pub use self::error::StartError;
pub use self::exit_reason::{ExitReason, PanicReport, Term};
pub use self::info::{AnyMessage, Down, Exit, Info};
pub use self::inspect::{
    ProcessInfo, Status, alive, hibernate, info, label, list, set_label, set_mailbox, set_mailbox_of, set_priority,
    set_priority_of,
};
pub use self::link::{NoProc, exit, exit_with, link, trap_exit, unlink};
pub use self::mailbox::{Mailbox, Overflow};
pub use self::monitor::{Target, demonitor, demonitor_flush, monitor, monitor_with_alias};
pub use self::name::{Name, NotRegistered, RegisterError, Via, register, registered, unregister, whereis};
pub use self::pid::Pid;
pub use self::priority::Priority;
pub use self::receive::{receive, receive_match, receive_timeout};
pub use self::reference::{AliasRef, MonitorRef, Reference};
pub use self::send::{Dest, SendError, TrySendError, send, try_send};
pub use self::slot::Slot;
pub use self::spawn::{NameTaken, SpawnOptions, options, spawn, spawn_link, spawn_monitor};
pub use self::timeout::{sleep, sleep_forever};
pub use self::timer::{TimerRef, cancel_timer, read_timer, send_after, send_at};
pub use self::wait::wait;

pub(crate) use self::exit_reason::Leave;
pub(crate) use self::send::answer;
