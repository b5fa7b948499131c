//! The tree, and how it is started and stopped.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use otp::gen_server::StopError;
use otp::prelude::*;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::names::Names;
use crate::pubsub::{self, Channels};
use crate::store::{self, Store};
use crate::{connection, listener};

/// What all processes of a server know. Nothing here changes, but for the count of free places.
#[derive(Debug)]
pub struct Context {
    /// What the server was told.
    pub config: Config,
    /// Where it listens, with the port the system chose if it was asked to.
    pub address: SocketAddr,
    /// How its processes find each other.
    pub names: Names,
    /// A permit for each client that may still come.
    pub(crate) places: Arc<Semaphore>,
    /// The socket outlives the listener process: clients that knock while it is being restarted wait in the queue
    /// of the system, and nobody else can take the port.
    pub(crate) socket: TcpListener,
    /// When the server started.
    pub started: Instant,
}

impl Context {
    /// The way to the keys. For those who start after the directory, which is everybody else in the tree.
    pub fn store(&self) -> Store {
        Store::of(&self.names, &self.config)
    }

    /// The way to those who listen to channels.
    pub fn channels(&self) -> Channels {
        Channels::of(&self.names, self.config.pubsub_limit)
    }

    /// How many clients are connected.
    pub fn clients(&self) -> usize {
        self.config.max_clients - self.places.available_permits()
    }
}

/// A running server.
#[derive(Clone, Debug)]
pub struct Server {
    context: Arc<Context>,
    tree: SupervisorRef,
}

/// Starts a server, linked to the calling process.
pub async fn start(mut config: Config) -> Result<Server, Error> {
    config.shards = config.shards.max(1);
    config.max_clients = config.max_clients.min(Semaphore::MAX_PERMITS);
    let socket = TcpListener::bind(config.address).await;
    let bound = socket.and_then(|socket| Ok((socket.local_addr()?, socket)));
    let (address, socket) = bound.map_err(|error| Error::Listen(config.address, error))?;
    let names = Names::of(address);
    let context = Arc::new(Context {
        address,
        names,
        places: Arc::new(Semaphore::new(config.max_clients)),
        socket,
        started: Instant::now(),
        config,
    });
    let tree = Supervisor::start_link(tree(&context)).name(context.names.server()).await.map_err(Error::Start)?;
    Ok(Server { context, tree })
}

/// ```text
/// server, rest_for_one
/// ├── directory, a registry: which process holds which keys
/// ├── store, one_for_one
/// │   ├── shard 0
/// │   └── shard 1 ..
/// ├── buckets, a dynamic supervisor
/// │   ├── bucket 7, temporary
/// │   └── bucket 12 ..
/// ├── channels, a registry: who listens to what
/// ├── connections, a task supervisor
/// │   ├── client 1, temporary
/// │   └── client 2 ..
/// └── listener
/// ```
///
/// Started in this order, so that whoever is let in finds everything it needs, and stopped in the opposite one: first
/// nobody is let in, then the clients are let go, and the keys are there until the last of them has its answer.
/// `rest_for_one` because of the same dependency: connections know the store, and the store knows nobody.
fn tree(context: &Arc<Context>) -> SupervisorSpec {
    let names = &context.names;
    supervision_tree! {
        strategy: rest_for_one;
        store::directory(names),
        store::shards(names, context.config.shards).child_spec("store"),
        store::buckets(names).child_spec("buckets"),
        pubsub::registry(names),
        connection::supervisor().name(names.connections()).child_spec("connections"),
        listener::child_spec(context.clone()),
    }
}

impl Server {
    /// What its processes know.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.context.address
    }

    /// The root of the tree.
    pub fn tree(&self) -> &SupervisorRef {
        &self.tree
    }

    /// Stops the tree, from the listener to the shards, and returns when it is done.
    pub async fn stop(&self) -> Result<(), StopError> {
        self.tree.stop().await
    }
}

/// Why a server did not start.
#[derive(Debug)]
pub enum Error {
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// A process of the tree did not start.
    Start(StartError),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listen(address, error) => {
                write!(f, "cannot listen on {address}: {error}")?;
                if error.kind() == io::ErrorKind::AddrInUse {
                    f.write_str(" (another server is there; `--port` chooses another port)")?;
                }
                Ok(())
            }
            Self::Start(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            Self::Start(error) => Some(error),
        }
    }
}
