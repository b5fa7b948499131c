//! The configuration of the `otp` crate: data, and the files it is read from. Use it through `otp::config`, which adds the
//! providers and the boot.
//!
//! A crate of its own because two read configuration: a program when it starts, and `compile_env!` while the program is
//! compiled. It knows no process.
//!
//! | File | Holds |
//! |---|---|
//! | `value.rs` | one value, and where it was written |
//! | `secret.rs` | what is never shown |
//! | `config.rs`, `merge.rs` | values of applications, in layers |
//! | `de.rs` | values to types, with errors that name the place |
//! | `document.rs`, `special.rs` | one TOML file to a list of statements |
//! | `reader.rs`, `project.rs` | files, and what they import |
//! | `stored.rs` | configuration as text, in a release |
//! | `path.rs` | paths that begin with an environment variable |

mod config;
mod de;
mod document;
mod error;
mod merge;
mod path;
mod project;
mod reader;
mod secret;
mod special;
mod stored;
mod value;

pub use self::config::{Config, DuplicateEntry, Key};
pub use self::de::TypeError;
pub use self::error::ConfigError;
pub use self::path::{ConfigPath, ConfigPathError};
pub use self::project::{ENV_VARIABLE, TARGET_VARIABLE, environment_name, project_dir};
pub use self::reader::Reader;
pub use self::secret::{REDACTED, Secret};
pub use self::stored::{Stored, StoredError, StoredProvider};
pub use self::value::{Datetime, Kind, Origin, SerializeError, Table, Value};
