//! Erlang/OTP for Rust, on tokio: typed processes, servers and supervision trees.
//!
//! Annotate a struct and its handlers, and get a server with typed client methods, a child specification and a place in
//! a supervision tree:
//!
//! ```
//! use otp::prelude::*;
//!
//! /// A last-in first-out store.
//! #[gen_server]
//! pub struct Stack { items: Vec<String> }
//!
//! #[gen_server]
//! impl Stack {
//!     #[init]
//!     fn init(items: Vec<String>) -> Self { Self { items } }
//!
//!     #[call]
//!     pub fn pop(&mut self) -> Option<String> { self.items.pop() }
//!
//!     #[cast]
//!     pub fn push(&mut self, item: String) { self.items.push(item) }
//! }
//!
//! #[otp::main]
//! async fn main() -> otp::Result {
//!     let stack = Stack::start_link(vec!["hello".into()]).name("stack").await?;
//!     stack.push("world".into()); // a cast: never waits, never fails
//!     assert_eq!(stack.pop().await?.as_deref(), Some("world")); // a call: 5 s unless said otherwise
//!     stack.stop().await?;
//!     Ok(())
//! }
//! ```
//!
//! | To | see | Elixir |
//! |---|---|---|
//! | run code as a process; link, monitor, send, receive | [`process`] | `Process` |
//! | write a server | [`gen_server`](mod@gen_server), [`macro@gen_server`] | `GenServer` |
//! | look into a running server | [`sys`] | `:sys` |
//! | share a value | [`agent`] | `Agent` |
//! | say how a child is started | [`child`] | child specification |
//! | supervise | [`supervisor`](mod@supervisor), [`macro@supervisor`], [`supervision_tree!`] | `Supervisor` |
//! | supervise what is started later | [`supervisor::dynamic`], [`macro@dynamic_supervisor`] | `DynamicSupervisor` |
//! | run one child several times, found by a key | [`supervisor::partition`] | `PartitionSupervisor` |
//! | run a piece of work and wait for its answer, or for many | [`task`](mod@task), [`macro@task`] | `Task`, `Task.Supervisor` |
//! | process events in stages, with back-pressure | [`gen_stage`](mod@gen_stage), [`macro@gen_stage`] | `GenStage` |
//! | start and stop a whole program, in order | [`application`](mod@application), [`macro@application`] | `Application` |
//! | configure it | [`config`] | `Config`, `Config.Provider` |
//! | make a directory of it that operations can run | `release`, `#[otp::command]` (features `release`, `cargo`) | `mix release` |
//! | name processes | [`name`] | `:global`, `{:via, ..}` |
//! | find processes by keys of any type; publish and subscribe | [`registry`] | `Registry` |
//!
//! # Features
//!
//! - `macros` (default): the attributes and `supervision_tree!`.
//! - `tracing` (default): reports of crashes, restarts and failed starts as `tracing` events.
//! - `application` (default): applications and their configuration.
//! - `release`: the running side of releases: launch commands, control socket, console. Unix only.
//! - `cargo`: making releases: the program `cargo-otp`, and the same as a library. Unix only.
//! - `test-util`: paused time for `#[otp::test(start_paused = true)]`.

#![cfg_attr(docsrs, feature(doc_cfg))]

// L0: knows no process.
mod observe;
#[allow(unsafe_code, reason = "the only place with unsafe code; each block carries its proof")]
mod sync;

// L1: Erlang's primitives.
pub mod process;

// L2: shared by all behaviours.
pub mod child;
mod generic;
pub mod name {
    //! Names of processes.
    pub use crate::process::{Name, NotRegistered, RegisterError, Via, register, registered, unregister, whereis};
}

// L3, L4: behaviours.
pub mod agent;
pub mod gen_server;
pub mod registry;
pub mod supervisor;

pub use gen_server::sys;

// L5: on top of servers and supervisors.
#[cfg(feature = "application")]
pub mod config;
pub mod gen_stage;
pub mod task;

// L6: what is started and stopped as one.
#[cfg(feature = "application")]
pub mod application;

// Above everything.
#[doc(hidden)]
pub mod __private;
mod entry;
pub mod prelude;
#[cfg(all(feature = "release", unix))]
pub mod release;

#[cfg(feature = "macros")]
pub use otp_macros::{
    ChildSpec, PartitionKey, Partitions, consumer_supervisor, dynamic_supervisor, gen_server, gen_stage, main,
    pipeline, receive, supervision_tree, supervisor, task, test,
};
#[cfg(all(feature = "macros", feature = "application"))]
pub use otp_macros::{application, compile_env};

#[cfg(all(feature = "macros", feature = "release", unix))]
pub use otp_macros::command;

/// The result of a program or test: any error.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

// In the crate's own doc examples and tests, `otp` names the crate itself.
extern crate self as otp;
