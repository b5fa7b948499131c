//! A key-value server that speaks the Redis protocol, on a supervision tree.
//!
//! ```text
//! server                    one client's request
//! ├── store                 socket -> connection -> resp (bytes to words) -> command (words to a Command)
//! │   ├── shard 0                  -> execute -> store (which shard?) -> shard -> table
//! │   └── shard 1 ..               -> resp (answer to bytes) -> socket
//! ├── connections
//! │   ├── client 1 ..
//! └── listener
//! ```
//!
//! | a line about | belongs in |
//! |---|---|
//! | bytes on the wire, limits | [`resp`] |
//! | what a request means, its error texts | [`command`] |
//! | what is done and answered | [`execute`] |
//! | which shard, and what if it is not there | [`store`] |
//! | values and their time to live | [`store::table`] |
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
mod listener;
pub mod names;
pub mod resp;
pub mod server;
pub mod store;

pub use config::{Config, Limits};
pub use server::{Server, start};
