//! Commands into answers.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::command::table::{SPECS, Spec, find};
use crate::command::{Command, Describe};
use crate::resp::Answer;
use crate::server::Context;
use crate::store::table::{IncrError, Size, TimeToLive};
use crate::store::{ShardError, ShardRef, Shards};

/// Carries a command out. A shard that fails makes an error answer, never the end of the connection.
pub async fn execute(command: Command, shards: &Shards, context: &Context) -> Answer {
    answer(command, shards, context).await.unwrap_or_else(|error| Answer::Error(error.to_string()))
}

async fn answer(command: Command, shards: &Shards, context: &Context) -> Result<Answer, ShardError> {
    Ok(match command {
        Command::Ping(None) => Answer::Simple("PONG"),
        Command::Ping(Some(message)) | Command::Echo(message) => Answer::Bulk(message),
        Command::Get(key) => shards.get(key).await?.into(),
        Command::Set { key, value, time_to_live, condition } => {
            match shards.set(key, value, time_to_live, condition).await? {
                true => Answer::OK,
                false => Answer::Null,
            }
        }
        Command::Del(keys) => Answer::count(shards.remove(keys).await?),
        Command::Exists(keys) => Answer::count(shards.count(keys).await?),
        Command::Incr(key) => incremented(shards.incr(key).await?),
        Command::Expire { key, time_to_live } => shards.expire(key, time_to_live).await?.into(),
        Command::Ttl(key) => seconds(shards.time_to_live(key).await?),
        Command::Keys(pattern) => Answer::Array(shards.keys(pattern).await?.into_iter().map(Answer::Bulk).collect()),
        Command::DbSize => Answer::count(shards.total().await?),
        Command::FlushAll => shards.clear().await.map(|()| Answer::OK)?,
        Command::Describe(Describe::All) => Answer::Array(SPECS.iter().map(describe).collect()),
        Command::Describe(Describe::Count) => Answer::count(SPECS.len()),
        Command::Describe(Describe::Named(names)) => {
            Answer::Array(names.iter().map(|name| find(name).map_or(Answer::Null, describe)).collect())
        }
        Command::Info(sections) => Answer::Bulk(Bytes::from(info(&sections, shards, context).await)),
        Command::Quit => Answer::OK,
        Command::PanicShard(key) => shards.crash(key).await.map(|()| Answer::OK)?,
        Command::PanicConnection => panic!("DEBUG PANIC of this connection"),
    })
}

fn incremented(result: Result<i64, IncrError>) -> Answer {
    match result {
        Ok(value) => Answer::Integer(value),
        Err(IncrError::NotAnInteger) => Answer::err("value is not an integer or out of range"),
        Err(IncrError::Overflow) => Answer::err("increment or decrement would overflow"),
    }
}

/// The answers of `TTL`: seconds, to the nearest; -1 for a key that stays, -2 for none.
fn seconds(time_to_live: TimeToLive) -> Answer {
    match time_to_live {
        TimeToLive::NoKey => Answer::Integer(-2),
        TimeToLive::Unlimited => Answer::Integer(-1),
        TimeToLive::Left(left) => {
            let seconds = (left.as_millis() + 500) / 1000;
            Answer::Integer(i64::try_from(seconds).unwrap_or(i64::MAX))
        }
    }
}

/// What `COMMAND` says of one.
fn describe(spec: &Spec) -> Answer {
    let (first, last, step) = spec.keys;
    Answer::Array(vec![
        Answer::Bulk(Bytes::from_static(spec.name.as_bytes())),
        Answer::Integer(spec.arity),
        Answer::Array(spec.flags.iter().copied().map(Answer::Simple).collect()),
        Answer::Integer(first),
        Answer::Integer(last),
        Answer::Integer(step),
    ])
}

/// What `INFO` says, in sections of `name:value` lines.
async fn info(sections: &[String], shards: &Shards, context: &Context) -> String {
    let all = sections.is_empty() || sections.iter().any(|name| matches!(&name[..], "all" | "default" | "everything"));
    let mut text = String::new();
    for (name, title) in [("server", "Server"), ("clients", "Clients"), ("shards", "Shards"), ("keyspace", "Keyspace")]
    {
        if !all && !sections.iter().any(|section| section == name) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        let _ = write!(text, "# {title}\r\n");
        for (name, value) in section(name, shards, context).await {
            let _ = write!(text, "{name}:{value}\r\n");
        }
    }
    text
}

async fn section(name: &str, shards: &Shards, context: &Context) -> Vec<(String, String)> {
    let line = |name: &str, value: &dyn ToString| (name.to_owned(), value.to_string());
    match name {
        "server" => vec![
            // For clients that choose their words by it: what is here speaks the RESP2 of that version.
            line("redis_version", &"7.0.0"),
            line("redis_mode", &"standalone"),
            line("kv_version", &env!("CARGO_PKG_VERSION")),
            line("process_id", &std::process::id()),
            line("tcp_port", &context.address.port()),
            line("uptime_in_seconds", &context.started.elapsed().as_secs()),
        ],
        "clients" => {
            vec![line("connected_clients", &context.clients()), line("maxclients", &context.config.max_clients)]
        }
        "shards" => each_shard(shards).await,
        _ => keyspace(shards).await,
    }
}

/// A line for each shard: with the pid, by which one sees that a shard is another one after a crash.
async fn each_shard(shards: &Shards) -> Vec<(String, String)> {
    let sizes = shards.sizes().await;
    let numbered = shards.all().iter().zip(sizes).enumerate();
    let line = |(number, (shard, size)): (usize, (&ShardRef, Result<Size, ShardError>))| {
        let pid = shard.pid().map_or("none".to_owned(), |pid| pid.to_string());
        let state = match size {
            Ok(Size { keys, expiring }) => format!("keys={keys},expires={expiring}"),
            Err(error) => format!("error={error}"),
        };
        (format!("shard{number}"), format!("pid={pid},{state}"))
    };
    numbered.map(line).collect()
}

/// A line for the only database there is, as in Redis none if it is empty.
async fn keyspace(shards: &Shards) -> Vec<(String, String)> {
    let sizes = shards.sizes().await.into_iter().flatten();
    let (keys, expiring) = sizes.fold((0, 0), |(keys, expiring), size| (keys + size.keys, expiring + size.expiring));
    if keys == 0 { vec![] } else { vec![("db0".to_owned(), format!("keys={keys},expires={expiring}"))] }
}
