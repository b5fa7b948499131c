//! The secret of a release's control channel.

use std::path::Path;

use super::{BuildError, copy};

/// Letters and digits that nobody mistakes for one another: base 32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A random secret of 280 bits: 56 letters and digits.
///
/// # Errors
/// [`BuildError::Random`], if the operating system gives no random numbers.
pub fn random_cookie() -> Result<String, BuildError> {
    let mut bytes = [0; 56];
    getrandom::fill(&mut bytes).map_err(|error| BuildError::Random(error.to_string()))?;
    // 256 is a multiple of 32: each letter is as likely as another.
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// Writes the cookie: the given one, or a random one if there is none yet. Only its owner can read it.
pub(super) fn write(path: &Path, cookie: Option<&str>) -> Result<(), BuildError> {
    match cookie {
        Some(cookie) => copy::write(path, cookie, 0o600),
        None if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) => Ok(()),
        None => copy::write(path, random_cookie()?, 0o600),
    }
}
