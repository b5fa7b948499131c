//! The control channel: how `rpc`, `remote`, `stop` and the others reach the running system.
//!
//! A Unix socket in the temporary directory, which only its owner can open. Whoever connects shows the release's cookie, which is
//! compared in constant time, before anything else is read.

mod client;
mod frame;
mod server;
mod socket;

pub(crate) use self::client::Client;
pub(crate) use self::server::{Identity, Order, serve};
pub(crate) use self::socket::{Held, Place};
