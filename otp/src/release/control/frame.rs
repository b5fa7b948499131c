//! What goes over the control socket: frames of a kind, a length and a text.
//!
//! ```text
//! frame = kind: 1 byte, length: 4 bytes (big end first), text: UTF-8
//!
//! the one who asks                       the running system
//! HELLO cookie  ───────────────────────▶
//!               ◀─────────────────────── WELCOME name version pid, or REFUSED why and the end
//! ASK request   ───────────────────────▶
//!               ◀─────────────────────── OUT text, ERROR text, any number
//!               ◀─────────────────────── DONE status
//! ```

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Hello,
    Welcome,
    Refused,
    Ask,
    Out,
    Error,
    Done,
}

const KINDS: [(Kind, u8); 7] = [
    (Kind::Hello, b'H'),
    (Kind::Welcome, b'W'),
    (Kind::Refused, b'R'),
    (Kind::Ask, b'A'),
    (Kind::Out, b'O'),
    (Kind::Error, b'E'),
    (Kind::Done, b'D'),
];

/// The longest text of one frame. Longer output goes in several.
pub(crate) const LONGEST: usize = 1 << 20;

/// The longest first frame: whoever has not shown the cookie yet makes nobody allocate.
pub(crate) const LONGEST_HELLO: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl Frame {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The frames of a text that may be too long for one.
    pub(crate) fn split(kind: Kind, text: &str) -> Vec<Self> {
        let mut frames = Vec::new();
        let mut rest = text;
        while rest.len() > LONGEST {
            let mut end = LONGEST;
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            frames.push(Self::new(kind, &rest[..end]));
            rest = &rest[end..];
        }
        frames.push(Self::new(kind, rest));
        frames
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let (_, byte) = KINDS.iter().find(|(kind, _)| *kind == self.kind).expect("every kind is listed");
        let length = u32::try_from(self.text.len()).expect("texts are split before they are this long");
        let mut bytes = Vec::with_capacity(5 + self.text.len());
        bytes.push(*byte);
        bytes.extend(length.to_be_bytes());
        bytes.extend(self.text.as_bytes());
        bytes
    }

    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.encode())
    }

    /// The next frame; `None` at the end.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut head = [0; 5];
        match from.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let (kind, length) = decode(head, LONGEST)?;
        let mut text = vec![0; length];
        from.read_exact(&mut text)?;
        finish(kind, text).map(Some)
    }

    pub(crate) async fn receive(from: &mut (impl AsyncRead + Unpin), longest: usize) -> io::Result<Option<Self>> {
        let mut head = [0; 5];
        match from.read_exact(&mut head).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        };
        let (kind, length) = decode(head, longest)?;
        let mut text = vec![0; length];
        from.read_exact(&mut text).await?;
        finish(kind, text).map(Some)
    }
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn decode(head: [u8; 5], longest: usize) -> io::Result<(Kind, usize)> {
    let [byte, length @ ..] = head;
    let kind = KINDS.iter().find(|(_, known)| *known == byte).ok_or_else(|| invalid("a frame of no known kind"))?;
    let length = u32::from_be_bytes(length) as usize;
    if length > longest { Err(invalid("a frame that is too long")) } else { Ok((kind.0, length)) }
}

fn finish(kind: Kind, text: Vec<u8>) -> io::Result<Frame> {
    let text = String::from_utf8(text).map_err(|_| invalid("a frame whose text is not UTF-8"))?;
    Ok(Frame { kind, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_were() {
        let long = "ä".repeat(LONGEST);
        for text in ["", "hello", long.as_str()] {
            let mut bytes = Vec::new();
            for frame in Frame::split(Kind::Out, text) {
                frame.write(&mut bytes).unwrap();
            }
            let mut rest = bytes.as_slice();
            let mut read = String::new();
            while let Some(frame) = Frame::read(&mut rest).unwrap() {
                assert_eq!(frame.kind, Kind::Out);
                read.push_str(&frame.text);
            }
            assert!(read == text, "{} bytes came back as {}", text.len(), read.len());
        }
    }

    #[test]
    fn noise_is_no_frame() {
        for bytes in [&b"GET / HTTP/1.1\r\n"[..], b"O\xff\xff\xff\xff", b"O\0\0\0\x01\xff"] {
            assert!(Frame::read(&mut &bytes[..]).is_err());
        }
        assert!(Frame::read(&mut &b"O\0\0"[..]).unwrap().is_none());
    }
}
