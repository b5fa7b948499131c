//! What nearly every file that writes servers and trees names: `use otp::prelude::*`.
//!
//! Types and attributes only. Functions are reached through their module (`use otp::process`), so that nothing here
//! collides with names of your own; `main` and `test` are named in full, `#[otp::main]`.

pub use crate::agent::{Agent, AgentRef};
#[cfg(feature = "application")]
pub use crate::application::Application;
pub use crate::child::{ChildSpec, Restart, Shutdown};
pub use crate::gen_server::{
    Call, CallError, GenServer, HandleInfo, Init, Next, NoContinue, Reply, ReplyTo, ServerRef, StartError,
};
pub use crate::process::{Down, Exit, ExitReason, Info, MonitorRef, Name, Pid};
pub use crate::registry::{DuplicateRegistry, Registry};
pub use crate::supervisor::{AutoShutdown, Strategy, Supervise, Supervisor, SupervisorRef, SupervisorSpec};
pub use crate::supervisor::{DynamicSupervise, DynamicSupervisor, DynamicSupervisorRef, DynamicSupervisorSpec};
pub use crate::supervisor::{PartitionSupervisor, PartitionSupervisorRef, PartitionSupervisorSpec};
pub use crate::task::{Task, TaskDone, TaskSupervisor, TaskSupervisorRef, TaskSupervisorSpec};
#[cfg(all(feature = "macros", feature = "application"))]
pub use otp_macros::application;
#[cfg(feature = "macros")]
pub use otp_macros::{
    ChildSpec, dynamic_supervisor, gen_server, gen_stage, receive, supervision_tree, supervisor, task,
};
