//! Answers into bytes.

use std::io::Write as _;

use bytes::{BufMut as _, Bytes, BytesMut};

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A short word of the server's own, such as `OK`.
    Simple(&'static str),
    /// A refusal. By custom its first word is its kind, in capitals: `ERR syntax error`.
    Error(String),
    /// A number.
    Integer(i64),
    /// Any bytes.
    Bulk(Bytes),
    /// "There is no such value", which is something else than an empty one.
    Null,
    /// Several answers in one.
    Array(Vec<Answer>),
    /// Several answers, one after the other: some commands have one for each of their words.
    Each(Vec<Answer>),
    /// What was encoded before, as messages are that go to many clients.
    Encoded(Bytes),
}

impl Answer {
    /// It is done.
    pub const OK: Self = Self::Simple("OK");

    /// An error of the general kind.
    pub fn err(what: impl std::fmt::Display) -> Self {
        Self::Error(format!("ERR {what}"))
    }

    /// A count, as an integer.
    pub fn count(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Appends the answer's bytes.
    pub fn encode(&self, out: &mut BytesMut) {
        match self {
            Self::Simple(text) => line(out, b'+', text.as_bytes()),
            Self::Error(text) => error(out, text),
            Self::Integer(value) => number(out, b':', *value),
            Self::Bulk(bytes) => {
                number(out, b'$', bytes.len() as i64);
                out.extend_from_slice(bytes);
                out.extend_from_slice(b"\r\n");
            }
            Self::Null => out.extend_from_slice(b"$-1\r\n"),
            Self::Array(items) => {
                number(out, b'*', items.len() as i64);
                items.iter().for_each(|item| item.encode(out));
            }
            Self::Each(answers) => answers.iter().for_each(|answer| answer.encode(out)),
            Self::Encoded(bytes) => out.extend_from_slice(bytes),
        }
    }
}

impl From<Option<Bytes>> for Answer {
    fn from(value: Option<Bytes>) -> Self {
        value.map_or(Self::Null, Self::Bulk)
    }
}

impl From<bool> for Answer {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

fn line(out: &mut BytesMut, kind: u8, text: &[u8]) {
    out.put_u8(kind);
    out.extend_from_slice(text);
    out.extend_from_slice(b"\r\n");
}

fn number(out: &mut BytesMut, kind: u8, value: i64) {
    // On the stack: an answer is often nothing but a number, and a `String` for each would show.
    let mut digits = [0; 20];
    let mut rest = &mut digits[..];
    write!(rest, "{value}").expect("20 bytes hold every i64");
    let unused = rest.len();
    line(out, kind, &digits[..20 - unused]);
}

fn error(out: &mut BytesMut, text: &str) {
    out.put_u8(b'-');
    // An error ends at its line end. It may quote what a client sent, so none may come from inside the text.
    for char in text.chars() {
        let char = if char.is_control() { ' ' } else { char };
        out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_form() {
        let bulk = |text: &'static str| Answer::Bulk(Bytes::from_static(text.as_bytes()));
        for (answer, bytes) in [
            (Answer::OK, "+OK\r\n"),
            (Answer::err("no\r\n+OK such \u{e9}"), "-ERR no  +OK such \u{e9}\r\n"),
            (Answer::Integer(-12), ":-12\r\n"),
            (Answer::Integer(i64::MIN), ":-9223372036854775808\r\n"),
            (Answer::count(3), ":3\r\n"),
            (bulk(""), "$0\r\n\r\n"),
            (bulk("a\r\nb"), "$4\r\na\r\nb\r\n"),
            (Answer::Null, "$-1\r\n"),
            (Answer::Array(vec![]), "*0\r\n"),
            (Answer::Each(vec![Answer::Integer(1), Answer::Encoded(Bytes::from_static(b":2\r\n"))]), ":1\r\n:2\r\n"),
            (Answer::Array(vec![Answer::Integer(1), Answer::Array(vec![Answer::Null])]), "*2\r\n:1\r\n*1\r\n$-1\r\n"),
        ] {
            let mut out = BytesMut::new();
            answer.encode(&mut out);
            assert_eq!(out, bytes.as_bytes());
        }
    }
}
