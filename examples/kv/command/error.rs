//! Why a request made no sense.

use std::fmt;

use bytes::Bytes;

/// A request that is well-formed on the wire and still none of ours. The texts are Redis's own, because clients and
/// their users know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// There is no such command. Holds what was sent, already made printable and short.
    Unknown {
        /// The name.
        name: String,
        /// The arguments, each in quotes.
        args: String,
    },
    /// There is no such subcommand of the command.
    UnknownSubcommand {
        /// The command.
        command: &'static str,
        /// What stood where the subcommand should.
        name: String,
    },
    /// Too few arguments, or too many.
    Arity(&'static str),
    /// Words that do not go together.
    Syntax,
    /// An option Redis knows and this server does not.
    UnsupportedOption(String),
    /// A number was expected.
    NotAnInteger,
    /// A time that is not positive where it has to be, or too far off.
    ExpireTime(&'static str),
    /// HTTP.
    Http,
}

/// How much of a client's own bytes an error quotes back.
const QUOTED: usize = 128;

impl CommandError {
    pub(crate) fn unknown(name: &[u8], args: &[Bytes]) -> Self {
        let mut quoted = String::new();
        for arg in args {
            if quoted.len() >= QUOTED {
                break;
            }
            quoted.push_str(&format!("'{}' ", printable(arg, QUOTED - quoted.len())));
        }
        Self::Unknown { name: printable(name, QUOTED), args: quoted }
    }

    /// True if the client should not be listened to any longer.
    pub fn closes(&self) -> bool {
        matches!(self, Self::Http)
    }
}

/// At most `limit` of the bytes, in characters that neither end a line nor move a terminal's cursor.
pub(crate) fn printable(bytes: &[u8], limit: usize) -> String {
    bytes[..bytes.len().min(limit)].escape_ascii().to_string()
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ERR ")?;
        match self {
            Self::Unknown { name, args } => {
                write!(f, "unknown command '{name}', with args beginning with: {args}")
            }
            Self::UnknownSubcommand { command, name } => {
                write!(f, "unknown subcommand '{name}' for '{command}'")
            }
            Self::Arity(command) => write!(f, "wrong number of arguments for '{command}' command"),
            Self::Syntax => f.write_str("syntax error"),
            Self::UnsupportedOption(option) => write!(f, "Unsupported option {option}"),
            Self::NotAnInteger => f.write_str("value is not an integer or out of range"),
            Self::ExpireTime(command) => write!(f, "invalid expire time in '{command}' command"),
            Self::Http => f.write_str("this is a Redis server, not a web server"),
        }
    }
}

impl std::error::Error for CommandError {}
