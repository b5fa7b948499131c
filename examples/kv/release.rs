//! kv as a release: an application with its configuration, and what operators can call in it.
//!
//! ```sh
//! cd examples
//! cargo otp release kv
//! ../target/rel/kv/bin/kv daemon
//! ../target/rel/kv/bin/kv rpc 'Kv::clients()'
//! ```

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use kv::{Config, Limits, Server};
use otp::application::{self, Start, Top};
use otp::prelude::*;
use serde::Deserialize;

/// The server, as an application. Its configuration is [`Keys`].
#[application(name = "kv", description = "A key-value server that speaks the Redis protocol")]
pub(crate) struct Kv;

/// The server that runs: set when the application starts, taken when it stops. For what operators call.
static SERVER: RwLock<Option<Server>> = RwLock::new(None);

impl Application for Kv {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        let server = kv::start(application::env_section::<Keys>("kv")?.into()).await?;
        tracing::info!(address = %server.address(), "kv started");
        let top = server.tree().pid().ok_or("the tree ended as soon as it had started")?;
        *SERVER.write().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(top.into())
    }

    async fn stop(&mut self) {
        *SERVER.write().unwrap_or_else(PoisonError::into_inner) = None;
        tracing::info!("kv stopped");
    }
}

/// The keys of `[kv]` in `config/config.toml` and `config/runtime.toml`. Each may be left out; one that is not here is an error
/// that names its file and line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    /// The address to listen on. Default: `127.0.0.1`.
    bind: IpAddr,
    /// The port; 0 lets the system choose. Default: 6379.
    port: u16,
    /// How many processes share the keys. Default: 4.
    shards: u16,
    /// How many databases there are beside number 0. Default: 10 000.
    buckets: u16,
    /// Seconds after which a bucket stops that is empty and not used; 0: never. Default: 300.
    bucket_idle: u64,
    /// How many clients may be connected at once. Default: 10 000.
    max_clients: usize,
    /// Seconds after which a silent client is cut off; 0: never. Default: 300.
    idle_timeout: u64,
    /// Seconds that a request may take from its first byte to its last. Default: 30.
    request_timeout: u64,
    /// Seconds for which a client may leave its answers unread. Default: 10.
    write_timeout: u64,
    /// Megabytes of published messages that a client may leave unread. Default: 32.
    pubsub_limit: u16,
    /// Bytes of a request on one line. Default: 65 536.
    max_line: usize,
    /// Arguments of one request. Default: 65 536.
    max_args: usize,
    /// Megabytes of one argument. Default: 16.
    max_value: u16,
    /// Megabytes of one request. Default: 32.
    max_request: u16,
}

const MIB: usize = 1024 * 1024;

impl Default for Keys {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 6379,
            shards: 4,
            buckets: 10_000,
            bucket_idle: 300,
            max_clients: 10_000,
            idle_timeout: 300,
            request_timeout: 30,
            write_timeout: 10,
            pubsub_limit: 32,
            max_line: 64 * 1024,
            max_args: 64 * 1024,
            max_value: 16,
            max_request: 32,
        }
    }
}

impl From<Keys> for Config {
    fn from(keys: Keys) -> Self {
        let unless_0 = |seconds| (seconds > 0).then(|| Duration::from_secs(seconds));
        Self {
            address: SocketAddr::new(keys.bind, keys.port),
            shards: keys.shards.into(),
            buckets: keys.buckets.into(),
            bucket_idle: unless_0(keys.bucket_idle),
            max_clients: keys.max_clients,
            idle_timeout: unless_0(keys.idle_timeout),
            request_timeout: Duration::from_secs(keys.request_timeout),
            write_timeout: Duration::from_secs(keys.write_timeout),
            pubsub_limit: usize::from(keys.pubsub_limit) * MIB,
            limits: Limits {
                inline: keys.max_line,
                args: keys.max_args,
                bulk: usize::from(keys.max_value) * MIB,
                request: usize::from(keys.max_request) * MIB,
            },
        }
    }
}

fn with_server<T>(look: impl FnOnce(&Server) -> T) -> Result<T, &'static str> {
    let server = SERVER.read().unwrap_or_else(PoisonError::into_inner);
    server.as_ref().map(look).ok_or("kv is not started")
}

#[otp::command]
impl Kv {
    /// Where it listens.
    fn address() -> Result<String, &'static str> {
        with_server(|server| server.address().to_string())
    }

    /// How many clients are connected.
    fn clients() -> Result<usize, &'static str> {
        with_server(|server| server.context().clients())
    }

    /// For how many seconds it has been up.
    fn uptime() -> Result<u64, &'static str> {
        with_server(|server| server.context().started.elapsed().as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otp::config::Reader;

    /// What the section says, as a server is told it.
    fn read(section: &str) -> Result<Config, String> {
        let read = Reader::new().eval("config.toml", &format!("[kv]\n{section}")).map_err(|error| error.to_string())?;
        read.section::<Keys>("kv").map(Into::into).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_as_without_a_release() {
        assert_eq!(format!("{:?}", Config::from(Keys::default())), format!("{:?}", Config::default()));
    }

    #[test]
    fn the_files_of_the_release_say_what_is_the_default() {
        let file = Reader::new().eval("config.toml", include_str!("config/config.toml")).unwrap();
        let keys: Keys = file.section("kv").unwrap();
        assert_eq!(format!("{:?}", Config::from(keys)), format!("{:?}", Config::default()));
    }

    #[test]
    fn every_key_arrives_and_a_wrong_one_is_named() {
        let config =
            read("port = 1\nshards = 2\nbuckets = 3\nbucket_idle = 0\npubsub_limit = 4\nmax_value = 1").unwrap();
        assert_eq!((config.address.port(), config.shards, config.buckets), (1, 2, 3));
        assert_eq!((config.bucket_idle, config.pubsub_limit, config.limits.bulk), (None, 4 * MIB, MIB));
        let error = read("port = 1\nprot = 2").unwrap_err();
        assert!(error.contains("config.toml:3") && error.contains("prot"), "{error}");
        let error = read("shards = \"many\"").unwrap_err();
        assert!(error.contains("config.toml:2") && error.contains("shards"), "{error}");
    }
}
