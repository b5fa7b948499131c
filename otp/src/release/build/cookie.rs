//! The secret of a release's control channel.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{BuildError, copy};

/// Letters and digits that nobody mistakes for one another: base 32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The control channel's limit for its first frame, which is the cookie: with a longer one no command would ever be let in.
const LONGEST: usize = 1024;

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
        Some(cookie) => {
            fits(path, cookie.as_bytes())?;
            copy::write(path, cookie, 0o600)
        }
        None if fs::metadata(path).is_ok_and(|file| file.len() > 0) => Ok(()),
        None => copy::write(path, random_cookie()?, 0o600),
    }
}

/// Whether the cookie that is there can be used; and only its owner can read it from now on.
pub(super) fn check(path: &Path) -> Result<(), BuildError> {
    let mode = fs::metadata(path).map_err(BuildError::file("read", path))?.permissions().mode();
    if mode & 0o077 != 0 {
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(path, private).map_err(BuildError::file("set the mode of", path))?;
    }
    fits(path, fs::read(path).map_err(BuildError::file("read", path))?.trim_ascii_end())
}

fn fits(path: &Path, cookie: &[u8]) -> Result<(), BuildError> {
    if cookie.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("the cookie has {} bytes; a running system accepts one of at most {LONGEST}", cookie.len());
    Err(BuildError::settings(path.display(), message))
}
