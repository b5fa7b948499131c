//! The commands there are: one line each, read by [`Command::parse`] and shown by `COMMAND`.

use std::time::Duration;
use std::vec::IntoIter;

use bytes::Bytes;

use super::error::printable;
use super::{Audience, Command, CommandError, Describe};
use crate::pubsub::Kind;
use crate::resp::integer;
use crate::store::table::Condition;

/// What is known of a command before it is carried out.
pub struct Spec {
    /// Its name, in lower case.
    pub name: &'static str,
    /// How many words a request has, the name included; `-n`: n or more.
    pub arity: i64,
    /// Redis's words for what it does.
    pub flags: &'static [&'static str],
    /// Which words are keys: the first, the last (-1: the last there is) and the distance between two.
    pub keys: (i64, i64, i64),
    read: fn(Args) -> Result<Command, CommandError>,
}

const NO_KEY: (i64, i64, i64) = (0, 0, 0);
const ONE_KEY: (i64, i64, i64) = (1, 1, 1);
const ALL_KEYS: (i64, i64, i64) = (1, -1, 1);

/// All commands, by name.
#[rustfmt::skip] // A table is read down its columns.
pub const SPECS: &[Spec] = &[
    Spec { name: "command",      arity: -1, flags: &["loading", "stale"],                       keys: NO_KEY,   read: command },
    Spec { name: "dbsize",       arity:  1, flags: &["readonly", "fast"],                       keys: NO_KEY,   read: |_| Ok(Command::DbSize) },
    Spec { name: "debug",        arity: -2, flags: &["admin", "noscript"],                      keys: NO_KEY,   read: debug },
    Spec { name: "del",          arity: -2, flags: &["write"],                                  keys: ALL_KEYS, read: |args| Ok(Command::Del(args.rest())) },
    Spec { name: "echo",         arity:  2, flags: &["fast"],                                   keys: NO_KEY,   read: |mut args| Ok(Command::Echo(args.word()?)) },
    Spec { name: "exists",       arity: -2, flags: &["readonly", "fast"],                       keys: ALL_KEYS, read: |args| Ok(Command::Exists(args.rest())) },
    Spec { name: "expire",       arity: -3, flags: &["write", "fast"],                          keys: ONE_KEY,  read: expire },
    Spec { name: "flushall",     arity: -1, flags: &["write"],                                  keys: NO_KEY,   read: |args| flush(args, Command::FlushAll) },
    Spec { name: "flushdb",      arity: -1, flags: &["write"],                                  keys: NO_KEY,   read: |args| flush(args, Command::FlushDb) },
    Spec { name: "get",          arity:  2, flags: &["readonly", "fast"],                       keys: ONE_KEY,  read: |mut args| Ok(Command::Get(args.word()?)) },
    Spec { name: "incr",         arity:  2, flags: &["write", "denyoom", "fast"],               keys: ONE_KEY,  read: |mut args| Ok(Command::Incr(args.word()?)) },
    Spec { name: "info",         arity: -1, flags: &["loading", "stale"],                       keys: NO_KEY,   read: info },
    Spec { name: "keys",         arity:  2, flags: &["readonly"],                               keys: NO_KEY,   read: |mut args| Ok(Command::Keys(args.word()?)) },
    Spec { name: "ping",         arity: -1, flags: &["fast"],                                   keys: NO_KEY,   read: ping },
    Spec { name: "psubscribe",   arity: -2, flags: &["pubsub", "noscript", "loading", "stale"], keys: NO_KEY,   read: |args| Ok(Command::Subscribe(Kind::Pattern, args.rest())) },
    Spec { name: "publish",      arity:  3, flags: &["pubsub", "loading", "stale", "fast"],     keys: NO_KEY,   read: publish },
    Spec { name: "pubsub",       arity: -2, flags: &["pubsub", "loading", "stale"],             keys: NO_KEY,   read: audience },
    Spec { name: "punsubscribe", arity: -1, flags: &["pubsub", "noscript", "loading", "stale"], keys: NO_KEY,   read: |args| Ok(Command::Unsubscribe(Kind::Pattern, args.rest())) },
    Spec { name: "quit",         arity: -1, flags: &["fast", "loading", "stale"],               keys: NO_KEY,   read: |_| Ok(Command::Quit) },
    Spec { name: "reset",        arity:  1, flags: &["noscript", "loading", "stale", "fast"],   keys: NO_KEY,   read: |_| Ok(Command::Reset) },
    Spec { name: "select",       arity:  2, flags: &["loading", "stale", "fast"],               keys: NO_KEY,   read: select },
    Spec { name: "set",          arity: -3, flags: &["write", "denyoom"],                       keys: ONE_KEY,  read: set },
    Spec { name: "subscribe",    arity: -2, flags: &["pubsub", "noscript", "loading", "stale"], keys: NO_KEY,   read: |args| Ok(Command::Subscribe(Kind::Channel, args.rest())) },
    Spec { name: "ttl",          arity:  2, flags: &["readonly", "fast"],                       keys: ONE_KEY,  read: |mut args| Ok(Command::Ttl(args.word()?)) },
    Spec { name: "unsubscribe",  arity: -1, flags: &["pubsub", "noscript", "loading", "stale"], keys: NO_KEY,   read: |args| Ok(Command::Unsubscribe(Kind::Channel, args.rest())) },
];

/// The command of this name, in any case.
pub fn find(name: &[u8]) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| name.eq_ignore_ascii_case(spec.name.as_bytes()))
}

impl Spec {
    /// Reads the words after the name.
    pub(super) fn read(&self, words: IntoIter<Bytes>) -> Result<Command, CommandError> {
        let count = i64::try_from(words.len() + 1).unwrap_or(i64::MAX);
        let fits = if self.arity < 0 { count >= -self.arity } else { count == self.arity };
        if !fits {
            return Err(CommandError::Arity(self.name));
        }
        (self.read)(Args { command: self.name, words })
    }
}

/// The words after a command's name, taken one by one.
struct Args {
    command: &'static str,
    words: IntoIter<Bytes>,
}

impl Args {
    /// The next word, which has to be there.
    fn word(&mut self) -> Result<Bytes, CommandError> {
        self.words.next().ok_or(CommandError::Arity(self.command))
    }

    /// The next word of an option: where it misses, the request is not too short but badly put.
    fn option_value(&mut self) -> Result<Bytes, CommandError> {
        self.words.next().ok_or(CommandError::Syntax)
    }

    fn rest(self) -> Vec<Bytes> {
        self.words.collect()
    }

    /// Says that there are no more words.
    fn end(&self) -> Result<(), CommandError> {
        if self.words.len() == 0 { Ok(()) } else { Err(CommandError::Arity(self.command)) }
    }

    /// A time in units of so many milliseconds, which must not be so long that a client could not be told it.
    fn milliseconds(&self, text: &[u8], unit: i64) -> Result<i64, CommandError> {
        let count = integer(text).ok_or(CommandError::NotAnInteger)?;
        count.checked_mul(unit).ok_or(CommandError::ExpireTime(self.command))
    }

    fn unknown_subcommand(&self, name: &[u8]) -> CommandError {
        CommandError::UnknownSubcommand { command: self.command, name: printable(name, 64) }
    }
}

fn is(word: &[u8], keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword.as_bytes())
}

fn ping(mut args: Args) -> Result<Command, CommandError> {
    let message = args.words.next();
    args.end()?;
    Ok(Command::Ping(message))
}

fn set(mut args: Args) -> Result<Command, CommandError> {
    let (key, value) = (args.word()?, args.word()?);
    let (mut time_to_live, mut condition) = (None, None);
    while let Some(option) = args.words.next() {
        let unit = match &option[..] {
            word if is(word, "EX") => 1000,
            word if is(word, "PX") => 1,
            word if is(word, "NX") && condition.is_none() => {
                condition = Some(Condition::IfAbsent);
                continue;
            }
            word if is(word, "XX") && condition.is_none() => {
                condition = Some(Condition::IfPresent);
                continue;
            }
            _ => return Err(CommandError::Syntax),
        };
        if time_to_live.is_some() {
            return Err(CommandError::Syntax);
        }
        let count = args.option_value()?;
        match u64::try_from(args.milliseconds(&count, unit)?) {
            Ok(positive @ 1..) => time_to_live = Some(Duration::from_millis(positive)),
            _ => return Err(CommandError::ExpireTime(args.command)),
        }
    }
    Ok(Command::Set { key, value, time_to_live, condition })
}

fn expire(mut args: Args) -> Result<Command, CommandError> {
    let (key, seconds) = (args.word()?, args.word()?);
    let left = args.milliseconds(&seconds, 1000)?;
    if let Some(option) = args.words.next() {
        return Err(CommandError::UnsupportedOption(printable(&option, 64)));
    }
    // A moment in the past is now.
    let time_to_live = Duration::from_millis(u64::try_from(left).unwrap_or(0));
    Ok(Command::Expire { key, time_to_live })
}

fn select(mut args: Args) -> Result<Command, CommandError> {
    integer(&args.word()?).map(Command::Select).ok_or(CommandError::NotAnInteger)
}

fn flush(mut args: Args, what: Command) -> Result<Command, CommandError> {
    match args.words.next() {
        Some(mode) if !is(&mode, "ASYNC") && !is(&mode, "SYNC") => Err(CommandError::Syntax),
        _ => args.end().map(|()| what),
    }
}

fn publish(mut args: Args) -> Result<Command, CommandError> {
    Ok(Command::Publish { channel: args.word()?, message: args.word()? })
}

fn audience(mut args: Args) -> Result<Command, CommandError> {
    let audience = match args.word()? {
        word if is(&word, "CHANNELS") => Audience::Channels(args.words.next()),
        word if is(&word, "NUMSUB") => return Ok(Command::Audience(Audience::Count(args.rest()))),
        word if is(&word, "NUMPAT") => Audience::Patterns,
        word => return Err(args.unknown_subcommand(&word)),
    };
    args.end()?;
    Ok(Command::Audience(audience))
}

fn info(args: Args) -> Result<Command, CommandError> {
    let lower = |section: Bytes| section.escape_ascii().to_string().to_ascii_lowercase();
    Ok(Command::Info(args.words.map(lower).collect()))
}

fn command(mut args: Args) -> Result<Command, CommandError> {
    let describe = match args.words.next() {
        None => Describe::All,
        Some(word) if is(&word, "COUNT") => {
            args.end()?;
            Describe::Count
        }
        Some(word) if is(&word, "INFO") && args.words.len() == 0 => Describe::All,
        Some(word) if is(&word, "INFO") => Describe::Named(args.rest()),
        // Also `DOCS`: refused, redis-cli falls back to the documentation it brings along.
        Some(word) => return Err(args.unknown_subcommand(&word)),
    };
    Ok(Command::Describe(describe))
}

fn debug(mut args: Args) -> Result<Command, CommandError> {
    let subcommand = args.word()?;
    if !is(&subcommand, "PANIC") {
        return Err(args.unknown_subcommand(&subcommand));
    }
    let key = args.words.next();
    args.end()?;
    Ok(key.map_or(Command::PanicConnection, Command::PanicShard))
}
