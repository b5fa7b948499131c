//! Supervisors: processes that start, restart and shut down other processes.
//!
//! A supervisor starts its children in order, each when the one before is running, and shuts them down in the opposite
//! order, one by one. When a child ends, [`Restart`](crate::child::Restart) says whether that is a reason to restart,
//! [`Strategy`] which others are restarted with it, and `max_restarts` in `max_seconds` when it is enough: then the
//! supervisor shuts everything down and ends with `shutdown`, and its own supervisor decides.
//!
//! Declared with a struct (`#[supervisor]`), in one place (`supervision_tree!`), or built:
//!
//! ```
//! use otp::child::ChildSpec;
//! use otp::prelude::*;
//!
//! #[gen_server]
//! struct Stack { items: Vec<String> }
//! #[gen_server]
//! impl Stack {
//!     #[init]
//!     fn init(items: Vec<String>) -> Self { Self { items } }
//!     #[call]
//!     fn pop(&mut self) -> Option<String> { self.items.pop() }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let supervisor = Supervisor::builder()
//!     .strategy(Strategy::OneForOne)
//!     .child(ChildSpec::of::<Stack>(|| vec!["hello".into()]).id("stack"))
//!     .start_link()
//!     .await?;
//! let stack = supervisor.child::<Stack>("stack");
//! assert_eq!(stack.pop().await?.as_deref(), Some("hello"));
//! assert_eq!(supervisor.count_children().await?.active, 1);
//! # Ok(())
//! # }
//! ```
//!
//! Follows Elixir's `Supervisor` and OTP's `supervisor`.

mod children;
pub mod dynamic;
mod error;
mod handle;
mod intensity;
mod module;
pub mod partition;
pub(crate) mod policy;
mod server;
pub(crate) mod shutdown;
mod spec;
mod start;

pub use self::children::{ChildCounts, ChildInfo, ChildStatus};
pub use self::dynamic::{DynamicSupervise, DynamicSupervisor, DynamicSupervisorRef, DynamicSupervisorSpec};
pub use self::error::{
    ChildNotFound, DeleteChildError, FailedToStartChild, RestartChildError, SpecError, StartChildError,
    TerminateChildError,
};
pub use self::handle::{StartedChild, SupervisorRef};
pub(crate) use self::intensity::Intensity;
pub use self::module::{
    Init, IntoSupervisorInit, StartModule, Supervise, child_start_module, start_link_module, start_module,
};
pub use self::partition::{PartitionSupervisor, PartitionSupervisorRef, PartitionSupervisorSpec};
pub use self::server::SupervisorServer;
pub use self::spec::{AutoShutdown, StartSupervisor, Strategy, Supervisor, SupervisorSpec};
