//! Everything at once: clients of all kinds, while whatever they rely on is ended under them. Bounded in time; afterwards
//! the server is as if nobody had come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use kv::Server;
use otp::prelude::*;
use otp::process;
use redis::{AsyncCommands as _, RedisResult, Value, cmd};

use crate::{client_of, connection_pids, serve_with, shard_pids};

const TIME: Duration = Duration::from_secs(2);

/// A xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }
}

#[derive(Default)]
struct Tally {
    answered: AtomicUsize,
    failed: AtomicUsize,
}

impl Tally {
    fn count<T>(&self, result: &RedisResult<T>) {
        let counter = if result.is_ok() { &self.answered } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Asks for this and that, on one connection after the other.
async fn visitor(server: Server, mut random: Random, over: Arc<AtomicBool>, tally: Arc<Tally>) {
    while !over.load(Ordering::Relaxed) {
        let Ok(mut client) = client_of(&server, random.below(6)).await else { continue };
        for _ in 0..random.below(60) {
            let key = format!("key{}", random.below(20));
            let request = match random.below(60) {
                0..15 => cmd("SET").arg(key).arg("x").to_owned(),
                15..25 => cmd("GET").arg(key).to_owned(),
                25..35 => cmd("DEL").arg(key).to_owned(),
                35..42 => cmd("INCR").arg("n").to_owned(),
                42..46 => cmd("PUBLISH").arg("news").arg(key).to_owned(),
                46..50 => cmd("SELECT").arg(random.below(6)).to_owned(),
                50..53 => cmd("DBSIZE"),
                53..55 => cmd("FLUSHDB"),
                55 => cmd("FLUSHALL"),
                56 => cmd("INFO"),
                57 => cmd("PUBSUB").arg("NUMSUB").arg("news").to_owned(),
                58 => cmd("DEBUG").arg("PANIC").to_owned(),
                _ => cmd("DEBUG").arg("PANIC").arg(key).to_owned(),
            };
            let answer: RedisResult<Value> = request.query_async(&mut client).await;
            tally.count(&answer);
            if answer.is_err_and(|error| error.is_unrecoverable_error() || error.is_connection_dropped()) {
                break;
            }
        }
    }
}

/// Listens until its connection ends, and again.
async fn listener(server: Server, over: Arc<AtomicBool>, heard: Arc<AtomicUsize>) {
    while !over.load(Ordering::Relaxed) {
        let client = redis::Client::open(format!("redis://{}", server.address())).expect("it is an address");
        let Ok(mut subscriber) = client.get_async_pubsub().await else { continue };
        if subscriber.subscribe("news").await.is_err() {
            continue;
        }
        let mut messages = subscriber.on_message();
        while !over.load(Ordering::Relaxed) {
            match tokio::time::timeout(Duration::from_millis(50), messages.next()).await {
                Ok(Some(_)) => heard.fetch_add(1, Ordering::Relaxed),
                Ok(None) => break,
                Err(_) => 0,
            };
        }
    }
}

/// Ends processes: shards, buckets and connections often, what holds the tree together twice.
async fn end_something(server: &Server, random: &mut Random, round: usize) {
    let names = &server.context().names;
    let large =
        [names.directory(), names.store(), names.buckets(), names.channels(), names.connections(), names.listener()];
    let pid = match round % 400 {
        100 | 300 => process::whereis(large[random.below(large.len())].clone()),
        n if n.is_multiple_of(10) => shard_pids(server)[random.below(4)],
        n if n.is_multiple_of(3) => {
            let running = server.context().store().buckets().running().unwrap_or_default();
            (!running.is_empty()).then(|| running[random.below(running.len())].1)
        }
        _ => {
            let pids = connection_pids(server).await.unwrap_or_default();
            (!pids.is_empty() && round.is_multiple_of(4)).then(|| pids[random.below(pids.len())])
        }
    };
    pid.into_iter().for_each(|pid| process::exit(pid, ExitReason::Kill));
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn clients_come_and_go_while_everything_crashes() -> otp::Result {
    let server = serve_with(|config| config.bucket_idle = Some(Duration::from_millis(5))).await?;
    let tree = server.tree().pid();
    let (over, tally, heard) = (Arc::new(AtomicBool::new(false)), Arc::new(Tally::default()), Arc::default());
    let mut clients = Vec::new();
    for n in 1..=6 {
        let random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n));
        clients.push(tokio::spawn(visitor(server.clone(), random, over.clone(), tally.clone())));
    }
    for _ in 0..2 {
        clients.push(tokio::spawn(listener(server.clone(), over.clone(), Arc::clone(&heard))));
    }
    let started = std::time::Instant::now();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut round = 0;
    while started.elapsed() < TIME {
        // No more of the large ones than the root forgives, however quick the machine is.
        round += 1;
        end_something(&server, &mut random, if round < 400 { round } else { 1 + round % 99 }).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        // Everybody has an answer, an error, or the end of a connection.
        tokio::time::timeout(Duration::from_secs(30), client).await??;
    }
    let (answered, failed) = (tally.answered.load(Ordering::Relaxed), tally.failed.load(Ordering::Relaxed));
    assert!(answered > 100 && failed > 10, "{answered} answers and {failed} failures are no chaos");
    assert!(heard.load(Ordering::Relaxed) > 0, "somebody listened");

    // What is left is a server that works and that nobody uses.
    assert_eq!(server.tree().pid(), tree);
    until!("the last client is gone", server.context().clients() == 0);
    until!("no process of one is left", connection_pids(&server).await?.is_empty());
    assert_eq!(server.context().channels().clients()?, 0);
    let mut client = client_of(&server, 3).await?;
    cmd("FLUSHALL").exec_async(&mut client).await?;
    client.set::<_, _, ()>("a", "1").await?;
    assert_eq!(client.get::<_, String>("a").await?, "1");
    client.del::<_, ()>("a").await?;
    until!("no bucket is left", server.context().store().buckets().running()?.is_empty());
    let buckets = DynamicSupervisorRef::<()>::named(server.context().names.buckets());
    until!("none is remembered", buckets.count_children().await?.specs == 0);
    assert!(shard_pids(&server).iter().all(Option::is_some));
    server.stop().await?;
    Ok(())
}
