//! Commands into answers.

use bytes::Bytes;
use futures_util::future::join_all;

use crate::command::table::{SPECS, Spec, find};
use crate::command::{Audience, Command, Describe};
use crate::glob;
use crate::info::info;
use crate::pubsub::{Channels, Kind, Restarting};
use crate::resp::Answer;
use crate::session::Session;
use crate::store::table::{IncrError, TimeToLive};
use crate::store::{Store, StoreError};

/// Carries a command out. A process that fails makes an error answer, never the end of the connection.
pub async fn execute(command: Command, session: &mut Session) -> Answer {
    answer(command, session).await.unwrap_or_else(|Refusal(why)| Answer::Error(why))
}

/// Why there is an error in the place of an answer, in the words that the client gets.
struct Refusal(String);

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<Restarting> for Refusal {
    fn from(error: Restarting) -> Self {
        Self(error.to_string())
    }
}

async fn answer(command: Command, session: &mut Session) -> Result<Answer, Refusal> {
    let Session { database, store, subscriptions, .. } = session;
    Ok(match command {
        // Who listens to channels is answered in the form of a message.
        Command::Ping(message) if !subscriptions.is_empty() => {
            let pong = Answer::Bulk(Bytes::from_static(b"pong"));
            Answer::Array(vec![pong, Answer::Bulk(message.unwrap_or_default())])
        }
        Command::Ping(None) => Answer::Simple("PONG"),
        Command::Ping(Some(message)) | Command::Echo(message) => Answer::Bulk(message),
        Command::Get(key) => database.get(key).await?.into(),
        Command::Set { key, value, time_to_live, condition } => {
            match database.set(key, value, time_to_live, condition).await? {
                true => Answer::OK,
                false => Answer::Null,
            }
        }
        Command::Del(keys) => Answer::count(database.remove(keys).await?),
        Command::Exists(keys) => Answer::count(database.count(keys).await?),
        Command::Incr(key) => incremented(database.incr(key).await?),
        Command::Expire { key, time_to_live } => database.expire(key, time_to_live).await?.into(),
        Command::Ttl(key) => seconds(database.time_to_live(key).await?),
        Command::Keys(pattern) => Answer::Array(database.keys(pattern).await?.into_iter().map(Answer::Bulk).collect()),
        Command::DbSize => Answer::count(database.total().await?),
        Command::Select(number) => match usize::try_from(number).ok().and_then(|number| store.database(number)) {
            Some(selected) => {
                *database = selected;
                Answer::OK
            }
            None => Answer::err("DB index is out of range"),
        },
        Command::FlushDb => database.clear().await.map(|()| Answer::OK)?,
        Command::FlushAll => flush_all(store).await.map(|()| Answer::OK)?,
        Command::Subscribe(kind, names) => Answer::Each(subscriptions.subscribe(kind, names)?),
        Command::Unsubscribe(kind, names) => Answer::Each(subscriptions.unsubscribe(kind, names).await?),
        Command::Publish { channel, message } => Answer::count(subscriptions.channels().publish(&channel, &message)?),
        Command::Audience(question) => audience(question, subscriptions.channels())?,
        Command::Reset => {
            subscriptions.unsubscribe(Kind::Channel, vec![]).await?;
            subscriptions.unsubscribe(Kind::Pattern, vec![]).await?;
            *database = store.shards().clone();
            Answer::Simple("RESET")
        }
        Command::Describe(Describe::All) => Answer::Array(SPECS.iter().map(describe).collect()),
        Command::Describe(Describe::Count) => Answer::count(SPECS.len()),
        Command::Describe(Describe::Named(names)) => {
            Answer::Array(names.iter().map(|name| find(name).map_or(Answer::Null, describe)).collect())
        }
        Command::Info(sections) => Answer::Bulk(Bytes::from(info(&sections, session).await)),
        Command::Quit => Answer::OK,
        Command::PanicShard(key) => database.crash(key).await.map(|()| Answer::OK)?,
        Command::PanicConnection => panic!("DEBUG PANIC of this connection"),
    })
}

/// Clears all databases, all at once. What is put into one of them meanwhile may stay.
async fn flush_all(store: &Store) -> Result<(), StoreError> {
    let databases = store.occupied()?;
    join_all(databases.iter().map(|database| database.clear())).await.into_iter().collect()
}

fn audience(question: Audience, channels: &Channels) -> Result<Answer, Restarting> {
    Ok(match question {
        Audience::Channels(pattern) => {
            let names = channels.channels()?.into_keys();
            let fits = |name: &Bytes| pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, name));
            Answer::Array(names.filter(fits).map(Answer::Bulk).collect())
        }
        Audience::Count(names) => {
            let mut counts = Vec::with_capacity(names.len() * 2);
            for name in names {
                let count = channels.listeners(&name)?;
                counts.extend([Answer::Bulk(name), Answer::count(count)]);
            }
            Answer::Array(counts)
        }
        Audience::Patterns => Answer::count(channels.patterns()?),
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
