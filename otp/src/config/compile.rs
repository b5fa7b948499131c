//! What was read while the program was compiled, and whether it is still so.

use super::{Reader, Table, Value};
use std::fmt;

/// A read of the configuration while the program was compiled, by [`compile_env!`](crate::compile_env).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompileRead {
    /// The application.
    pub application: &'static str,
    /// The key, and the steps through nested ones.
    pub path: &'static [&'static str],
    /// The value, as TOML; `None` if it was not set.
    pub value: Option<&'static str>,
    /// Where in the program it was read, `file:line`.
    pub place: &'static str,
}

inventory::collect!(CompileRead);

impl CompileRead {
    /// A read, as the macro records it.
    pub const fn new(
        application: &'static str,
        path: &'static [&'static str],
        value: Option<&'static str>,
        place: &'static str,
    ) -> Self {
        Self { application, path, value, place }
    }

    fn then(&self) -> Option<Value> {
        let text = format!("read.value = {}", self.value?);
        let read = Reader::new().eval("compile_env!", &text).ok()?;
        read.value("read", "value").cloned()
    }
}

/// All reads of this program.
pub fn compile_reads() -> impl Iterator<Item = &'static CompileRead> {
    inventory::iter::<CompileRead>()
}

/// A value that was compiled in and is another now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// What was read.
    pub read: CompileRead,
    /// The value now; `None` if it is not set.
    pub now: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CompileRead { application, path, value, place } = &self.read;
        let key = path.join(".");
        write!(f, "application {application}, key `{key}` (read at {place}): ")?;
        match value {
            Some(value) => write!(f, "it was {value} when the program was compiled")?,
            None => f.write_str("it was not set when the program was compiled")?,
        }
        match &self.now {
            Some(now) => write!(f, ", and is {now} now")?,
            None => f.write_str(", and is not set now")?,
        }
        match self.now.as_ref().and_then(Value::origin) {
            Some(origin) => write!(f, ", by {origin}"),
            None => Ok(()),
        }
    }
}

/// Values that were compiled into the program are configured otherwise now, without any effect.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "the configuration differs from the one that was compiled in:\n{}\nWhat `compile_env!` read cannot be changed when the \
     program starts. Set it in config.toml or the file of the environment and compile again, or take it out of the run-time \
     configuration, or read it with `fetch_env`. `validate_compile_env = false` in the release switches this check off.",
    list(differences)
)]
#[non_exhaustive]
pub struct CompileEnvError {
    /// All of them.
    pub differences: Vec<Difference>,
}

fn list(differences: &[Difference]) -> String {
    differences.iter().map(|one| format!("  - {one}")).collect::<Vec<_>>().join("\n")
}

/// Compares what was read while compiling with the values now. `now` answers those of an application, or `None` if it is not
/// loaded: its reads are skipped.
///
/// # Errors
/// Some differ: all of them are named.
///
/// Follows Elixir's `Config.Provider.validate_compile_env`.
pub fn validate_compile_env<'r>(
    reads: impl IntoIterator<Item = &'r CompileRead>,
    now: impl Fn(&str) -> Option<Table>,
) -> Result<(), CompileEnvError> {
    let mut differences = Vec::new();
    for read in reads {
        let Some(table) = now(read.application) else { continue };
        let now = Value::new(table).at_path(read.path.iter().copied()).cloned();
        if now != read.then() {
            differences.push(Difference { read: *read, now });
        }
    }
    // The order of registration is the linker's.
    differences.sort_by_key(|one| (one.read.application, one.read.path, one.read.place));
    differences.dedup();
    if differences.is_empty() { Ok(()) } else { Err(CompileEnvError { differences }) }
}
