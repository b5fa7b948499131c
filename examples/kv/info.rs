//! What `INFO` says, in sections of `name:value` lines.

use std::fmt::Write as _;

use futures_util::future::join_all;

use crate::pubsub::{Channels, Restarting};
use crate::session::Session;
use crate::store::table::Size;
use crate::store::{Buckets, Database, ShardRef, Store, StoreError};

/// The sections, in their order: the word a client uses, and the title.
const SECTIONS: [(&str, &str); 6] = [
    ("server", "Server"),
    ("clients", "Clients"),
    ("stats", "Stats"),
    ("shards", "Shards"),
    ("buckets", "Buckets"),
    ("keyspace", "Keyspace"),
];

/// How many buckets and channels are listed one by one. The rest is counted.
const LISTED: usize = 100;

type Lines = Vec<(String, String)>;

/// The text of these sections, or of all.
pub(crate) async fn info(sections: &[String], session: &Session) -> String {
    let all = sections.is_empty() || sections.iter().any(|name| matches!(&name[..], "all" | "default" | "everything"));
    let mut text = String::new();
    for (name, title) in SECTIONS {
        if !all && !sections.iter().any(|section| section == name) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        let _ = write!(text, "# {title}\r\n");
        for (name, value) in section(name, session).await {
            let _ = write!(text, "{name}:{value}\r\n");
        }
    }
    text
}

fn line(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// A line for what could not be found out.
fn failed(error: impl ToString) -> Lines {
    vec![line("error", error)]
}

async fn section(name: &str, session: &Session) -> Lines {
    let Session { context, store, subscriptions, .. } = session;
    match name {
        "server" => vec![
            // For clients that choose their words by it: what is here speaks the RESP2 of that version.
            line("redis_version", "7.0.0"),
            line("redis_mode", "standalone"),
            line("kv_version", env!("CARGO_PKG_VERSION")),
            line("process_id", std::process::id()),
            line("tcp_port", context.address.port()),
            line("uptime_in_seconds", context.started.elapsed().as_secs()),
        ],
        "clients" => {
            let mut lines =
                vec![line("connected_clients", context.clients()), line("maxclients", context.config.max_clients)];
            lines.extend(subscriptions.channels().clients().map(|clients| line("pubsub_clients", clients)));
            lines
        }
        "stats" => stats(subscriptions.channels()).unwrap_or_else(failed),
        "shards" => each_shard(store.shards()).await,
        "buckets" => each_bucket(store.buckets(), context.config.bucket_idle).unwrap_or_else(failed),
        _ => keyspace(store).await.unwrap_or_else(failed),
    }
}

/// How many channels and patterns there are, as Redis counts them, and a line for each channel.
fn stats(channels: &Channels) -> Result<Lines, Restarting> {
    let names = channels.channels()?;
    let mut lines = vec![line("pubsub_channels", names.len()), line("pubsub_patterns", channels.patterns()?)];
    lines.extend(
        names
            .into_iter()
            .take(LISTED)
            .map(|(name, listeners)| (format!("channel_{}", name.escape_ascii()), format!("subscribers={listeners}"))),
    );
    Ok(lines)
}

/// A line for each shard: with the pid, by which one sees that a shard is another one after a crash.
async fn each_shard(shards: &Database) -> Lines {
    let sizes = shards.sizes().await;
    let numbered = shards.parts().iter().zip(sizes).enumerate();
    let line = |(number, (shard, size)): (usize, (&ShardRef, Result<Size, StoreError>))| {
        let pid = shard.pid().map_or("none".to_owned(), |pid| pid.to_string());
        let state = match size {
            Ok(Size { keys, expiring }) => format!("keys={keys},expires={expiring}"),
            Err(error) => format!("error={error}"),
        };
        (format!("shard{number}"), format!("pid={pid},{state}"))
    };
    numbered.map(line).collect()
}

/// The buckets that run. What they hold is among the keys.
fn each_bucket(buckets: &Buckets, idle: Option<std::time::Duration>) -> Result<Lines, StoreError> {
    let running = buckets.running()?;
    let mut lines = vec![
        line("buckets_running", running.len()),
        line("buckets_max", buckets.most()),
        line("bucket_idle_seconds", idle.map_or(0, |idle| idle.as_secs())),
    ];
    let some = running.into_iter().take(LISTED);
    lines.extend(some.map(|(number, pid)| (format!("bucket{number}"), format!("pid={pid}"))));
    Ok(lines)
}

/// A line for each database, but as in Redis none if it is empty.
async fn keyspace(store: &Store) -> Result<Lines, StoreError> {
    let databases = store.occupied()?;
    let sizes = join_all(databases.iter().map(|database| database.size())).await;
    let filled = databases.iter().zip(sizes).filter(|(_, size)| size.keys > 0);
    let line = |(database, size): (&Database, Size)| {
        (format!("db{}", database.number()), format!("keys={},expires={}", size.keys, size.expiring))
    };
    Ok(filled.map(line).collect())
}
