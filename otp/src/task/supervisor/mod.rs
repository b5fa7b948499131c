//! Task supervisors: where tasks are started when they are needed.
//!
//! A task supervisor is a [dynamic supervisor](crate::supervisor::dynamic) whose children are tasks. It knows what runs, and
//! shuts it down with the program. Where [`Task::async_`](super::Task::async_) always links, it has
//! [`async_nolink`](TaskSupervisorRef::async_nolink), for work that may fail.

mod handle;
mod spec;
mod start;
mod stream;

pub use self::handle::TaskSupervisorRef;
pub use self::spec::{TaskSupervisor, TaskSupervisorSpec};
pub use self::start::{StartChild, StartRestarted, StartTask};
