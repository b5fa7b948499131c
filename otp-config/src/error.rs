//! What can be wrong with a file.

use crate::value::Origin;
use std::path::PathBuf;

/// Why configuration could not be read. Each names the file, the line where there is one, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is not there, or cannot be read.
    #[error("cannot read the configuration {}{}: {cause}", file.display(), imported(at))]
    File {
        /// The file.
        file: PathBuf,
        /// Where it is imported, if it is.
        at: Option<Origin>,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// It is no TOML.
    #[error("{at}: {problem}")]
    Syntax {
        /// Where.
        at: Origin,
        /// What is wrong.
        problem: String,
    },
    /// Something stands where an application with keys and values belongs.
    #[error(
        "{at}: `{entry}` is {found}, not an application with keys and values: write `[{entry}]` and its keys below, or \
         put it into the table of an application"
    )]
    NotAnApplication {
        /// Where.
        at: Origin,
        /// The entry.
        entry: String,
        /// What it is: a string, an integer.
        found: String,
    },
    /// A file imports one, and may not.
    #[error(
        "{at}: imports are not enabled for this configuration file: it is read where others are not at hand; \
         put what it needs into it, or import from config.toml"
    )]
    ImportsDisabled {
        /// Where it imports.
        at: Origin,
    },
    /// A file imports itself, in the end.
    #[error("{at}: the imports go in a circle: {}", circle(chain))]
    ImportCycle {
        /// Where the circle closes.
        at: Origin,
        /// The files, from the one that is imported again to itself.
        chain: Vec<PathBuf>,
    },
    /// A file is imported for a second time.
    #[error("{at}: {} is imported already: import it once, before whatever needs it", file.display())]
    AlreadyImported {
        /// Where it is imported again.
        at: Origin,
        /// The file.
        file: PathBuf,
    },
    /// A file asks for the environment or target, and the reader was not given one.
    #[error(
        "{at}: no {what} was given to the reader, and the file asks for it: read it with `Reader::new().{what}(..)`"
    )]
    NotGiven {
        /// Where it asks.
        at: Origin,
        /// `env` or `target`.
        what: &'static str,
    },
    /// An environment variable is not set.
    #[error(
        "{at}: the environment variable {name} is not set, and `{key}` has no default: set it, or write `default = ..`"
    )]
    MissingVariable {
        /// Where it is named.
        at: Origin,
        /// Its name.
        name: String,
        /// The key whose value it is to be.
        key: String,
    },
    /// An environment variable has a value of the wrong type. The value is not shown.
    #[error("{at}: the environment variable {name} is to be {expected} for `{key}`, and is not")]
    BadVariable {
        /// Where it is named.
        at: Origin,
        /// Its name.
        name: String,
        /// What it should be.
        expected: &'static str,
        /// The key whose value it is to be.
        key: String,
    },
    /// A value or an import that is written in a special way is not written right.
    #[error("{at}: {problem}")]
    BadForm {
        /// Where.
        at: Origin,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

impl ConfigError {
    /// Where it is, if it is at a line of a file.
    pub fn at(&self) -> Option<&Origin> {
        match self {
            Self::File { at, .. } => at.as_ref(),
            Self::Syntax { at, .. }
            | Self::NotAnApplication { at, .. }
            | Self::ImportsDisabled { at }
            | Self::ImportCycle { at, .. }
            | Self::AlreadyImported { at, .. }
            | Self::NotGiven { at, .. }
            | Self::MissingVariable { at, .. }
            | Self::BadVariable { at, .. }
            | Self::BadForm { at, .. } => Some(at),
        }
    }
}

fn imported(at: &Option<Origin>) -> String {
    at.as_ref().map(|at| format!(", imported at {at}")).unwrap_or_default()
}

fn circle(chain: &[PathBuf]) -> String {
    chain.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" imports ")
}
