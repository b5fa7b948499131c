//! `cargo otp release.init`: templates to begin with.

use std::path::Path;

use super::{BuildError, Console, copy};

pub(super) const ENV: &str = include_str!("templates/env.sh.template");
const START: &str = include_str!("templates/start.toml.template");

/// Writes `env.sh.template` and `start.toml.template` into a directory: what a release is made with when there is none.
///
/// Says each; asks before it replaces one, unless `force`; says nothing when `quiet`, and then replaces only with `force`.
///
/// # Errors
/// [`BuildError::File`].
///
/// Follows `mix release.init`.
pub fn init(directory: &Path, force: bool, quiet: bool, console: &mut dyn Console) -> Result<(), BuildError> {
    for (name, text) in [("env.sh.template", ENV), ("start.toml.template", START)] {
        let path = directory.join(name);
        if !quiet {
            console.say(&format!("* creating {}", path.display()));
        }
        let same = std::fs::read_to_string(&path).is_ok_and(|before| before == text);
        let asks = path.exists() && !same && !force;
        if asks && (quiet || !console.confirm(&format!("{} already exists. Overwrite?", path.display()))) {
            continue;
        }
        copy::write(&path, text, 0o644)?;
    }
    Ok(())
}
