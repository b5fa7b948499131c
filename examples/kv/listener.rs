//! The process that accepts connections and starts a process for each.

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
use crate::server::Context;
use crate::store::Shards;

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
    let shards = context.shards();
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
            Ok((stream, peer)) => admit(&context, &shards, stream, peer).await,
            // Most likely no file descriptor is left. The client waits in the system's queue, so trying again at
            // once would only be a way to be busy.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a client; next try in {PAUSE:?}");
                process::sleep(PAUSE).await;
            }
        }
    }
}

/// Starts a process for a client and hands the socket over to it.
async fn admit(context: &Arc<Context>, shards: &Shards, stream: TcpStream, peer: SocketAddr) {
    let Ok(place) = context.places.clone().try_acquire_owned() else {
        tracing::warn!(%peer, "client turned away: {} are connected", context.config.max_clients);
        turn_away(&stream, "-ERR max number of clients reached\r\n");
        return;
    };
    let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
    let connections = SupervisorRef::named(context.names.connections());
    let client = connection::child_spec(number, context.clone(), shards.clone());
    match connections.start_child(client).await {
        Ok(child) => {
            // If the process is gone already, the message is dropped and the socket with it.
            if let Some(pid) = child.pid {
                let _ = process::send(pid, Accepted { stream, peer, place });
            }
        }
        Err(error) => {
            tracing::warn!(%peer, %error, "client turned away");
            turn_away(&stream, "-ERR no connection process could be started\r\n");
        }
    }
}

/// Tells a client why, if that can be done without waiting for it.
fn turn_away(stream: &TcpStream, why: &str) {
    let _: io::Result<usize> = stream.try_write(why.as_bytes());
}
