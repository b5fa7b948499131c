//! The reader as a provider.

use super::{Config, ConfigPath, ConfigProvider, Reader};
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;

/// What the [`Reader`] is given as a provider: a path, or a table with `path`, and `env`, `target` and `imports` if wanted.
///
/// ```toml
/// providers = [
///     { name = "Reader", args = "/etc/kv.toml" },
///     { name = "Reader", args = { system = "RELEASE_ROOT", path = "/kv.toml" } },
///     { name = "Reader", args = { path = "/etc/kv.toml", env = "prod", target = "host", imports = false } },
/// ]
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReaderArgs {
    /// The file.
    pub path: ConfigPath,
    /// The environment it can ask for.
    pub env: Option<String>,
    /// The target it can ask for.
    pub target: Option<String>,
    /// Whether it may import. Default: yes.
    pub imports: bool,
}

impl ReaderArgs {
    /// A file that can ask for nothing and may import.
    pub fn new(path: impl Into<ConfigPath>) -> Self {
        Self { path: path.into(), env: None, target: None, imports: true }
    }

    /// The environment that the file can ask for.
    pub fn env(mut self, env: impl Into<String>) -> Self {
        self.env = Some(env.into());
        self
    }

    /// The target that the file can ask for.
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Whether the file may import others. Default: yes.
    pub fn imports(mut self, enabled: bool) -> Self {
        self.imports = enabled;
        self
    }
}

/// Merges a file over the configuration so far. Arguments: [`ReaderArgs`].
///
/// Follows Elixir's `Config.Reader` as a provider.
impl ConfigProvider for Reader {
    type Args = ReaderArgs;
    type State = ReaderArgs;

    fn init(args: ReaderArgs) -> crate::Result<ReaderArgs> {
        args.path.validate()?;
        Ok(args)
    }

    async fn load(config: Config, args: ReaderArgs) -> crate::Result<Config> {
        let mut reader = Self::new().imports(args.imports);
        if let Some(env) = args.env {
            reader = reader.env(env);
        }
        if let Some(target) = args.target {
            reader = reader.target(target);
        }
        Ok(config.merge(reader.read(args.path.resolve()?)?))
    }
}

impl Serialize for ReaderArgs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &self.path)?;
        if let Some(env) = &self.env {
            map.serialize_entry("env", env)?;
        }
        if let Some(target) = &self.target {
            map.serialize_entry("target", target)?;
        }
        map.serialize_entry("imports", &self.imports)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for ReaderArgs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ReaderArgs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or a table with `path`, and `env`, `target`, `imports` or `system`")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<ReaderArgs, E> {
                Ok(ReaderArgs::new(path))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReaderArgs, A::Error> {
                let (mut path, mut system) = (None, None::<String>);
                let mut args = ReaderArgs::new("");
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "path" => path = Some(map.next_value::<ConfigPath>()?),
                        "system" => system = Some(map.next_value()?),
                        "env" => args.env = Some(map.next_value()?),
                        "target" => args.target = Some(map.next_value()?),
                        "imports" => args.imports = map.next_value()?,
                        _ => return Err(Error::unknown_field(&key, &["path", "env", "target", "imports", "system"])),
                    }
                }
                let path = path.ok_or_else(|| Error::missing_field("path"))?;
                args.path = match (system, path) {
                    (None, path) => path,
                    (Some(variable), ConfigPath::Path(path)) => {
                        ConfigPath::system(variable, path.display().to_string())
                    }
                    (Some(_), _) => return Err(Error::custom("`system` stands twice")),
                };
                Ok(args)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// From a path alone.
impl From<ConfigPath> for ReaderArgs {
    fn from(path: ConfigPath) -> Self {
        Self::new(path)
    }
}
