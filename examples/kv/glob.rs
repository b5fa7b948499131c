//! The patterns of `KEYS`: `*`, `?`, `[abc]`, `[a-z]`, `[^a]`, and `\` before a byte that means itself.

/// True if the whole of `text` fits `pattern`.
///
/// At most `pattern.len() * text.len()` steps: only the last `*` is ever tried again, because an earlier one that
/// took more would leave the same text to the later one. So no pattern from a client can keep a shard busy for long.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', rest @ ..] = pattern {
            pattern = rest;
            retry = Some((rest, text));
            continue;
        }
        let step = match text.split_first() {
            None if pattern.is_empty() => return true,
            None => None,
            Some((&byte, text)) => one(pattern, byte).map(|pattern| (pattern, text)),
        };
        (pattern, text) = match (step, retry) {
            (Some(step), _) => step,
            // The last `*` takes one byte more.
            (None, Some((after_star, [_, from @ ..]))) => {
                retry = Some((after_star, from));
                (after_star, from)
            }
            (None, _) => return false,
        };
    }
}

/// The pattern after its first element, if that element fits `byte`.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'[', rest @ ..] => class(rest, byte),
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (*literal == byte).then_some(rest),
    }
}

fn class(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (negated, mut rest) = match pattern {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, pattern),
    };
    let mut found = false;
    loop {
        rest = match rest {
            // A class that is never closed ends with the pattern, as in Redis.
            [] => break,
            [b']', after @ ..] => {
                rest = after;
                break;
            }
            [b'\\', literal, after @ ..] => {
                found |= *literal == byte;
                after
            }
            [from, b'-', to, after @ ..] => {
                found |= (*from.min(to)..=*from.max(to)).contains(&byte);
                after
            }
            [literal, after @ ..] => {
                found |= *literal == byte;
                after
            }
        };
    }
    (found != negated).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, yes, no) in [
            ("*", &["", "a", "anything"][..], &[][..]),
            ("", &[""], &["a"]),
            ("user:*", &["user:", "user:1"], &["user", "xuser:1"]),
            ("*:name", &["a:name", ":name", "a:name:name"], &["a:names"]),
            ("a*b*c", &["abc", "aXbYc", "abbcc"], &["ab", "acb", "abcd"]),
            ("h?llo", &["hello", "hallo"], &["hllo", "heello"]),
            ("h[ae]llo", &["hello", "hallo"], &["hillo"]),
            ("h[^e]llo", &["hallo"], &["hello"]),
            ("h[a-c]llo", &["hallo", "hbllo", "hcllo"], &["hdllo"]),
            ("h[c-a]llo", &["hbllo"], &["hdllo"]),
            ("\\*[\\]]", &["*]"], &["x]"]),
            ("[abc", &["a", "c"], &["d", ""]),
            ("a\\", &["a\\"], &["a"]),
        ] {
            for text in yes {
                assert!(matches(pattern.as_bytes(), text.as_bytes()), "{pattern} should fit {text}");
            }
            for text in no {
                assert!(!matches(pattern.as_bytes(), text.as_bytes()), "{pattern} should not fit {text}");
            }
        }
    }

    #[test]
    fn many_stars_are_not_exponential() {
        let text = [b'a'; 10_000];
        assert!(!matches(
            "a*".repeat(50).as_bytes().iter().copied().chain(*b"b").collect::<Vec<_>>().as_slice(),
            &text
        ));
    }
}
