//! What a client can ask for, and how a request is read as one of these.
//!
//! A new command needs a variant here, a line and a parser in [`table`], and an arm in
//! [`execute`](crate::execute::execute), which is where its answer is made.

pub mod error;
pub mod table;

use std::time::Duration;

use bytes::Bytes;

pub use error::CommandError;

use crate::pubsub::Kind;
use crate::resp::Request;
use crate::store::table::Condition;

/// A request that made sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `PING [message]`: is anybody there?
    Ping(Option<Bytes>),
    /// `ECHO message`
    Echo(Bytes),
    /// `GET key`
    Get(Bytes),
    /// `SET key value [EX seconds | PX milliseconds] [NX | XX]`
    Set {
        /// What is set.
        key: Bytes,
        /// To what.
        value: Bytes,
        /// For how long; `None`: until somebody changes it.
        time_to_live: Option<Duration>,
        /// Whether it depends on the key being there already.
        condition: Option<Condition>,
    },
    /// `DEL key [key ...]`
    Del(Vec<Bytes>),
    /// `EXISTS key [key ...]`
    Exists(Vec<Bytes>),
    /// `INCR key`
    Incr(Bytes),
    /// `EXPIRE key seconds`
    Expire {
        /// What is to expire.
        key: Bytes,
        /// After how long. Zero: now.
        time_to_live: Duration,
    },
    /// `TTL key`
    Ttl(Bytes),
    /// `KEYS pattern`
    Keys(Bytes),
    /// `DBSIZE`
    DbSize,
    /// `SELECT number`: the database that is meant from now on.
    Select(i64),
    /// `FLUSHDB [ASYNC | SYNC]`: all keys of that database.
    FlushDb,
    /// `FLUSHALL [ASYNC | SYNC]`: all keys of all databases.
    FlushAll,
    /// `SUBSCRIBE channel [channel ...]`, `PSUBSCRIBE pattern [pattern ...]`
    Subscribe(Kind, Vec<Bytes>),
    /// `UNSUBSCRIBE [channel ...]`, `PUNSUBSCRIBE [pattern ...]`: from all if none is named.
    Unsubscribe(Kind, Vec<Bytes>),
    /// `PUBLISH channel message`
    Publish {
        /// Where to.
        channel: Bytes,
        /// What.
        message: Bytes,
    },
    /// `PUBSUB CHANNELS [pattern]`, `PUBSUB NUMSUB [channel ...]`, `PUBSUB NUMPAT`
    Audience(Audience),
    /// `RESET`: back to what a connection is like at first.
    Reset,
    /// `COMMAND`, `COMMAND COUNT`, `COMMAND INFO [name ...]`
    Describe(Describe),
    /// `INFO [section ...]`, the sections in lower case; none means all.
    Info(Vec<String>),
    /// `QUIT`: an answer and the end.
    Quit,
    /// `DEBUG PANIC key`: the shard or bucket that owns the key crashes.
    PanicShard(Bytes),
    /// `DEBUG PANIC`: the process of this connection crashes.
    PanicConnection,
}

/// What `COMMAND` is asked about the commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Describe {
    /// All of them.
    All,
    /// How many there are.
    Count,
    /// Those of these names.
    Named(Vec<Bytes>),
}

/// What `PUBSUB` is asked about those who listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// To which channels, of those that fit the pattern, if there is one.
    Channels(Option<Bytes>),
    /// How many there are of these channels.
    Count(Vec<Bytes>),
    /// To how many patterns.
    Patterns,
}

impl Command {
    /// True for what a client may ask for that listens to channels: what it gets may then be a message at any time, and
    /// it could not tell an answer from one.
    pub fn is_for_subscribers(&self) -> bool {
        matches!(self, Self::Subscribe(..) | Self::Unsubscribe(..) | Self::Ping(_) | Self::Quit | Self::Reset)
    }

    /// Reads a request. The client stays welcome after an error, unless the error
    /// [says otherwise](CommandError::closes).
    pub fn parse(request: Request) -> Result<Self, CommandError> {
        let mut words = request.into_iter();
        let Some(name) = words.next() else {
            return Err(CommandError::unknown(b"", words.as_slice()));
        };
        if is_http(&name) {
            return Err(CommandError::Http);
        }
        let spec = table::find(&name).ok_or_else(|| CommandError::unknown(&name, words.as_slice()))?;
        spec.read(words)
    }
}

/// A browser can be talked into posting a page's text to a port of its own machine, and a line of that text may well
/// be `FLUSHALL`. So the first line of HTTP, or its `Host:`, ends the connection, as in Redis.
fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"post") || name.eq_ignore_ascii_case(b"host:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::inline;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(inline::split(line.as_bytes()).unwrap()).map_err(|error| error.to_string())
    }

    fn text(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    fn set(time_to_live: Option<u64>, condition: Option<Condition>) -> Result<Command, String> {
        let time_to_live = time_to_live.map(Duration::from_millis);
        Ok(Command::Set { key: text("k"), value: text("v"), time_to_live, condition })
    }

    #[test]
    fn each_command_is_read() {
        for (line, command) in [
            ("PING", Command::Ping(None)),
            ("ping hello", Command::Ping(Some(text("hello")))),
            ("ECHO \"\"", Command::Echo(text(""))),
            ("gEt k", Command::Get(text("k"))),
            ("DEL a b", Command::Del(vec![text("a"), text("b")])),
            ("EXISTS a a", Command::Exists(vec![text("a"), text("a")])),
            ("INCR n", Command::Incr(text("n"))),
            ("EXPIRE k 10", Command::Expire { key: text("k"), time_to_live: Duration::from_secs(10) }),
            ("EXPIRE k -1", Command::Expire { key: text("k"), time_to_live: Duration::ZERO }),
            ("TTL k", Command::Ttl(text("k"))),
            ("KEYS user:*", Command::Keys(text("user:*"))),
            ("DBSIZE", Command::DbSize),
            ("SELECT 7", Command::Select(7)),
            ("SELECT -7", Command::Select(-7)),
            ("FLUSHDB", Command::FlushDb),
            ("FLUSHDB Sync", Command::FlushDb),
            ("FLUSHALL", Command::FlushAll),
            ("FLUSHALL async", Command::FlushAll),
            ("COMMAND", Command::Describe(Describe::All)),
            ("COMMAND count", Command::Describe(Describe::Count)),
            ("COMMAND INFO get", Command::Describe(Describe::Named(vec![text("get")]))),
            ("INFO", Command::Info(vec![])),
            ("INFO Shards", Command::Info(vec!["shards".into()])),
            ("SUBSCRIBE a b", Command::Subscribe(Kind::Channel, vec![text("a"), text("b")])),
            ("PSUBSCRIBE a*", Command::Subscribe(Kind::Pattern, vec![text("a*")])),
            ("UNSUBSCRIBE", Command::Unsubscribe(Kind::Channel, vec![])),
            ("PUNSUBSCRIBE a*", Command::Unsubscribe(Kind::Pattern, vec![text("a*")])),
            ("PUBLISH a hello", Command::Publish { channel: text("a"), message: text("hello") }),
            ("PUBSUB CHANNELS", Command::Audience(Audience::Channels(None))),
            ("pubsub channels a*", Command::Audience(Audience::Channels(Some(text("a*"))))),
            ("PUBSUB NUMSUB a b", Command::Audience(Audience::Count(vec![text("a"), text("b")]))),
            ("PUBSUB NUMPAT", Command::Audience(Audience::Patterns)),
            ("RESET", Command::Reset),
            ("QUIT", Command::Quit),
            ("DEBUG panic k", Command::PanicShard(text("k"))),
            ("DEBUG PANIC", Command::PanicConnection),
        ] {
            assert_eq!(parse(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn set_takes_its_options_in_any_order() {
        assert_eq!(parse("SET k v"), set(None, None));
        assert_eq!(parse("SET k v EX 2"), set(Some(2000), None));
        assert_eq!(parse("SET k v px 2"), set(Some(2), None));
        assert_eq!(parse("SET k v NX"), set(None, Some(Condition::IfAbsent)));
        assert_eq!(parse("SET k v xx EX 1"), set(Some(1000), Some(Condition::IfPresent)));
        assert_eq!(parse("SET k v PX 5 nx"), set(Some(5), Some(Condition::IfAbsent)));
    }

    #[test]
    fn errors_are_those_of_redis() {
        for (line, error) in [
            ("NOPE a b", "ERR unknown command 'NOPE', with args beginning with: 'a' 'b' "),
            ("GET", "ERR wrong number of arguments for 'get' command"),
            ("GET a b", "ERR wrong number of arguments for 'get' command"),
            ("PING a b", "ERR wrong number of arguments for 'ping' command"),
            ("DEL", "ERR wrong number of arguments for 'del' command"),
            ("SET k", "ERR wrong number of arguments for 'set' command"),
            ("SET k v EX", "ERR syntax error"),
            ("SET k v NX XX", "ERR syntax error"),
            ("SET k v EX 1 PX 1", "ERR syntax error"),
            ("SET k v EX 1 EX 1", "ERR syntax error"),
            ("SET k v SOON", "ERR syntax error"),
            ("SET k v EX soon", "ERR value is not an integer or out of range"),
            ("SET k v EX 0", "ERR invalid expire time in 'set' command"),
            ("SET k v PX -5", "ERR invalid expire time in 'set' command"),
            ("SET k v EX 9223372036854775807", "ERR invalid expire time in 'set' command"),
            ("EXPIRE k soon", "ERR value is not an integer or out of range"),
            ("EXPIRE k 9223372036854775807", "ERR invalid expire time in 'expire' command"),
            ("EXPIRE k 1 NX", "ERR Unsupported option NX"),
            ("FLUSHALL now", "ERR syntax error"),
            ("FLUSHDB now", "ERR syntax error"),
            ("SELECT", "ERR wrong number of arguments for 'select' command"),
            ("SELECT first", "ERR value is not an integer or out of range"),
            ("SUBSCRIBE", "ERR wrong number of arguments for 'subscribe' command"),
            ("PUBLISH a", "ERR wrong number of arguments for 'publish' command"),
            ("PUBSUB NUMPAT a", "ERR wrong number of arguments for 'pubsub' command"),
            ("PUBSUB WHO", "ERR unknown subcommand 'WHO' for 'pubsub'"),
            ("COMMAND DOCS", "ERR unknown subcommand 'DOCS' for 'command'"),
            ("COMMAND COUNT x", "ERR wrong number of arguments for 'command' command"),
            ("DEBUG SEGFAULT", "ERR unknown subcommand 'SEGFAULT' for 'debug'"),
            ("DEBUG PANIC a b", "ERR wrong number of arguments for 'debug' command"),
        ] {
            assert_eq!(parse(line), Err(error.into()), "{line}");
        }
    }

    #[test]
    fn what_a_client_sent_is_quoted_short_and_harmless() {
        let error = parse(&format!("\"a\\r\\nb\" {}", "x".repeat(10_000))).unwrap_err();
        assert!(error.starts_with("ERR unknown command 'a\\r\\nb', with args beginning with: 'xxx"), "{error}");
        assert!(error.len() < 400, "{}", error.len());
    }

    #[test]
    fn http_is_shown_the_door() {
        for line in ["POST / HTTP/1.1", "host: localhost"] {
            let error = Command::parse(inline::split(line.as_bytes()).unwrap()).unwrap_err();
            assert!(error.closes(), "{error}");
        }
        assert!(!CommandError::Syntax.closes());
    }
}
