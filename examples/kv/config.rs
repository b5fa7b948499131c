//! What a server can be told: where it listens, how it is divided, and how much it bears from one client.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Everything that is decided before the tree starts.
///
/// `Config::default()` is a server on `127.0.0.1:6379` with four shards and 10 000 buckets.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 lets the system choose; [`Server::address`](crate::Server::address) then says which.
    pub address: SocketAddr,
    /// How many processes share the keys. At least one; 0 counts as one.
    pub shards: usize,
    /// How many buckets there are beside the sharded one: `SELECT` takes 0 up to and with this number.
    pub buckets: usize,
    /// How long nobody has to use a bucket before its process stops, if it is empty. `None`: it stays. One that holds
    /// keys stays in any case.
    pub bucket_idle: Option<Duration>,
    /// How many clients may be connected at once; one more is told so and let go.
    pub max_clients: usize,
    /// How long a client may stay silent between two requests. `None`: for ever. One that listens to channels may in any
    /// case.
    pub idle_timeout: Option<Duration>,
    /// How long a request may take from its first byte to its last.
    pub request_timeout: Duration,
    /// How long a client may leave its answers unread before it is cut off.
    pub write_timeout: Duration,
    /// How many bytes of published messages may wait for a client that reads them too slowly, before it is cut off. One that
    /// reads nothing at all is cut off after `write_timeout`, if not before.
    pub pubsub_limit: usize,
    /// How large a request may be.
    pub limits: Limits,
}

const MIB: usize = 1024 * 1024;

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 6379),
            shards: 4,
            buckets: 10_000,
            bucket_idle: Some(Duration::from_secs(300)),
            max_clients: 10_000,
            idle_timeout: Some(Duration::from_secs(300)),
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(10),
            pubsub_limit: 32 * MIB,
            limits: Limits::default(),
        }
    }
}

/// The largest request that is still read. Every limit is checked on what a client *announces*, before its bytes
/// are waited for, so that nobody can make the server allocate what was never sent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request on one line (what telnet sends), and of any header line.
    pub inline: usize,
    /// Arguments of one request, its name included.
    pub args: usize,
    /// Bytes of one argument.
    pub bulk: usize,
    /// Bytes of all arguments of one request.
    pub request: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { inline: 64 * 1024, args: 64 * 1024, bulk: 16 * MIB, request: 32 * MIB }
    }
}
