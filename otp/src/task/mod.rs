//! Tasks: one piece of work in a process of its own, whose answer somebody waits for, or nobody.
//!
//! ```
//! use otp::prelude::*;
//!
//! # async fn some_work() -> u64 { 30 }
//! # async fn other_work() -> u64 { 12 }
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let task = Task::async_(async { some_work().await });
//! let other = other_work().await;
//! assert_eq!(other + task.await?, 42);
//! # Ok(())
//! # }
//! ```
//!
//! | To | call | the task is |
//! |---|---|---|
//! | wait for an answer | [`Task::async_`] | linked and monitored |
//! | answer for many items at once | [`Task::async_stream`] | linked, one for each item |
//! | leave it alone | [`Task::start_link`], [`Task::start`] | linked, or not |
//! | have it run under a supervisor | [`Task::child_spec`], [`#[task]`](macro@crate::task) | the supervisor's child |
//! | have it supervised from wherever it is needed | [`TaskSupervisorRef`] | the supervisor's child; linked, monitored, or neither |
//!
//! A task is a process: it has a pid, it can be linked, monitored, killed, looked at with
//! [`process::info`](crate::process::info()), and it may trap exits. A panic ends it and no other, but whoever is linked
//! to it ends with it: an awaited task is an extension of its owner and no means to isolate the owner from failure.
//!
//! # Whoever does not await
//!
//! The answer is a message, [`TaskDone`], and so is the end, [`Down`](crate::process::Down); both name the task's
//! [`reference`](Task::reference). Awaiting takes them out of the mailbox. A server that must not wait lets them come: it
//! keeps the reference, drops the handle and has an `#[info]` handler for each.
//!
//! ```
//! use otp::prelude::*;
//! use otp::process;
//!
//! #[gen_server]
//! #[derive(Default)]
//! struct Report { running: Option<MonitorRef>, last: Option<u64> }
//!
//! #[gen_server]
//! impl Report {
//!     #[init]
//!     fn init() -> Self { Self::default() }
//!
//!     #[call]
//!     fn refresh(&mut self) {
//!         if self.running.is_none() {
//!             self.running = Some(Task::async_(async { 6 * 7_u64 }).reference());
//!         }
//!     }
//!
//!     #[info]
//!     fn done(&mut self, done: TaskDone<u64>) {
//!         if self.running == Some(done.reference) {
//!             process::demonitor_flush(done.reference); // the `Down` is not needed any more
//!             (self.running, self.last) = (None, Some(done.value));
//!         }
//!     }
//!
//!     #[info]
//!     fn failed(&mut self, down: Down) {
//!         if self.running == Some(down.reference) {
//!             self.running = None;
//!         }
//!     }
//!     # #[call] fn last(&self) -> Option<u64> { self.last }
//! }
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! # let report = Report::start_link(()).await?;
//! # report.refresh().await?;
//! # while report.last().await? != Some(42) {}
//! # Ok(())
//! # }
//! ```
//!
//! Follows Elixir's `Task`.

mod await_;
mod error;
mod handle;
mod many;
mod message;
mod outcome;
mod start;
mod stream;
mod supervisor;

pub use self::await_::Await;
pub use self::error::{AwaitError, AwaitFailure, AwaitManyError, NotOwner};
pub use self::handle::Task;
pub use self::many::{AwaitMany, OnYieldTimeout, YieldMany};
pub use self::message::TaskDone;
pub use self::outcome::Outcome;
pub use self::start::IntoExit;
pub use self::stream::{AsyncStream, AsyncStreamZipped, Items, OnTimeout, TaskFailure, ZeroConcurrency};
pub use self::supervisor::{
    StartChild, StartRestarted, StartTask, TaskSupervisor, TaskSupervisorRef, TaskSupervisorSpec,
};
pub use crate::supervisor::dynamic::StartChildError;
