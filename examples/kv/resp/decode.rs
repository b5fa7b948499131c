//! Requests out of a stream of bytes that arrives in pieces of any size.

use std::fmt;

use bytes::{Bytes, BytesMut};

use super::{inline, integer};
use crate::config::Limits;

/// One request: the command's name, then its arguments. Never empty.
pub type Request = Vec<Bytes>;

/// Collects what was read from a client and takes whole requests out of it.
///
/// The decoder remembers how far it came, so a request that arrives byte by byte is still looked at only once.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    input: Input,
    /// The array whose header was read and whose arguments were not all there yet.
    array: Option<Array>,
}

#[derive(Debug)]
struct Array {
    args: Vec<Bytes>,
    /// How many arguments are still to come.
    missing: usize,
    /// The length of the next argument, once its header was read.
    length: Option<usize>,
    /// The lengths of all arguments announced so far.
    size: usize,
}

impl Decoder {
    /// Nothing read yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, input: Input::default(), array: None }
    }

    /// Where to append what was read.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.input.bytes
    }

    /// True between two requests: no byte of the next one has come.
    pub fn is_idle(&self) -> bool {
        self.input.bytes.is_empty() && self.array.is_none()
    }

    /// The next whole request, or `None` if it is not all there.
    ///
    /// After an error the position in the stream is unknown: answer it and close the connection.
    pub fn decode(&mut self) -> Result<Option<Request>, ProtocolError> {
        loop {
            let step = match (self.array.take(), self.input.bytes.first()) {
                (Some(array), _) => self.fill(array)?,
                (None, None) => None,
                (None, Some(b'*')) => self.open_array()?,
                (None, Some(_)) => self.inline()?,
            };
            match step {
                // A step that ends without arguments used up a blank line, an empty array, or only the header.
                Some(request) if request.is_empty() => continue,
                step => return Ok(step),
            }
        }
    }

    fn inline(&mut self) -> Result<Option<Request>, ProtocolError> {
        let line = self.input.line(self.limits.inline, ProtocolError::InlineTooLong)?;
        line.map(|line| inline::split(&line).ok_or(ProtocolError::UnbalancedQuotes)).transpose()
    }

    fn open_array(&mut self) -> Result<Option<Request>, ProtocolError> {
        let Some(line) = self.input.line(self.limits.inline, ProtocolError::ArrayHeaderTooLong)? else {
            return Ok(None);
        };
        let count = integer(&line[1..]).ok_or(ProtocolError::ArrayLength)?;
        // Redis passes over empty and null arrays without a word.
        let missing = usize::try_from(count).unwrap_or(0);
        if missing > self.limits.args {
            return Err(ProtocolError::ArrayLength);
        }
        if missing > 0 {
            // The announced count is only a claim: room for a usual request, not for what the header says.
            let args = Vec::with_capacity(missing.min(8));
            self.array = Some(Array { args, missing, length: None, size: 0 });
        }
        Ok(Some(Request::new()))
    }

    fn fill(&mut self, mut array: Array) -> Result<Option<Request>, ProtocolError> {
        while array.missing > 0 {
            let length = match array.length {
                Some(length) => length,
                None => match self.bulk_header(&mut array)? {
                    Some(length) => length,
                    None => return self.wait_with(array),
                },
            };
            match self.input.bulk(length)? {
                Some(argument) => array.args.push(argument),
                None => return self.wait_with(array),
            }
            array.length = None;
            array.missing -= 1;
        }
        Ok(Some(array.args))
    }

    fn wait_with(&mut self, array: Array) -> Result<Option<Request>, ProtocolError> {
        self.array = Some(array);
        Ok(None)
    }

    fn bulk_header(&mut self, array: &mut Array) -> Result<Option<usize>, ProtocolError> {
        match self.input.bytes.first() {
            None => return Ok(None),
            Some(b'$') => {}
            Some(&other) => return Err(ProtocolError::ExpectedBulk(other)),
        }
        let Some(line) = self.input.line(self.limits.inline, ProtocolError::BulkHeaderTooLong)? else {
            return Ok(None);
        };
        let length = integer(&line[1..])
            .and_then(|length| usize::try_from(length).ok())
            .filter(|&length| length <= self.limits.bulk)
            .ok_or(ProtocolError::BulkLength { limit: self.limits.bulk })?;
        array.size += length;
        if array.size > self.limits.request {
            return Err(ProtocolError::RequestTooLarge { limit: self.limits.request });
        }
        array.length = Some(length);
        Ok(Some(length))
    }
}

/// The bytes that were read and not used yet.
#[derive(Debug, Default)]
struct Input {
    bytes: BytesMut,
    /// So many bytes at the start are known to hold no end of line.
    searched: usize,
}

impl Input {
    /// The next line without its end (`\n` or `\r\n`), or `None` if its end has not come and may still come.
    fn line(&mut self, limit: usize, too_long: ProtocolError) -> Result<Option<Bytes>, ProtocolError> {
        let end = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n').map(|at| self.searched + at);
        if end.unwrap_or(self.bytes.len()) > limit {
            return Err(too_long);
        }
        let Some(end) = end else {
            self.searched = self.bytes.len();
            return Ok(None);
        };
        self.searched = 0;
        let mut line = self.bytes.split_to(end + 1).freeze();
        line.truncate(if line[..end].ends_with(b"\r") { end - 1 } else { end });
        Ok(Some(line))
    }

    /// An argument of `length` bytes and the line end after it.
    fn bulk(&mut self, length: usize) -> Result<Option<Bytes>, ProtocolError> {
        match self.bytes.get(length..length + 2) {
            None => return Ok(None),
            Some(b"\r\n") => {}
            Some(_) => return Err(ProtocolError::ExpectedLineEnd { length }),
        }
        let mut bulk = self.bytes.split_to(length + 2).freeze();
        bulk.truncate(length);
        Ok(Some(bulk))
    }
}

/// Bytes that are not RESP, or more of them than one request may have. Texts are Redis's own where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// A line without an end.
    InlineTooLong,
    /// A quote that is not closed, or not at the end of a word.
    UnbalancedQuotes,
    /// An array's header without an end.
    ArrayHeaderTooLong,
    /// An array's length that is no number, or too large.
    ArrayLength,
    /// An argument's header without an end.
    BulkHeaderTooLong,
    /// Something else than the header of an argument. Holds its first byte.
    ExpectedBulk(u8),
    /// An argument's length that is no number, or too large.
    BulkLength {
        /// How large it may be.
        limit: usize,
    },
    /// Arguments that are too large together.
    RequestTooLarge {
        /// How large they may be.
        limit: usize,
    },
    /// An argument that is longer than its header says.
    ExpectedLineEnd {
        /// What the header says.
        length: usize,
    },
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protocol error: ")?;
        match self {
            Self::InlineTooLong => f.write_str("too big inline request"),
            Self::UnbalancedQuotes => f.write_str("unbalanced quotes in request"),
            Self::ArrayHeaderTooLong => f.write_str("too big mbulk count string"),
            Self::ArrayLength => f.write_str("invalid multibulk length"),
            Self::BulkHeaderTooLong => f.write_str("too big bulk count string"),
            Self::ExpectedBulk(byte) => write!(f, "expected '$', got '{}'", byte.escape_ascii()),
            Self::BulkLength { limit } => write!(f, "invalid bulk length (at most {limit} bytes)"),
            Self::RequestTooLarge { limit } => write!(f, "request of more than {limit} bytes"),
            Self::ExpectedLineEnd { length } => {
                write!(f, "expected a line end after {length} bytes")
            }
        }
    }
}

impl std::error::Error for ProtocolError {}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { inline: 32, args: 4, bulk: 10, request: 15 };

    fn all(limits: Limits, pieces: &[&[u8]]) -> Result<Vec<Vec<String>>, ProtocolError> {
        let mut decoder = Decoder::new(limits);
        let mut requests = Vec::new();
        for piece in pieces {
            decoder.buffer().extend_from_slice(piece);
            while let Some(request) = decoder.decode()? {
                requests.push(request.iter().map(|arg| arg.escape_ascii().to_string()).collect());
            }
        }
        Ok(requests)
    }

    fn one(bytes: &[u8]) -> Result<Vec<Vec<String>>, ProtocolError> {
        all(SMALL, &[bytes])
    }

    #[test]
    fn a_request_is_the_same_whole_or_byte_by_byte() {
        let bytes = b"*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n  PING \r\n*0\r\n*-1\r\n\r\n*1\r\n$0\r\n\r\n";
        let whole = one(bytes).unwrap();
        assert_eq!(whole, [vec!["GET", "a\\r\\nb"], vec!["PING"], vec![""]]);
        let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(all(SMALL, &pieces).unwrap(), whole);
    }

    #[test]
    fn it_is_idle_only_between_requests() {
        let mut decoder = Decoder::new(SMALL);
        for (piece, idle) in [("", true), ("*1\r\n", false), ("$4\r\nPI", false), ("NG\r\n", true), ("P", false)] {
            decoder.buffer().extend_from_slice(piece.as_bytes());
            decoder.decode().unwrap();
            assert_eq!(decoder.is_idle(), idle, "after {piece:?}");
        }
    }

    #[test]
    fn what_is_malformed_is_named() {
        for (bytes, error) in [
            (&b"*x\r\n"[..], ProtocolError::ArrayLength),
            (b"*1\r\n:1\r\n", ProtocolError::ExpectedBulk(b':')),
            (b"*1\r\n\xff", ProtocolError::ExpectedBulk(0xff)),
            (b"*1\r\n$x\r\n", ProtocolError::BulkLength { limit: 10 }),
            (b"*1\r\n$-1\r\n", ProtocolError::BulkLength { limit: 10 }),
            (b"*1\r\n$4\r\nPINGxx", ProtocolError::ExpectedLineEnd { length: 4 }),
            (b"SET a \"b\r\n", ProtocolError::UnbalancedQuotes),
        ] {
            assert_eq!(one(bytes), Err(error), "{}", bytes.escape_ascii());
        }
        assert_eq!(ProtocolError::ExpectedBulk(0xff).to_string(), "Protocol error: expected '$', got '\\xff'");
    }

    #[test]
    fn what_is_too_large_is_refused_on_its_header_alone() {
        for (bytes, error) in [
            (&b"*5\r\n"[..], ProtocolError::ArrayLength),
            (b"*9223372036854775807\r\n", ProtocolError::ArrayLength),
            (b"*1\r\n$11\r\n", ProtocolError::BulkLength { limit: 10 }),
            (b"*2\r\n$8\r\n12345678\r\n$8\r\n", ProtocolError::RequestTooLarge { limit: 15 }),
            (&[b'a'; 33], ProtocolError::InlineTooLong),
            (&[b'*'; 33], ProtocolError::ArrayHeaderTooLong),
            (&[&b"*1\r\n"[..], &[b'$'; 33]].concat(), ProtocolError::BulkHeaderTooLong),
        ] {
            assert_eq!(one(bytes), Err(error), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_as_large_as_allowed_is_read() {
        assert_eq!(one(b"*1\r\n$10\r\n0123456789\r\n").unwrap(), [["0123456789"]]);
        assert_eq!(one(b"*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n").unwrap()[0].len(), 4);
        assert_eq!(one(&[&[b'a'; 31][..], b"\r\n"].concat()).unwrap()[0][0].len(), 31);
    }

    #[test]
    fn random_bytes_never_panic() {
        // A xorshift: the same bytes in every run.
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..2_000 {
            let mut bytes = Vec::new();
            while bytes.len() < 100 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                // Mostly the bytes that mean something, so that the deeper states are reached too.
                bytes.push(if seed & 1 == 0 {
                    b"*$\r\n0123\"'\\ "[(seed >> 8) as usize % 12]
                } else {
                    (seed >> 16) as u8
                });
            }
            let pieces: Vec<&[u8]> = bytes.chunks(1 + (seed >> 32) as usize % 20).collect();
            let _ = all(SMALL, &pieces);
        }
    }
}
