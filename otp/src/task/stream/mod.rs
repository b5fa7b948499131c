//! Streams of tasks: one for each item of an input.
//!
//! A stream keeps its tasks running while it is polled. Each task is a process: when it has ended, and everybody else has
//! been told, it puts its outcome where the stream finds it (`finished`). No message of any of them goes through the
//! mailbox of the process that consumes the stream, and its links to them are silent while it traps exits. The processes
//! run one after another in a few tasks of tokio's (`carrier`), but for those that a supervisor starts.

mod carrier;
mod finished;
mod line;
mod options;
mod tasks;

pub(crate) use self::finished::{Finished, Hook};
pub(crate) use self::options::Options;
pub use self::options::{AsyncStream, AsyncStreamZipped, Items, OnTimeout, TaskFailure, ZeroConcurrency};
pub(crate) use self::tasks::Start;
