//! The names under which the processes of one server find each other.
//!
//! A pid is one life of a process; a name outlasts its restarts. So whoever needs another process of the tree holds
//! its name, and nobody has to be told when one comes back.

use std::net::SocketAddr;

use otp::prelude::*;

/// Names that begin with the server's address, so that several servers can run in one program.
#[derive(Clone, Debug)]
pub struct Names {
    server: String,
}

impl Names {
    pub(crate) fn of(address: SocketAddr) -> Self {
        Self { server: format!("kv {address}") }
    }

    /// The supervisor of the whole server.
    pub fn server(&self) -> Name {
        Name::from(self.server.clone())
    }

    /// The registry of all processes that hold keys.
    pub fn directory(&self) -> Name {
        self.name("directory")
    }

    /// The supervisor of the shards.
    pub fn store(&self) -> Name {
        self.name("store")
    }

    /// The supervisor of the buckets.
    pub fn buckets(&self) -> Name {
        self.name("buckets")
    }

    /// The registry of those who listen to channels.
    pub fn channels(&self) -> Name {
        self.name("channels")
    }

    /// The supervisor of the connections.
    pub fn connections(&self) -> Name {
        self.name("connections")
    }

    /// The process that accepts connections.
    pub fn listener(&self) -> Name {
        self.name("listener")
    }

    fn name(&self, part: &str) -> Name {
        Name::from(format!("{} {part}", self.server))
    }
}
