//! Dynamic supervisors: started without children, which are started when they are needed.
//!
//! Where a [supervisor](super) has a fixed list of children, each with an id, a dynamic one has any number, often of the
//! same kind: a room of a chat, a connection, a job. They are found by pid, have no order, and are shut down at the same
//! time, each within its own time. A child that is not restarted is forgotten.
//!
//! ```
//! use otp::prelude::*;
//!
//! #[gen_server(restart = transient)]
//! struct Room { name: String, guests: Vec<String> }
//!
//! #[gen_server]
//! impl Room {
//!     #[init]
//!     fn init(name: String) -> Self { Self { name, guests: Vec::new() } }
//!
//!     #[call]
//!     fn enter(&mut self, guest: String) -> String {
//!         self.guests.push(guest);
//!         format!("{} guests in the {}", self.guests.len(), self.name)
//!     }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let rooms = DynamicSupervisor::builder().max_children(100).name("rooms").start_link().await?;
//! let lobby = rooms.start::<Room>(|| "lobby".into()).await?;
//! assert_eq!(lobby.enter("ada".into()).await?, "1 guests in the lobby");
//!
//! assert_eq!(rooms.count_children().await?.active, 1);
//! rooms.terminate_child(lobby.pid().expect("it runs")).await?;
//! assert!(!lobby.is_alive());
//! # Ok(())
//! # }
//! ```
//!
//! With a type of its own it is declared by `#[dynamic_supervisor]`. As a child of another supervisor it is its own
//! specification: `Supervisor::builder().child(DynamicSupervisor::builder().name("rooms"))`.
//!
//! Follows Elixir's `DynamicSupervisor`, and OTP's `supervisor` with `simple_one_for_one`.

mod children;
mod error;
mod handle;
mod module;
mod server;
mod spec;

pub use self::children::ChildInfo;
pub use self::error::StartChildError;
pub use self::handle::{DynamicSupervisorRef, StartedChild};
pub use self::module::{
    DynamicSupervise, IntoDynamicInit, StartDynamicSupervisor, child_start_module, start_link_module, start_module,
};
pub use self::server::DynamicSupervisorServer;
pub use self::spec::{DynamicSupervisor, DynamicSupervisorSpec};
