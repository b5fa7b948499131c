//! Partition supervisors: the same child several times over, and a key to choose one of them.
//!
//! One process that everybody asks is a bottleneck. A partition supervisor runs as many of it as there are cores, and a
//! routing key says which of them is asked: equal keys always lead to the same one.
//!
//! ```
//! use otp::prelude::*;
//!
//! #[gen_server]
//! struct Counter { count: u64 }
//!
//! #[gen_server]
//! impl Counter {
//!     #[init]
//!     fn init() -> Self { Self { count: 0 } }
//!
//!     #[call]
//!     fn next(&mut self) -> u64 { self.count += 1; self.count }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let counters = PartitionSupervisor::of::<Counter>(|_partition| ()).name("counters").start_link().await?;
//! let of_ada = counters.route("ada")?;
//! assert_eq!(of_ada.next().await?, 1);
//! assert_eq!(counters.route("ada")?.next().await?, 2);
//!
//! // By its name, from anywhere; with its own pid as key, a process always asks the same one.
//! let counters = PartitionSupervisorRef::<Counter>::named("counters");
//! counters.route(&otp::process::self_pid())?.next().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A dynamic supervisor that starts many children is such a bottleneck too:
//!
//! ```
//! use otp::prelude::*;
//!
//! # #[gen_server] struct Room;
//! # #[gen_server] impl Room { #[init] fn init(name: &'static str) -> Self { drop(name); Self } }
//! #[supervisor]
//! struct App {
//!     #[child(args = PartitionSupervisor::of::<DynamicSupervisor>(|_| DynamicSupervisor::builder()).partitions(4))]
//!     rooms: PartitionSupervisor<DynamicSupervisor>,
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let app = App::start_link().await?;
//! app.rooms().route("lobby")?.start::<Room>(|| "lobby").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Follows Elixir's `PartitionSupervisor`. Its `{:via, PartitionSupervisor, {name, key}}` is
//! [`route`](PartitionSupervisorRef::route).

mod error;
mod handle;
mod spec;
mod table;

pub use self::error::{ResizeError, RouteError};
pub use self::handle::PartitionSupervisorRef;
pub use self::spec::{PartitionSupervisor, PartitionSupervisorSpec, StartPartitionSupervisor};
