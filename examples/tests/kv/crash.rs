//! What a crash takes along, and what it leaves alone; and how the tree comes down.

use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex, OnceLock};

use otp::prelude::*;
use otp::process;
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, Value, cmd};

use crate::{
    bucket_pid, client, connection_pids, ended, exchange, key_of, pong, raw, rest, serve, serve_with, shard_pids,
};

/// Everything that was logged by any test of this program.
fn log() -> Arc<Mutex<Vec<u8>>> {
    static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let writer = log.clone();
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || Log(writer.clone())).init();
        log
    })
    .clone()
}

struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(text: &str) -> bool {
    String::from_utf8_lossy(&log().lock().unwrap()).contains(text)
}

async fn panic_shard(client: &mut MultiplexedConnection, key: &str) -> String {
    let result = cmd("DEBUG").arg("PANIC").arg(key).query_async::<Value>(client).await;
    result.expect_err("the shard crashes before it can answer").to_string()
}

#[otp::test(flavor = "multi_thread")]
async fn a_crashed_shard_is_restarted_and_nothing_else_is_touched() -> otp::Result {
    log();
    let server = serve().await?;
    let (mut one, mut other) = (client(&server).await?, client(&server).await?);
    let keys: Vec<String> = (0..4).map(|shard| key_of(&server, shard)).collect();
    for key in &keys {
        one.set::<_, _, ()>(key, key).await?;
    }
    let (shards, connections) = (shard_pids(&server), connection_pids(&server).await?);

    let error = panic_shard(&mut one, &keys[2]).await;
    assert!(error.contains("shard 2 crashed"), "{error}");
    assert!(error.contains(&format!("DEBUG PANIC of key '{}'", keys[2])), "{error}");

    // Both connections work on, the crashed shard's key is gone, and it can be set again.
    assert_eq!(other.get::<_, Option<String>>(&keys[2]).await?, None);
    other.set::<_, _, ()>(&keys[2], "new").await?;
    for key in keys.iter().filter(|key| **key != keys[2]) {
        assert_eq!(one.get::<_, String>(key).await?, *key);
    }
    assert_eq!(one.get::<_, String>(&keys[2]).await?, "new");

    let after = shard_pids(&server);
    for shard in 0..4 {
        assert_eq!(shards[shard] == after[shard], shard != 2, "only shard 2 is another process");
    }
    assert_eq!(connection_pids(&server).await?, connections);
    assert!(logged(&format!("DEBUG PANIC of key '{}'", keys[2])), "the crash is in the log");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_pipeline_goes_on_after_the_crash_in_its_middle() -> otp::Result {
    let server = serve().await?;
    let (crashed, untouched) = (key_of(&server, 0), key_of(&server, 1));
    let requests = format!(
        "SET {crashed} 1\r\nSET {untouched} 1\r\nDEBUG PANIC {crashed}\r\nGET {crashed}\r\nINCR {untouched}\r\nQUIT\r\n"
    );
    let answers = exchange(&server, requests.as_bytes()).await?;
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines.len(), 6, "{answers}");
    assert_eq!(lines[..2], ["+OK", "+OK"]);
    assert!(lines[2].starts_with("-ERR shard 0 crashed"), "{answers}");
    assert_eq!(lines[3..], ["$-1", ":2", "+OK"], "the shard is back at once, and empty");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn shards_may_crash_as_often_as_clients_like() -> otp::Result {
    let server = serve().await?;
    let mut client = client(&server).await?;
    let tree = server.tree().pid();
    for round in 0..40 {
        panic_shard(&mut client, &key_of(&server, round % 4)).await;
    }
    assert_eq!(cmd("PING").query_async::<String>(&mut client).await?, "PONG");
    assert_eq!(cmd("DBSIZE").query_async::<usize>(&mut client).await?, 0);
    assert_eq!(server.tree().pid(), tree);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_crashed_connection_ends_alone() -> otp::Result {
    log();
    let server = serve().await?;
    let mut other = client(&server).await?;
    other.set::<_, _, ()>("a", "1").await?;
    let (shards, connections) = (shard_pids(&server), connection_pids(&server).await?);

    assert_eq!(exchange(&server, b"PING\r\nDEBUG PANIC\r\nPING\r\n").await?, "", "the socket closes, and that is all");

    assert_eq!(other.get::<_, String>("a").await?, "1");
    assert_eq!(shard_pids(&server), shards);
    // The supervisor may be about to hear of it.
    while connection_pids(&server).await? != connections {
        tokio::task::yield_now().await;
    }
    assert!(logged("DEBUG PANIC of this connection"), "the crash is in the log");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_killed_listener_comes_back_and_connections_stay() -> otp::Result {
    let server = serve().await?;
    let mut before = client(&server).await?;
    before.set::<_, _, ()>("a", "1").await?;
    let listener = process::whereis(server.context().names.listener()).ok_or("no listener")?;
    process::exit(listener, ExitReason::Kill);
    assert_eq!(ended(listener).await, ExitReason::Killed);
    // The socket outlived it, so this waits in the system's queue if need be.
    let mut after = client(&server).await?;
    assert_eq!(after.get::<_, String>("a").await?, "1");
    assert_eq!(before.get::<_, String>("a").await?, "1");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn what_depends_on_the_store_is_restarted_with_it() -> otp::Result {
    let server = serve().await?;
    let mut socket = raw(&server).await?;
    pong(&mut socket).await?;
    let store = process::whereis(server.context().names.store()).ok_or("no store")?;
    process::exit(store, ExitReason::Kill);
    assert_eq!(rest(&mut socket).await?, "", "the connection ends");
    let mut client = client(&server).await?;
    client.set::<_, _, ()>("a", "1").await?;
    assert_eq!(client.get::<_, String>("a").await?, "1");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn the_tree_comes_down_in_order() -> otp::Result {
    let server = serve_with(|config| config.shards = 2).await?;
    let mut socket = raw(&server).await?;
    pong(&mut socket).await?;
    server.context().store().database(7).ok_or("no such bucket")?.set("a".into(), "1".into(), None, None).await?;

    let names = &server.context().names;
    let shards = shard_pids(&server);
    let named = |name| process::whereis(name).expect("it runs");
    let expected = [
        named(names.listener()),
        connection_pids(&server).await?[0],
        named(names.connections()),
        named(names.channels()),
        bucket_pid(&server, 7).expect("it runs"),
        named(names.buckets()),
        shards[1].expect("it runs"),
        shards[0].expect("it runs"),
        named(names.store()),
        named(names.directory()),
        named(names.server()),
    ];
    for pid in expected {
        process::monitor(pid);
    }
    server.stop().await?;
    for pid in expected {
        // Whoever ended first is the first to be heard of.
        let down = process::receive::<Down>().await;
        assert_eq!((down.pid, down.reason.is_orderly()), (Some(pid), true), "{down:?}");
    }
    assert_eq!(rest(&mut socket).await?, "", "the client sees the end");
    Ok(())
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let kv = std::process::Command::new(env!("CARGO_BIN_EXE_kv")).args(["--port", &port.to_string()]).output().unwrap();
    assert_eq!(kv.status.code(), Some(1));
    let error = String::from_utf8_lossy(&kv.stderr);
    assert!(error.contains(&format!("kv: cannot listen on 127.0.0.1:{port}: ")), "{error}");
    assert!(error.contains("--port"), "{error}");
}

#[cfg(unix)]
#[test]
fn the_program_stops_in_order_on_a_signal() {
    use std::io::BufRead as _;
    use std::process::{Command, Stdio};

    let mut kv = Command::new(env!("CARGO_BIN_EXE_kv"))
        .args(["--port", "0", "--shards", "2"])
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut output = std::io::BufReader::new(kv.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    assert!(first.starts_with("kv is listening on 127.0.0.1:"), "{first}");
    Command::new("kill").args(["-INT", &kv.id().to_string()]).status().unwrap();
    assert_eq!(kv.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    kv.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let mut rest = &log[..];
    for step in ["SIGINT received", "listener lets nobody in", "shard stops shard=1", "shard stops shard=0", "stopped"]
    {
        rest = rest.split_once(step).unwrap_or_else(|| panic!("{step:?}, in this order, in {log}")).1;
    }
}
