//! The server from outside: by the `redis` crate, as any client would use it, and by bytes no client should send.

/// Waits until this is so; fails if it never is.
macro_rules! until {
    ($what:expr, $so:expr) => {{
        let waiting = async {
            while !$so {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            otp::Result::Ok(())
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.expect($what)?;
    }};
}

mod buckets;
mod commands;
mod crash;
mod pubsub;
mod stop;
mod wire;

use std::time::Duration;

use kv::store::ShardRef;
use kv::{Config, Server};
use otp::prelude::*;
use otp::process;
use redis::aio::MultiplexedConnection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A server on a port of its own, linked to the test.
async fn serve() -> otp::Result<Server> {
    serve_with(|_| {}).await
}

async fn serve_with(change: impl FnOnce(&mut Config)) -> otp::Result<Server> {
    let mut config = Config::default();
    config.address.set_port(0);
    change(&mut config);
    Ok(kv::start(config).await?)
}

/// A client as applications have one.
async fn client(server: &Server) -> otp::Result<MultiplexedConnection> {
    client_of(server, 0).await
}

/// A client of a certain database.
async fn client_of(server: &Server, database: usize) -> otp::Result<MultiplexedConnection> {
    let client = redis::Client::open(format!("redis://{}/{database}", server.address()))?;
    // Its own are short, and say nothing about a server on a machine that is busy with other tests.
    let long = Some(Duration::from_secs(20));
    let config = redis::AsyncConnectionConfig::new().set_connection_timeout(long).set_response_timeout(long);
    Ok(client.get_multiplexed_async_connection_with_config(&config).await?)
}

/// A socket, for bytes of any kind.
async fn raw(server: &Server) -> otp::Result<TcpStream> {
    Ok(TcpStream::connect(server.address()).await?)
}

/// Asks whether the server is there; after the answer, the connection has its process.
async fn pong(socket: &mut TcpStream) -> otp::Result {
    socket.write_all(b"PING\r\n").await?;
    let mut answer = [0; 7];
    socket.read_exact(&mut answer).await?;
    assert_eq!(&answer, b"+PONG\r\n");
    Ok(())
}

/// Sends bytes and returns everything that comes back until the server closes.
async fn exchange(server: &Server, bytes: &[u8]) -> otp::Result<String> {
    let mut socket = raw(server).await?;
    socket.write_all(bytes).await?;
    rest(&mut socket).await
}

async fn rest(socket: &mut TcpStream) -> otp::Result<String> {
    let mut answer = Vec::new();
    // Far longer than any test takes: only so that a server that hangs fails the test instead of hanging it too.
    tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await??;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A key that a certain shard owns.
fn key_of(server: &Server, shard: usize) -> String {
    let store = server.context().store();
    let shards = store.shards();
    (0..).map(|n| format!("key{n}")).find(|key| shards.owner(key.as_bytes()) == shard).expect("every shard owns some")
}

fn shard_pids(server: &Server) -> Vec<Option<Pid>> {
    server.context().store().shards().parts().iter().map(|shard: &ShardRef| shard.pid()).collect()
}

/// The processes of the clients that are connected.
async fn connection_pids(server: &Server) -> otp::Result<Vec<Pid>> {
    Ok(TaskSupervisorRef::named(server.context().names.connections()).children().await?)
}

/// The pid of a bucket that runs.
fn bucket_pid(server: &Server, number: usize) -> Option<Pid> {
    let running = server.context().store().buckets().running().expect("the directory runs");
    running.into_iter().find(|(bucket, _)| *bucket == number).map(|(_, pid)| pid)
}

/// Waits until a process has ended, and says how.
async fn ended(pid: Pid) -> ExitReason {
    process::wait(pid).await
}
