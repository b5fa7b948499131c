//! The wire: RESP2, the second version of the Redis serialization protocol.
//!
//! [`decode`] turns bytes into requests and refuses what is malformed or too large; [`encode`] turns answers into
//! bytes. Both know nothing of commands and of sockets.

pub mod decode;
pub mod encode;
pub mod inline;

pub use decode::{Decoder, ProtocolError, Request};
pub use encode::Answer;

/// Reads an integer as Redis does: decimal, no blanks, no `+`, no leading zeros, within 64 bits.
pub fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        b"0" if digits.len() == text.len() => Some(0),
        [b'1'..=b'9', ..] => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn an_integer_has_one_spelling() {
        assert_eq!(integer(b"0"), Some(0));
        assert_eq!(integer(b"-7"), Some(-7));
        assert_eq!(integer(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
        for wrong in ["", "-", "-0", "+1", "01", " 1", "1 ", "1x", "9223372036854775808", "\u{661}"] {
            assert_eq!(integer(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
}
