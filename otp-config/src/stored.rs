//! Configuration as text, in a release.
//!
//! The text is TOML that a person can read, and no inline table in it stands for anything but itself: the reader's
//! `{ env = .. }` was read when it was stored. What TOML does not say stands beside it: where a value was written
//! (`[origins]`), and which are secret (`secrets`).

use crate::config::Config;
use crate::value::{Kind, Origin, Table, Value};
use serde_core::de::Error as _;
use serde_core::ser::Error as _;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The stored configuration of a release: what was known when it was made, and what is to be done when it starts.
///
/// ```
/// use otp_config::{Config, Secret, Stored};
///
/// let config = Config::new().with("kv", "greeting", "grüezi").with("kv", "key", Secret::new("hunter2"));
/// let stored = Stored::new(config);
/// let again = Stored::from_text(&stored.to_text()?)?;
/// assert_eq!(again, stored);
/// assert!(!again.config.to_string().contains("hunter2")); // it still knows what is secret
/// # Ok::<_, otp_config::StoredError>(())
/// ```
///
/// Follows the `sys.config` of a release, with `Config.Provider` in it.
#[doc(alias = "sys.config")]
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Stored {
    /// The values.
    pub config: Config,
    /// The providers to run at the start, in this order.
    pub providers: Vec<StoredProvider>,
    /// Whether the start is to stop after the configuration was computed and written, and be made again. Default: no.
    #[doc(alias = "reboot_system_after_config")]
    pub reboot: bool,
    /// Whether no file is to stay with the computed values, which may be secret: after a restart the file is removed when it was read
    /// again, and without one none is written. Default: no.
    #[doc(alias = "prune_runtime_sys_config_after_boot")]
    pub prune: bool,
    /// Whether compile-time values are compared with those at run time. Default: yes.
    pub skip_validation: bool,
    /// Whether the values were computed already: providers have run.
    #[doc(alias = ":booted")]
    pub booted: bool,
}

/// A provider, with the state that its `init` answered.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredProvider {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: Value,
}

/// Why stored configuration could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// It cannot be read.
    #[error("cannot read the stored configuration {}: {cause}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write the configuration {}: {cause}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// It is not what was stored.
    #[error("{}the stored configuration is damaged: {problem}; build the release anew", named(file))]
    Damaged {
        /// The file, if it was read from one.
        file: Option<PathBuf>,
        /// What is wrong.
        problem: String,
    },
}

fn named(file: &Option<PathBuf>) -> String {
    file.as_ref().map(|file| format!("{}: ", file.display())).unwrap_or_default()
}

/// The version of the format.
const FORMAT: i64 = 1;

impl Stored {
    /// Values, without providers.
    pub fn new(config: Config) -> Self {
        Self { config, ..Self::default() }
    }

    /// As text. Secrets stand in it in clear: [`Stored::write`] makes a file that only its owner can read.
    ///
    /// # Errors
    /// TOML cannot say it.
    pub fn to_text(&self) -> Result<String, StoredError> {
        self.write_text().map_err(|error| StoredError::Damaged { file: None, problem: error.to_string() })
    }

    fn write_text(&self) -> Result<String, toml::ser::Error> {
        let mut notes = Notes::default();
        let mut path = Vec::new();
        for (application, value) in self.config.tables() {
            notes.take(&mut path, application, value);
        }
        let providers = self.providers.iter().map(|provider| {
            let mut notes = Notes::default();
            notes.take(&mut Vec::new(), "state", &provider.state);
            toml::Value::Table(toml::Table::from_iter([
                ("name".to_string(), provider.name.clone().into()),
                ("state".to_string(), provider.state.to_toml()),
                ("secrets".to_string(), notes.secrets()),
            ]))
        });
        let mut text = toml::Table::new();
        text.insert("format".into(), FORMAT.into());
        for (name, set) in self.flags() {
            text.insert(name.into(), set.into());
        }
        text.insert("secrets".into(), notes.secrets());
        text.insert("providers".into(), toml::Value::Array(providers.collect()));
        let config = self.config.tables().iter().map(|(key, value)| (key.clone(), value.to_toml())).collect();
        text.insert("config".into(), toml::Value::Table(config));
        text.insert("origins".into(), notes.origins()?);
        toml::to_string(&text)
    }

    fn flags(&self) -> [(&'static str, bool); 4] {
        [
            ("reboot", self.reboot),
            ("prune", self.prune),
            ("skip_validation", self.skip_validation),
            ("booted", self.booted),
        ]
    }

    /// From text.
    ///
    /// # Errors
    /// It is no such text.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        read_text(text).map_err(|error| StoredError::Damaged { file: None, problem: error.message().to_string() })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no such file.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, StoredError> {
        let file = file.as_ref();
        let text =
            std::fs::read_to_string(file).map_err(|cause| StoredError::Read { file: file.to_path_buf(), cause })?;
        Self::from_text(&text).map_err(|error| match error {
            StoredError::Damaged { problem, .. } => StoredError::Damaged { file: Some(file.to_path_buf()), problem },
            other => other,
        })
    }

    /// Writes a file that only its owner can read, in one step: whoever reads it finds the old text or the new one, whole.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, file: impl AsRef<Path>) -> Result<(), StoredError> {
        let file = file.as_ref();
        let text = self.to_text()?;
        write_private(file, &text).map_err(|cause| StoredError::Write { file: file.to_path_buf(), cause })
    }
}

fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let mut options = std::fs::OpenOptions::new();
    // Made anew: nobody else's file, and no link, gets what may be secret.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut open| {
        io::Write::write_all(&mut open, text.as_bytes())?;
        open.sync_all()
    });
    written.and_then(|()| std::fs::rename(&beside, file)).inspect_err(|_| {
        // What is left of it says nothing to anybody.
        let _ = std::fs::remove_file(&beside);
    })
}

/// What TOML does not say of values.
#[derive(Default)]
struct Notes {
    /// For each file, the lines with the paths of the values that stand there.
    origins: Vec<(Vec<String>, Origin)>,
    secrets: Vec<Vec<String>>,
}

impl Notes {
    fn take(&mut self, path: &mut Vec<String>, step: &str, value: &Value) {
        path.push(step.to_string());
        if let Some(origin) = value.origin() {
            self.origins.push((path.clone(), origin.clone()));
        }
        if value.is_secret() {
            self.secrets.push(path.clone());
        }
        match value.kind() {
            Kind::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.take(path, &index.to_string(), value);
                }
            }
            Kind::Table(table) => {
                for (key, value) in table {
                    self.take(path, key, value);
                }
            }
            _ => {}
        }
        path.pop();
    }

    fn secrets(&self) -> toml::Value {
        toml::Value::Array(self.secrets.iter().map(|path| toml::Value::from(path.clone())).collect())
    }

    /// `"file" = [[line, "variable", "path", "to"], ..]`.
    fn origins(&self) -> Result<toml::Value, toml::ser::Error> {
        let mut files: BTreeMap<String, Vec<toml::Value>> = BTreeMap::new();
        for (path, origin) in &self.origins {
            let line = i64::try_from(origin.line).map_err(toml::ser::Error::custom)?;
            let mut entry = vec![toml::Value::from(line), origin.variable.clone().unwrap_or_default().into()];
            entry.extend(path.iter().cloned().map(toml::Value::from));
            files.entry(origin.file.display().to_string()).or_default().push(toml::Value::Array(entry));
        }
        Ok(toml::Value::Table(files.into_iter().map(|(file, entries)| (file, entries.into())).collect()))
    }
}

type Damaged = toml::de::Error;

fn read_text(text: &str) -> Result<Stored, Damaged> {
    let mut text: toml::Table = text.parse()?;
    let format = text.get("format").and_then(toml::Value::as_integer);
    if format != Some(FORMAT) {
        return Err(Damaged::custom(format!("its format is {format:?}, not {FORMAT}")));
    }
    let mut config = Value::from_toml(take(&mut text, "config")?);
    for (file, entries) in table(take(&mut text, "origins")?)? {
        for entry in array(entries)? {
            place(&mut config, &file, entry)?;
        }
    }
    hide(&mut config, take(&mut text, "secrets")?)?;
    let mut stored = Stored::default();
    for provider in array(take(&mut text, "providers")?)? {
        let mut provider = table(provider)?;
        let name = string(take(&mut provider, "name")?)?;
        let mut state = Value::new(Table::from([("state".into(), Value::from_toml(take(&mut provider, "state")?))]));
        hide(&mut state, take(&mut provider, "secrets")?)?;
        let Kind::Table(mut state) = state.into_kind() else { return Err(unexpected()) };
        let state = state.remove("state").ok_or_else(unexpected)?;
        stored.providers.push(StoredProvider { name, state });
    }
    let flag = |name: &str| text.get(name).and_then(toml::Value::as_bool).ok_or_else(unexpected);
    (stored.reboot, stored.prune) = (flag("reboot")?, flag("prune")?);
    (stored.skip_validation, stored.booted) = (flag("skip_validation")?, flag("booted")?);
    match config.into_kind() {
        Kind::Table(tables) if tables.values().all(|value| value.as_table().is_some()) => {
            stored.config = Config::from_tables(tables);
            Ok(stored)
        }
        _ => Err(unexpected()),
    }
}

fn unexpected() -> Damaged {
    Damaged::custom("something is missing, or not what it should be")
}

fn take(table: &mut toml::Table, key: &str) -> Result<toml::Value, Damaged> {
    table.remove(key).ok_or_else(|| Damaged::custom(format!("`{key}` is missing")))
}

fn table(value: toml::Value) -> Result<toml::Table, Damaged> {
    match value {
        toml::Value::Table(table) => Ok(table),
        _ => Err(unexpected()),
    }
}

fn array(value: toml::Value) -> Result<Vec<toml::Value>, Damaged> {
    match value {
        toml::Value::Array(values) => Ok(values),
        _ => Err(unexpected()),
    }
}

fn string(value: toml::Value) -> Result<String, Damaged> {
    match value {
        toml::Value::String(text) => Ok(text),
        _ => Err(unexpected()),
    }
}

/// Sets where one value was written.
fn place(config: &mut Value, file: &str, entry: toml::Value) -> Result<(), Damaged> {
    let mut entry = array(entry)?.into_iter();
    let line = entry.next().and_then(|line| line.as_integer()).and_then(|line| usize::try_from(line).ok());
    let mut origin = Origin::new(file, line.ok_or_else(unexpected)?);
    let variable = string(entry.next().ok_or_else(unexpected)?)?;
    origin.variable = Some(variable).filter(|variable| !variable.is_empty());
    let path = entry.map(string).collect::<Result<Vec<_>, _>>()?;
    let value = find(config, &path)?;
    *value = std::mem::replace(value, Value::new(false)).with_origin_arc(Arc::new(origin));
    Ok(())
}

/// Makes these values secret.
fn hide(config: &mut Value, secrets: toml::Value) -> Result<(), Damaged> {
    for path in array(secrets)? {
        let path = array(path)?.into_iter().map(string).collect::<Result<Vec<_>, _>>()?;
        let value = find(config, &path)?;
        *value = std::mem::replace(value, Value::new(false)).secret();
    }
    Ok(())
}

fn find<'a>(config: &'a mut Value, path: &[String]) -> Result<&'a mut Value, Damaged> {
    let mut value = config;
    for step in path {
        let next = match value.kind_mut() {
            Kind::Table(table) => table.get_mut(step),
            Kind::Array(values) => step.parse().ok().and_then(|index: usize| values.get_mut(index)),
            _ => None,
        };
        value = next.ok_or_else(unexpected)?;
    }
    Ok(value)
}
