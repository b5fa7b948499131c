//! Child specifications: how a supervisor starts, restarts and shuts down a child. Data only.
//!
//! Follows Elixir's child specification and `Supervisor.child_spec/2`.

mod spec;
mod start;

pub(crate) use self::spec::StartFn;
pub use self::spec::{ChildId, ChildKind, ChildOptions, ChildSpec, Restart, Shutdown};
pub use self::start::{BoxFuture, Child, HasPid, IntoStarted, Started, child_start_with};
pub use crate::process::Slot;
