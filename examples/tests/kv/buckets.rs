//! The databases that come and go: one client's are not another's, and a process is there only as long as it has to be.

use std::collections::BTreeSet;
use std::time::Duration;

use kv::{Config, Server};
use otp::prelude::*;
use otp::process;
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, RedisResult, Value, cmd};

use crate::{bucket_pid, client, client_of, connection_pids, ended, exchange, serve, serve_with, shard_pids};

const SHORT: Duration = Duration::from_millis(30);

/// The buckets that run.
fn running(server: &Server) -> Vec<usize> {
    let running = server.context().store().buckets().running().expect("the directory runs");
    running.into_iter().map(|(number, _)| number).collect()
}

async fn select(client: &mut MultiplexedConnection, number: usize) -> RedisResult<()> {
    cmd("SELECT").arg(number).exec_async(client).await
}

async fn size(client: &mut MultiplexedConnection) -> RedisResult<usize> {
    cmd("DBSIZE").query_async(client).await
}

async fn panic_of(client: &mut MultiplexedConnection, key: &str) -> String {
    let result = cmd("DEBUG").arg("PANIC").arg(key).query_async::<Value>(client).await;
    result.expect_err("it crashes before it can answer").to_string()
}

fn idle(config: &mut Config) {
    config.bucket_idle = Some(SHORT);
}

#[otp::test(flavor = "multi_thread")]
async fn each_has_its_own_keys() -> otp::Result {
    let server = serve().await?;
    let (mut zero, mut one) = (client(&server).await?, client_of(&server, 1).await?);
    zero.set::<_, _, ()>("a", "of 0").await?;
    one.set::<_, _, ()>("a", "of 1").await?;
    one.set::<_, _, ()>("b", "of 1").await?;
    assert_eq!(zero.get::<_, String>("a").await?, "of 0");
    assert_eq!(one.get::<_, String>("a").await?, "of 1");
    assert_eq!(zero.get::<_, Option<String>>("b").await?, None);
    assert_eq!((size(&mut zero).await?, size(&mut one).await?), (1, 2));
    assert_eq!(one.keys::<_, BTreeSet<String>>("*").await?, BTreeSet::from(["a".into(), "b".into()]));
    assert_eq!(zero.keys::<_, Vec<String>>("*").await?, ["a"]);

    // A connection goes where it wants, and what it chose is nobody else's matter.
    select(&mut zero, 1).await?;
    assert_eq!(zero.get::<_, String>("a").await?, "of 1");
    assert_eq!(client(&server).await?.get::<_, String>("a").await?, "of 0");
    select(&mut zero, 0).await?;
    assert_eq!(zero.get::<_, String>("a").await?, "of 0");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_bucket_does_what_the_shards_do() -> otp::Result {
    let server = serve().await?;
    let mut client = client_of(&server, 42).await?;
    // Nothing of this takes a process: what is not there is empty.
    assert_eq!(client.get::<_, Option<String>>("a").await?, None);
    assert_eq!(client.del::<_, usize>("a").await?, 0);
    assert_eq!(client.exists::<_, usize>(&["a", "b"][..]).await?, 0);
    assert_eq!(client.ttl::<_, i64>("a").await?, -2);
    assert!(!client.expire::<_, bool>("a", 10).await?);
    assert_eq!(client.keys::<_, Vec<String>>("*").await?, Vec::<String>::new());
    let only_there = cmd("SET").arg("a").arg("1").arg("XX").query_async::<Option<String>>(&mut client).await?;
    assert_eq!((only_there, size(&mut client).await?), (None, 0));
    cmd("FLUSHDB").exec_async(&mut client).await?;
    assert_eq!(running(&server), []);

    assert_eq!(cmd("INCR").arg("n").query_async::<i64>(&mut client).await?, 1);
    assert_eq!(running(&server), [42]);
    cmd("SET").arg("a").arg("1").arg("EX").arg(100).exec_async(&mut client).await?;
    assert_eq!(client.ttl::<_, i64>("a").await?, 100);
    assert_eq!(client.exists::<_, usize>(&["a", "n", "a"][..]).await?, 3);
    assert_eq!(client.del::<_, usize>(&["n", "x"][..]).await?, 1);
    assert_eq!(size(&mut client).await?, 1);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn there_are_so_many_and_no_more() -> otp::Result {
    let server = serve_with(|config| config.buckets = 16).await?;
    let requests = b"SELECT 16\r\nSET a 1\r\nSELECT 17\r\nGET a\r\nSELECT -1\r\nSELECT x\r\nSELECT 99999999999999999999\r\nQUIT\r\n";
    let answers = exchange(&server, requests).await?;
    let expected = [
        "+OK",
        "+OK",
        "-ERR DB index is out of range",
        "$1",
        "1", // It stays where it was.
        "-ERR DB index is out of range",
        "-ERR value is not an integer or out of range",
        "-ERR value is not an integer or out of range",
        "+OK",
    ];
    assert!(answers.lines().eq(expected), "{answers}");
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn one_is_flushed_or_all_are() -> otp::Result {
    let server = serve().await?;
    let mut clients = Vec::new();
    for number in 0..4 {
        let mut client = client_of(&server, number).await?;
        for n in 0..50 {
            client.set::<_, _, ()>(format!("key{n}"), n).await?;
        }
        clients.push(client);
    }
    cmd("FLUSHDB").exec_async(&mut clients[2]).await?;
    cmd("FLUSHDB").exec_async(&mut clients[0]).await?;
    for (number, left) in [0, 50, 0, 50].into_iter().enumerate() {
        assert_eq!(size(&mut clients[number]).await?, left, "{number}");
    }
    cmd("FLUSHALL").exec_async(&mut clients[2]).await?;
    for client in &mut clients {
        assert_eq!(size(client).await?, 0);
    }
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn an_empty_one_stops_and_one_with_keys_stays() -> otp::Result {
    let server = serve_with(idle).await?;
    let (mut full, mut empty) = (client_of(&server, 1).await?, client_of(&server, 2).await?);
    full.set::<_, _, ()>("kept", "1").await?;
    empty.set::<_, _, ()>("gone", "1").await?;
    let (kept, gone) = (bucket_pid(&server, 1).ok_or("no bucket")?, bucket_pid(&server, 2).ok_or("no bucket")?);
    empty.del::<_, ()>("gone").await?;
    assert_eq!(ended(gone).await, ExitReason::Normal);
    assert_eq!(running(&server), [1], "its entry went with it");
    // The connection has not noticed, and a new one is there as soon as it is needed.
    assert_eq!(empty.get::<_, Option<String>>("gone").await?, None);
    empty.set::<_, _, ()>("back", "1").await?;
    assert_eq!(empty.get::<_, String>("back").await?, "1");
    assert_ne!(bucket_pid(&server, 2), Some(gone));
    // A key whose time is over keeps nothing alive.
    empty.del::<_, ()>("back").await?;
    cmd("SET").arg("short").arg("1").arg("PX").arg(20).exec_async(&mut empty).await?;
    until!("the second one stops", running(&server) == [1]);

    assert_eq!(bucket_pid(&server, 1), Some(kept), "keys keep it alive, however long nobody asks");
    assert_eq!(full.get::<_, String>("kept").await?, "1");
    server.stop().await?;
    Ok(())
}

/// Clients come at the very moment at which buckets stop: no key is lost and no request fails.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_key_is_lost_when_a_bucket_stops_just_then() -> otp::Result {
    let server = serve_with(|config| config.bucket_idle = Some(Duration::from_millis(1))).await?;
    let mut clients = Vec::new();
    for n in 0..4_u64 {
        let mut client = client_of(&server, 1 + n as usize % 2).await?;
        clients.push(tokio::spawn(async move {
            for round in 0..300_u64 {
                let key = format!("{n}");
                client.set::<_, _, ()>(&key, round).await?;
                assert_eq!(client.get::<_, Option<u64>>(&key).await?, Some(round));
                assert_eq!(client.del::<_, usize>(&key).await?, 1);
                assert_eq!(cmd("INCR").arg(&key).query_async::<i64>(&mut client).await?, 1);
                assert_eq!(client.del::<_, usize>(&key).await?, 1);
                // Around the moment at which it finds itself idle, if the others leave it alone too.
                tokio::time::sleep(Duration::from_micros(800 + round * 7 % 500)).await;
            }
            RedisResult::Ok(())
        }));
    }
    for client in clients {
        client.await??;
    }
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn many_clients_start_one_bucket() -> otp::Result {
    let server = serve().await?;
    for number in 1..=20 {
        let mut clients = Vec::new();
        for _ in 0..8 {
            let mut client = client_of(&server, number).await?;
            clients.push(tokio::spawn(async move { cmd("INCR").arg("n").query_async::<i64>(&mut client).await }));
        }
        let mut answers = BTreeSet::new();
        for client in clients {
            answers.insert(client.await??);
        }
        assert!(answers.into_iter().eq(1..=8), "one process had all of them");
    }
    assert!(running(&server).into_iter().eq(1..=20));
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn ten_thousand_of_them() -> otp::Result {
    let server = serve_with(|config| config.bucket_idle = Some(Duration::from_millis(500))).await?;
    let mut client = client(&server).await?;
    let pipeline = |requests: &dyn Fn(&mut redis::Pipeline, usize)| {
        let mut pipeline = redis::pipe();
        for number in 1..=10_000 {
            pipeline.cmd("SELECT").arg(number).ignore();
            requests(&mut pipeline, number);
        }
        pipeline.cmd("SELECT").arg(0).ignore();
        pipeline
    };
    let set = pipeline(&|pipeline, number| {
        pipeline.cmd("SET").arg("number").arg(number).ignore();
    });
    set.exec_async(&mut client).await?;
    let get = pipeline(&|pipeline, _| {
        pipeline.cmd("GET").arg("number");
    });
    assert!(get.query_async::<Vec<usize>>(&mut client).await?.into_iter().eq(1..=10_000));

    let info: String = cmd("INFO").arg("buckets").query_async(&mut client).await?;
    assert!(info.starts_with("# Buckets\r\nbuckets_running:10000\r\nbuckets_max:10000\r\n"), "{info}");
    let buckets = DynamicSupervisorRef::<()>::named(server.context().names.buckets());
    assert_eq!(buckets.count_children().await?.active, 10_000);
    let keyspace: String = cmd("INFO").arg("keyspace").query_async(&mut client).await?;
    assert_eq!(keyspace.lines().count(), 10_001);
    assert!(keyspace.contains("\r\ndb9999:keys=1,expires=0\r\n"));

    cmd("FLUSHALL").exec_async(&mut client).await?;
    until!("all stop", running(&server).is_empty());
    until!("all are forgotten", buckets.count_children().await?.specs == 0);
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn a_crashed_bucket_leaves_the_others_alone() -> otp::Result {
    let server = serve().await?;
    let mut clients = Vec::new();
    for number in 0..3 {
        let mut client = client_of(&server, number).await?;
        client.set::<_, _, ()>("a", number).await?;
        clients.push(client);
    }
    let (shards, connections) = (shard_pids(&server), connection_pids(&server).await?);
    let (crashed, other) = (bucket_pid(&server, 1), bucket_pid(&server, 2));

    let error = panic_of(&mut clients[1], "a").await;
    assert!(error.contains("bucket 1 crashed") && error.contains("DEBUG PANIC of key 'a'"), "{error}");
    assert_eq!(clients[1].get::<_, Option<String>>("a").await?, None, "its keys are gone");
    clients[1].set::<_, _, ()>("a", "new").await?;
    assert_eq!(clients[1].get::<_, String>("a").await?, "new");

    for number in [0, 2] {
        assert_eq!(clients[number].get::<_, usize>("a").await?, number);
    }
    assert_eq!((shard_pids(&server), bucket_pid(&server, 2)), (shards, other));
    assert_ne!(bucket_pid(&server, 1), crashed);
    assert_eq!(connection_pids(&server).await?, connections);

    // As often as clients like: nobody restarts it, so nobody loses patience.
    let tree = server.tree().pid();
    for _ in 0..50 {
        assert!(panic_of(&mut clients[1], "a").await.contains("bucket 1 crashed"));
    }
    assert_eq!((server.tree().pid(), clients[2].get::<_, usize>("a").await?), (tree, 2));
    server.stop().await?;
    Ok(())
}

#[otp::test(flavor = "multi_thread")]
async fn what_relies_on_the_directory_is_restarted_with_it() -> otp::Result {
    let server = serve().await?;
    let mut before = client_of(&server, 3).await?;
    before.set::<_, _, ()>("a", "1").await?;
    let directory = process::whereis(server.context().names.directory()).ok_or("no directory")?;
    let (shards, tree) = (shard_pids(&server), server.tree().pid());
    process::exit(directory, ExitReason::Kill);
    assert_eq!(ended(directory).await, ExitReason::Killed);
    until!("the connection ends", before.get::<_, Option<String>>("a").await.is_err());
    // The socket outlives the listener, so this client waits until everything is back.
    let mut after = client(&server).await?;
    after.set::<_, _, ()>("a", "1").await?;
    assert_eq!(after.get::<_, String>("a").await?, "1");
    assert!(shard_pids(&server).iter().zip(shards).all(|(new, old)| *new != old));
    assert_eq!((server.tree().pid(), running(&server)), (tree, vec![]));
    server.stop().await?;
    Ok(())
}
