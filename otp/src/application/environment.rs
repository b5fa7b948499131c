//! The environments of applications: typed keys and values.
//!
//! One table for each application, in one map behind a lock. A value is found and copied under it and read after it, because
//! reading runs code of the program's types, which may ask for more. Three layers make a table: the defaults of the declaration,
//! once the application is loaded, the configuration, and what was put. The configuration is kept apart as well, so that
//! loading, unloading and configuring anew can begin from it.

use super::controller;
use super::error::EnvError;
use crate::config::{
    self, BootError, Booted, CompileEnvError, Config, ConfigError, DuplicateEntry, Key, Reader, Table, Value,
};
use crate::sync::Mutex;
use serde_core::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static ENVIRONMENTS: LazyLock<Mutex<Environments>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Environments {
    /// The configuration, as it was given: the layer that survives loading and unloading.
    configured: Config,
    /// The defaults of the applications that are loaded.
    defaults: BTreeMap<String, Table>,
    /// What is read.
    current: Config,
}

impl Environments {
    /// Begins anew from defaults and configuration; what was put is gone.
    fn rebuild(&mut self, application: &str) {
        self.current.remove_application(application);
        let mut layers = Config::new();
        let mut known = false;
        if let Some(defaults) = self.defaults.get(application) {
            layers.put_application(application, defaults.clone());
            known = true;
        }
        if let Some(configured) = self.configured.application(application) {
            let mut over = Config::new();
            over.put_application(application, configured.clone());
            layers = layers.merge(over);
            known = true;
        }
        if known {
            self.current = std::mem::take(&mut self.current).merge(layers);
        }
    }
}

/// An application was loaded: its defaults lie under what is configured.
pub(super) fn loaded(application: &str, defaults: Table) {
    let mut environments = ENVIRONMENTS.lock();
    environments.defaults.insert(application.to_string(), defaults);
    environments.rebuild(application);
}

/// An application was unloaded: only what is configured is left.
pub(super) fn unloaded(application: &str) {
    let mut environments = ENVIRONMENTS.lock();
    environments.defaults.remove(application);
    environments.rebuild(application);
}

/// Everything is as at the start of the program.
pub(super) fn clear() {
    *ENVIRONMENTS.lock() = Environments::default();
}

/// Whether a configuration was given.
pub(super) fn is_configured() -> bool {
    ENVIRONMENTS.lock().configured.applications().next().is_some()
}

/// Makes this the configuration, in place of the one before. Applications see it at once, and keep it when they are loaded and
/// unloaded; what was [put](put_env) is forgotten.
#[doc(alias = "persistent")]
pub fn configure(config: Config) {
    let mut environments = ENVIRONMENTS.lock();
    environments.configured = config;
    let mut applications: Vec<String> = environments.defaults.keys().cloned().collect();
    applications.extend(environments.current.applications().map(str::to_string));
    applications.extend(environments.configured.applications().map(str::to_string));
    applications.sort();
    applications.dedup();
    for application in applications {
        environments.rebuild(&application);
    }
}

/// Configures from the project's files, as `cargo run` and `cargo test` are to do it: `config/config.toml`, the file of the
/// environment `OTP_ENV`, and `config/runtime.toml`, of the package that cargo runs, or else of the current folder. Answers the
/// files that were read.
///
/// In a release, which holds its configuration itself, there is [`boot_config`].
///
/// # Errors
/// One of them cannot be read, or says what cannot be.
pub fn configure_project() -> Result<Vec<PathBuf>, ConfigError> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let package = std::path::absolute(&package).unwrap_or(package);
    let Some(folder) = config::project_dir(&package) else { return Ok(Vec::new()) };
    let target = std::env::var(config::TARGET_VARIABLE).unwrap_or_else(|_| "host".to_string());
    let reader = Reader::new().env(config::environment_name()).target(target);
    let folder = near(&folder);
    let (mut configured, mut files) = reader.read_project(&folder)?;
    if let Some(runtime) = reader.read_runtime(&folder)? {
        configured = configured.merge(runtime);
        files.push(folder.join("runtime.toml"));
    }
    configure(configured);
    Ok(files)
}

/// As seen from the current folder, where that is shorter: for messages.
fn near(folder: &Path) -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    folder.strip_prefix(current).map_or_else(|_| folder.to_path_buf(), Path::to_path_buf)
}

/// Completes the stored configuration of a release and makes it the configuration: [`config::boot`], then [`configure`].
///
/// When the applications are loaded, [`validate_compile_env`] is to follow, unless what was stored says otherwise.
///
/// # Errors
/// See [`BootError`].
pub async fn boot_config(stored: &Path, tmp: Option<&Path>) -> Result<Booted, BootError> {
    let mut boot = config::boot(stored);
    if let Some(tmp) = tmp {
        boot = boot.tmp(tmp);
    }
    let booted = boot.run().await?;
    configure(booted.config().clone());
    Ok(booted)
}

/// Compares what [`compile_env!`](crate::compile_env) compiled in with the [configuration](configure) of the applications that
/// are loaded.
///
/// # Errors
/// Something is configured otherwise now.
///
/// Follows Elixir's `Config.Provider.validate_compile_env`.
pub fn validate_compile_env() -> Result<(), CompileEnvError> {
    // The defaults in code are no file's, and were not seen while compiling.
    let configured = |application: &str| {
        let table = ENVIRONMENTS.lock().configured.application(application).cloned();
        controller::is_loaded(application).then(|| table.unwrap_or_default())
    };
    config::validate_compile_env(config::compile_reads(), configured)
}

/// Reads a value, which must be there.
///
/// ```
/// use otp::application::{self, EnvError};
///
/// application::put_env("kv", "port", 6379);
/// assert_eq!(application::fetch_env::<u16>("kv", "port"), Ok(6379));
/// assert!(matches!(application::fetch_env::<u16>("kv", "prot"), Err(EnvError::NotSet { .. })));
/// assert!(matches!(application::fetch_env::<u16>("vk", "port"), Err(EnvError::UnknownApplication { .. })));
/// assert!(application::fetch_env::<bool>("kv", "port").unwrap_err().to_string().contains("expected a boolean"));
///
/// application::put_env("kv", ["log", "level"], "info"); // a path through nested keys
/// assert_eq!(application::fetch_env::<String>("kv", ["log", "level"]).as_deref(), Ok("info"));
/// ```
///
/// # Errors
/// It is not set, of an application that is known or not, or it is of another type.
///
/// Follows Elixir's `Application.fetch_env/2` and `fetch_env!/2`.
#[doc(alias = "fetch_env!")]
pub fn fetch_env<T: DeserializeOwned>(application: &str, key: impl Into<Key>) -> Result<T, EnvError> {
    let key = key.into();
    if let Some(value) = get_env(application, key.clone())? {
        return Ok(value);
    }
    let has_values = ENVIRONMENTS.lock().current.application(application).is_some();
    let is_known = has_values || controller::is_loaded(application);
    let application = application.to_string();
    Err(match is_known {
        true => EnvError::NotSet { application, key },
        false => EnvError::UnknownApplication { application, key },
    })
}

/// Reads a value, or `None` if it is not set.
///
/// ```
/// use otp::application;
///
/// application::put_env("mail", "relay", "localhost");
/// assert_eq!(application::get_env::<String>("mail", "relay")?.as_deref(), Some("localhost"));
/// assert_eq!(application::get_env::<u16>("mail", "port")?, None);
/// assert!(application::get_env::<u16>("mail", "relay").is_err()); // text is no number
/// # Ok::<_, otp::application::EnvError>(())
/// ```
///
/// # Errors
/// It is of another type: that is a mistake, and no reason to take a default.
///
/// Follows Elixir's `Application.get_env/2`.
pub fn get_env<T: DeserializeOwned>(application: &str, key: impl Into<Key>) -> Result<Option<T>, EnvError> {
    let key = key.into();
    let value = ENVIRONMENTS.lock().current.value(application, key.clone()).cloned();
    let path = std::iter::once(application).chain(key.steps());
    Ok(value.map(|value| value.read_at(path)).transpose()?)
}

/// Reads a value, or answers the default if it is not set.
///
/// ```
/// assert_eq!(otp::application::get_env_or("spool", "retries", 3_u8)?, 3);
/// # Ok::<_, otp::application::EnvError>(())
/// ```
///
/// # Errors
/// It is of another type.
///
/// Follows Elixir's `Application.get_env/3`.
pub fn get_env_or<T: DeserializeOwned>(application: &str, key: impl Into<Key>, default: T) -> Result<T, EnvError> {
    Ok(get_env(application, key)?.unwrap_or(default))
}

/// Reads all of an application into a type, usually a struct that derives serde's `Deserialize`. An application that has no
/// environment is an empty one.
///
/// ```
/// use otp::application;
/// use std::collections::BTreeMap;
///
/// application::put_env("limits", "low", 1);
/// application::put_env("limits", "high", 9);
/// let limits: BTreeMap<String, u32> = application::env_section("limits")?;
/// assert_eq!(limits["high"], 9);
/// # Ok::<_, otp::application::EnvError>(())
/// ```
///
/// # Errors
/// A key is missing or unknown to the type, or its value is of another type.
pub fn env_section<T: DeserializeOwned>(application: &str) -> Result<T, EnvError> {
    let table = ENVIRONMENTS.lock().current.value(application, [""; 0]).cloned();
    Ok(table.unwrap_or_else(|| Value::from(Table::new())).read_at([application])?)
}

/// All keys and values of an application. Printed, they show no secrets.
///
/// Follows Elixir's `Application.get_all_env/1`.
pub fn get_all_env(application: &str) -> Table {
    ENVIRONMENTS.lock().current.application(application).cloned().unwrap_or_default()
}

/// Sets a value, until the application is loaded or unloaded or everything is [configured](configure) anew.
///
/// Follows Elixir's `Application.put_env/3`.
pub fn put_env(application: &str, key: impl Into<Key>, value: impl Into<Value>) {
    ENVIRONMENTS.lock().current.put(application, key, value);
}

/// Sets values of several applications, all or none.
///
/// ```
/// use otp::application;
///
/// application::put_all_env([("kv", "port", 6379), ("shop", "tills", 4)])?;
/// assert!(application::put_all_env([("kv", "port", 1), ("kv", "port", 2)]).is_err()); // which one?
/// assert_eq!(application::get_env("kv", "port"), Ok(Some(6379)));
/// # Ok::<_, otp::config::DuplicateEntry>(())
/// ```
///
/// # Errors
/// A key of an application stands twice in the list: nothing is set.
///
/// Follows Elixir's `Application.put_all_env/1`; with `persistent: true` it is [`configure`].
pub fn put_all_env<'a, K: Into<Key>, V: Into<Value>>(
    entries: impl IntoIterator<Item = (&'a str, K, V)>,
) -> Result<(), DuplicateEntry> {
    let entries: Vec<(&str, Key, Value)> =
        entries.into_iter().map(|(application, key, value)| (application, key.into(), value.into())).collect();
    Config::from_entries(entries.iter().cloned())?;
    let mut environments = ENVIRONMENTS.lock();
    for (application, key, value) in entries {
        environments.current.put(application, key, value);
    }
    Ok(())
}

/// Removes a value. One that is not set is no error.
///
/// Follows Elixir's `Application.delete_env/2`.
pub fn delete_env(application: &str, key: impl Into<Key>) {
    ENVIRONMENTS.lock().current.remove(application, key);
}
