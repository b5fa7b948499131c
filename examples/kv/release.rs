//! kv as a release: an application with its configuration, and what operators can call in it.
//!
//! ```sh
//! cd examples
//! cargo otp release kv
//! ../target/rel/kv/bin/kv daemon
//! ../target/rel/kv/bin/kv rpc 'Kv::clients()'
//! ```

use std::net::{IpAddr, SocketAddr};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use kv::{Config, Server};
use otp::application::{self, EnvError, Start, Top};
use otp::prelude::*;

/// The server, as an application. Its environment: `bind`, `port`, `shards`, `max_clients`, `idle_timeout`.
#[application(name = "kv", description = "A key-value server that speaks the Redis protocol")]
pub(crate) struct Kv;

/// The server that runs: set when the application starts, taken when it stops. For what operators call.
static SERVER: RwLock<Option<Server>> = RwLock::new(None);

impl Application for Kv {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        let server = kv::start(config()?).await?;
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

fn config() -> Result<Config, EnvError> {
    let default = Config::default();
    let ip: IpAddr = application::get_env_or("kv", "bind", default.address.ip())?;
    let port: u16 = application::get_env_or("kv", "port", default.address.port())?;
    let idle: u64 = application::get_env_or("kv", "idle_timeout", 300)?;
    Ok(Config {
        address: SocketAddr::new(ip, port),
        shards: application::get_env_or("kv", "shards", default.shards)?,
        max_clients: application::get_env_or("kv", "max_clients", default.max_clients)?,
        idle_timeout: (idle > 0).then(|| Duration::from_secs(idle)),
        ..default
    })
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
