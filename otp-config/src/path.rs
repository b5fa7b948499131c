//! Paths that are known when the program starts.

use crate::value::{Kind, Table, Value};
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;
use std::path::{Path, PathBuf};

/// The path of a configuration file: one that is absolute, or an environment variable with a path behind it.
///
/// ```
/// use otp_config::ConfigPath;
///
/// let plain = ConfigPath::from("/etc/kv.toml");
/// assert_eq!(plain.resolve()?.to_str(), Some("/etc/kv.toml"));
///
/// let in_the_release = ConfigPath::system("RELEASE_ROOT", "/kv.toml");
/// in_the_release.validate()?; // when the release is made
/// assert!(in_the_release.resolve().is_err()); // when it starts: here is no release
/// # Ok::<_, otp_config::ConfigPathError>(())
/// ```
///
/// As text it is a string, or `{ system = "RELEASE_ROOT", path = "/kv.toml" }`.
///
/// Follows Elixir's `Config.Provider.config_path()`.
#[doc(alias = "config_path")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigPath {
    /// A path, to be absolute.
    Path(PathBuf),
    /// The value of a variable, followed directly by a path.
    #[doc(alias = "{:system, name, path}")]
    System {
        /// The variable.
        variable: String,
        /// What comes behind its value.
        path: String,
    },
}

/// A path that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigPathError {
    /// It is relative.
    #[error(
        "the configuration path {} is relative, and a release does not know to what: write an absolute one, or \
         {{ system = \"RELEASE_ROOT\", path = \"/{}\" }}", path.display(), path.display()
    )]
    Relative {
        /// The path.
        path: PathBuf,
    },
    /// No variable can have this name.
    #[error("no environment variable can have the name {name:?}")]
    BadName {
        /// The name.
        name: String,
    },
    /// The variable is not set.
    #[error("the environment variable {variable} of the configuration path is not set")]
    Variable {
        /// Its name.
        variable: String,
    },
}

impl ConfigPath {
    /// A variable with a path behind it.
    pub fn system(variable: impl Into<String>, path: impl Into<String>) -> Self {
        Self::System { variable: variable.into(), path: path.into() }
    }

    /// Whether it can be used, as far as that is known before the program starts.
    ///
    /// # Errors
    /// It is relative, or the name is none of a variable.
    ///
    /// Follows Elixir's `Config.Provider.validate_config_path!/1`.
    #[doc(alias = "validate_config_path!")]
    pub fn validate(&self) -> Result<(), ConfigPathError> {
        match self {
            Self::Path(path) if path.is_absolute() => Ok(()),
            Self::Path(path) => Err(ConfigPathError::Relative { path: path.clone() }),
            Self::System { variable, .. } if variable.is_empty() || variable.contains(['=', '\0']) => {
                Err(ConfigPathError::BadName { name: variable.clone() })
            }
            Self::System { .. } => Ok(()),
        }
    }

    /// The path, with the variable's value.
    ///
    /// # Errors
    /// Those of [`ConfigPath::validate`], and that the variable is not set.
    ///
    /// Follows Elixir's `Config.Provider.resolve_config_path!/1`.
    #[doc(alias = "resolve_config_path!")]
    pub fn resolve(&self) -> Result<PathBuf, ConfigPathError> {
        self.validate()?;
        match self {
            Self::Path(path) => Ok(path.clone()),
            Self::System { variable, path } => {
                // A path need not be Unicode.
                let mut value = std::env::var_os(variable)
                    .ok_or_else(|| ConfigPathError::Variable { variable: variable.clone() })?;
                value.push(path);
                Ok(value.into())
            }
        }
    }
}

impl From<&str> for ConfigPath {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}
impl From<String> for ConfigPath {
    fn from(path: String) -> Self {
        Self::Path(path.into())
    }
}
impl From<&Path> for ConfigPath {
    fn from(path: &Path) -> Self {
        Self::Path(path.into())
    }
}
impl From<PathBuf> for ConfigPath {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

impl From<ConfigPath> for Value {
    fn from(path: ConfigPath) -> Self {
        match path {
            ConfigPath::Path(path) => Self::from(path.display().to_string()),
            ConfigPath::System { variable, path } => {
                let table = [("system", variable), ("path", path)];
                Self::new(Kind::Table(Table::from(table.map(|(key, value)| (key.to_string(), Self::from(value))))))
            }
        }
    }
}

impl Serialize for ConfigPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Path(path) => path.serialize(serializer),
            Self::System { variable, path } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("system", variable)?;
                map.serialize_entry("path", path)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for ConfigPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ConfigPath;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or { system = \"VARIABLE\", path = \"/rest\" }")
            }
            fn visit_str<E: Error>(self, path: &str) -> Result<ConfigPath, E> {
                Ok(path.into())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConfigPath, A::Error> {
                let (mut variable, mut path) = (None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "system" => variable = Some(map.next_value()?),
                        "path" => path = Some(map.next_value()?),
                        _ => return Err(Error::unknown_field(&key, &["system", "path"])),
                    }
                }
                Ok(ConfigPath::System {
                    variable: variable.ok_or_else(|| Error::missing_field("system"))?,
                    path: path.ok_or_else(|| Error::missing_field("path"))?,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
