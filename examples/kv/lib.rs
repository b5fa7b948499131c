//! A key-value server that speaks the Redis protocol, on a supervision tree.
//!
//! ```text
//! server                    one client's request
//! ├── directory             socket -> connection -> resp (bytes to words) -> command (words to a Command)
//! ├── store                        -> execute -> store (which process?) -> shard -> table
//! │   ├── shard 0                  -> resp (answer to bytes) -> socket
//! │   └── shard 1 ..
//! ├── buckets               a message that is published
//! │   ├── bucket 7 ..       connection -> execute -> pubsub (who listens?) -> the process of each of them
//! ├── channels                     -> its connection -> socket
//! ├── connections
//! │   ├── client 1 ..
//! └── listener
//! ```
//!
//! The parts of the library that it shows: servers (`Shard`), a supervisor (`store`), a dynamic one (`buckets`), a registry
//! of unique keys that gives processes their names (`directory`), one of duplicate keys to publish to (`channels`), and
//! tasks under a supervisor (`connections`).
//!
//! | a line about | belongs in |
//! |---|---|
//! | bytes on the wire, limits | [`resp`] |
//! | what a request means, its error texts | [`command`] |
//! | what is done and answered | [`execute`], `info` |
//! | which database, which process, and what if it is not there | [`store`] |
//! | values and their time to live | [`store::table`] |
//! | when a bucket starts and stops | [`store::buckets`], [`store::shard`] |
//! | who gets a published message, and how much of it waits | [`pubsub`] |
//! | sockets, timeouts, pipelining | `connection`, `listener` |
//! | who is started, restarted and stopped when | [`server`] |
//!
//! ```no_run
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let server = kv::start(kv::Config::default()).await?;
//! println!("redis-cli -p {}", server.address().port());
//! # server.stop().await?;
//! # Ok(())
//! # }
//! ```

pub mod command;
pub mod config;
mod connection;
pub mod execute;
pub mod glob;
mod info;
mod listener;
pub mod names;
pub mod pubsub;
pub mod resp;
pub mod server;
pub mod session;
pub mod store;

pub use config::{Config, Limits};
pub use server::{Server, start};
