//! The process that accepts connections and starts a task for each.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use otp::child::Started;
use otp::prelude::*;
use otp::process;
use tokio::net::TcpStream;

use crate::connection::{self, Accepted};
use crate::pubsub::Channels;
use crate::server::Context;
use crate::session::Session;
use crate::store::Store;

/// How long to wait after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Numbers for the clients, never used twice: also not by a listener that was restarted.
static CLIENTS: AtomicU64 = AtomicU64::new(1);

pub(crate) fn child_spec(context: Arc<Context>) -> ChildSpec {
    ChildSpec::new("listener", move |_slot| {
        let context = context.clone();
        async move {
            // It traps exits so that the end comes as a message, between two clients and not while one is let in.
            let listener = process::options().link().trap_exit(true).name(context.names.listener());
            Ok(Started::new(listener.spawn(listen(context))?))
        }
    })
}

async fn listen(context: Arc<Context>) {
    let reception = Reception::of(&context);
    tracing::info!(address = %context.address, "listener accepts clients");
    loop {
        let accepted = tokio::select! {
            exit = process::receive::<Exit>() => {
                tracing::info!("listener lets nobody in any more");
                process::exit_with(exit.reason);
            }
            accepted = context.socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => reception.admit(stream, peer).await,
            // Most likely no file descriptor is left. The client waits in the system's queue, so trying again at
            // once would only be a way to be busy.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a client; next try in {PAUSE:?}");
                process::sleep(PAUSE).await;
            }
        }
    }
}

/// What it takes to let a client in.
struct Reception {
    context: Arc<Context>,
    store: Store,
    channels: Channels,
    connections: TaskSupervisorRef,
}

impl Reception {
    fn of(context: &Arc<Context>) -> Self {
        let connections = TaskSupervisorRef::named(context.names.connections());
        Self { context: context.clone(), store: context.store(), channels: context.channels(), connections }
    }

    /// Starts a task for a client, which gets the socket: a socket has one owner.
    async fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = self.context.places.clone().try_acquire_owned() else {
            tracing::warn!(%peer, "client turned away: {} are connected", self.context.config.max_clients);
            turn_away(&stream, "-ERR max number of clients reached\r\n");
            return;
        };
        let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
        let Self { context, store, channels, .. } = self;
        let (context, store, channels) = (context.clone(), store.clone(), channels.clone());
        let session = move || Session::new(context, store, channels);
        let client = connection::run(Accepted { number, stream, peer, place }, session);
        if let Err(error) = self.connections.start_child(client).await {
            // The supervisor is gone, and we are next. The socket closes with the task that was not started.
            tracing::warn!(%peer, %error, "client turned away");
        }
    }
}

/// Tells a client why, if that can be done without waiting for it.
fn turn_away(stream: &TcpStream, why: &str) {
    let _: io::Result<usize> = stream.try_write(why.as_bytes());
}
