//! Requests as a person types them into telnet: words on one line, quoted where they hold blanks.

use bytes::Bytes;

/// Splits a line into words. `None` if a quote is not closed, or is closed in the middle of a word.
///
/// `"..."` knows `\n \r \t \b \a \\ \"` and `\xHH`, `'...'` only `\'`, as in Redis.
pub fn split(line: &[u8]) -> Option<Vec<Bytes>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        words.push(Bytes::from(word));
        rest = after.trim_ascii_start();
    }
    Some(words)
}

fn word(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            _ if byte.is_ascii_whitespace() => break,
            b'"' | b'\'' => {
                let after = quoted(after, byte, &mut word)?;
                // `"a"b` is one word or two? Redis refuses to guess, and so do we.
                if after.first().is_some_and(|next| !next.is_ascii_whitespace()) {
                    return None;
                }
                return Some((word, after));
            }
            _ => {
                word.push(byte);
                after
            }
        };
    }
    Some((word, rest))
}

/// Reads up to the closing `quote` and returns what follows it.
fn quoted<'a>(line: &'a [u8], quote: u8, word: &mut Vec<u8>) -> Option<&'a [u8]> {
    let mut rest = line;
    loop {
        let (byte, after) = match rest {
            [end, after @ ..] if *end == quote => return Some(after),
            [b'\\', b'\'', after @ ..] if quote == b'\'' => (b'\'', after),
            [b'\\', b'x', high, low, after @ ..]
                if quote == b'"' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                (hex(*high) << 4 | hex(*low), after)
            }
            [b'\\', escaped, after @ ..] if quote == b'"' => (unescape(*escaped), after),
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        word.push(byte);
        rest = after;
    }
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'a' => 0x07,
        other => other,
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_and_quotes() {
        for (line, words) in [
            (&b""[..], &[][..]),
            (b" \t ", &[]),
            (b"SET key value", &[&b"SET"[..], b"key", b"value"]),
            (b" a\t b ", &[b"a", b"b"]),
            (b"SET k \"hello world\"", &[b"SET", b"k", b"hello world"]),
            (b"'it\\'s' \"\"", &[b"it's", b""]),
            (b"\"\\x41\\n\\\"\\q\\xzz\"", &[b"A\n\"qxzz"]),
            (b"pre\"fix\"", &[b"prefix"]),
            (b"'\\n'", &[b"\\n"]),
        ] {
            assert_eq!(split(line).unwrap(), words, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn quotes_have_to_close_at_the_end_of_a_word() {
        for line in [&b"\"abc"[..], b"'abc", b"\"abc\\\"", b"\"a\"b", b"'a'b", b"a \""] {
            assert_eq!(split(line), None, "{}", line.escape_ascii());
        }
    }
}
