//! The configuration of all applications.

use crate::de::{self, TypeError};
use crate::merge::merge_tables;
use crate::value::{Kind, Name, Table, Value};
use serde_core::de::DeserializeOwned;
use std::fmt;

/// The configuration of applications: for each of them keys and values, which may be nested.
///
/// ```
/// use otp_config::Config;
///
/// let defaults = Config::new().with("kv", "port", 6379).with("kv", ["log", "level"], "info");
/// let mine = Config::new().with("kv", ["log", "file"], "kv.log").with("kv", "port", 7000);
///
/// let config = defaults.merge(mine); // the second wins, tables are merged
/// assert_eq!(config.get::<u16>("kv", "port").unwrap(), Some(7000));
/// assert_eq!(config.to_string(), "[kv]\nport = 7000\n\n[kv.log]\nfile = \"kv.log\"\nlevel = \"info\"\n");
/// ```
///
/// It prints as TOML, without secrets. [`Stored`](crate::Stored) is the text that can be read back.
///
/// Follows what Elixir's `config/2` builds and `Config.Reader` returns: a keyword list of keyword lists.
#[derive(Clone, Default, PartialEq)]
pub struct Config {
    /// Each of the values is a table.
    applications: Table,
}

/// A key of an application, or a path through nested ones.
///
/// A `&str` is one key, whatever is in it; an array or slice of them is a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Vec<String>);

impl Key {
    /// The steps of the path.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// As a dotted TOML key.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "." }, Name(step))?;
        }
        Ok(())
    }
}

impl From<&str> for Key {
    fn from(key: &str) -> Self {
        Self(vec![key.to_string()])
    }
}

impl From<String> for Key {
    fn from(key: String) -> Self {
        Self(vec![key])
    }
}

impl From<&[&str]> for Key {
    fn from(path: &[&str]) -> Self {
        Self(path.iter().map(|step| (*step).to_string()).collect())
    }
}

impl<const N: usize> From<[&str; N]> for Key {
    fn from(path: [&str; N]) -> Self {
        Self::from(path.as_slice())
    }
}

/// A list of values in which one stands twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key {key} of application {application} stands twice in the list: nothing was set")]
#[non_exhaustive]
pub struct DuplicateEntry {
    /// The application.
    pub application: String,
    /// The key.
    pub key: Key,
}

impl Config {
    /// Of no application.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value, and answers the configuration: for building one up.
    pub fn with(mut self, application: &str, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.put(application, key, value);
        self
    }

    /// Sets a value, in place of one that was there. What a path goes through becomes a table if it was none.
    pub fn put(&mut self, application: &str, key: impl Into<Key>, value: impl Into<Value>) {
        let mut table = section(&mut self.applications, application);
        let key = key.into();
        let Some((last, steps)) = key.0.split_last() else { return };
        for step in steps {
            table = section(table, step);
        }
        table.insert(last.clone(), value.into());
    }

    /// A configuration from a list of application, key and value.
    ///
    /// # Errors
    /// One stands in it twice.
    pub fn from_entries<'a, K, V>(entries: impl IntoIterator<Item = (&'a str, K, V)>) -> Result<Self, DuplicateEntry>
    where
        K: Into<Key>,
        V: Into<Value>,
    {
        let mut config = Self::new();
        for (application, key, value) in entries {
            let key = key.into();
            if config.value(application, key.clone()).is_some() {
                return Err(DuplicateEntry { application: application.to_string(), key });
            }
            config.put(application, key, value);
        }
        Ok(config)
    }

    /// Removes a value, and answers it.
    pub fn remove(&mut self, application: &str, key: impl Into<Key>) -> Option<Value> {
        let key = key.into();
        let (last, steps) = key.0.split_last()?;
        let mut table = self.applications.get_mut(application)?;
        for step in steps {
            let Kind::Table(inner) = table.kind_mut() else { return None };
            table = inner.get_mut(step)?;
        }
        let Kind::Table(inner) = table.kind_mut() else { return None };
        inner.remove(last)
    }

    /// Removes all of an application.
    pub fn remove_application(&mut self, application: &str) -> Option<Table> {
        match self.applications.remove(application)?.into_kind() {
            Kind::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Lays another configuration over this one. The other wins for plain values, and an array is one; tables are merged,
    /// as deep as they go; where one has a table and the other a plain value, the other replaces it whole.
    ///
    /// Follows Elixir's `Config.Reader.merge/2`.
    #[doc(alias = "Config.Reader.merge")]
    pub fn merge(mut self, over: Self) -> Self {
        merge_tables(&mut self.applications, over.applications);
        self
    }

    /// The applications that something is configured for.
    pub fn applications(&self) -> impl Iterator<Item = &str> {
        self.applications.keys().map(String::as_str)
    }

    /// All keys and values of an application.
    ///
    /// Follows Elixir's `read_config/1`.
    #[doc(alias = "read_config")]
    pub fn application(&self, application: &str) -> Option<&Table> {
        self.applications.get(application)?.as_table()
    }

    /// A value, as it is.
    pub fn value(&self, application: &str, key: impl Into<Key>) -> Option<&Value> {
        self.applications.get(application)?.at_path(key.into().steps())
    }

    /// A value, as a `T`; `None` if it is not set.
    ///
    /// # Errors
    /// It is something else than a `T`: the error says where it stands.
    pub fn get<T: DeserializeOwned>(&self, application: &str, key: impl Into<Key>) -> Result<Option<T>, TypeError> {
        let key = key.into();
        let Some(value) = self.value(application, key.clone()) else { return Ok(None) };
        let path = std::iter::once(application).chain(key.steps());
        de::read(value, path).map(Some)
    }

    /// All of an application, as a `T`, usually a struct. An application that is not configured is an empty table.
    ///
    /// # Errors
    /// A key is missing or unknown, or its value is of another type: the error says where it stands.
    pub fn section<T: DeserializeOwned>(&self, application: &str) -> Result<T, TypeError> {
        let empty = Value::new(Table::new());
        de::read(self.applications.get(application).unwrap_or(&empty), [application])
    }

    /// Sets all of an application, in place of what was there.
    pub fn put_application(&mut self, application: &str, table: Table) {
        self.applications.insert(application.to_string(), Value::new(table));
    }

    pub(crate) fn from_tables(applications: Table) -> Self {
        Self { applications }
    }

    pub(crate) fn tables(&self) -> &Table {
        &self.applications
    }

    #[cfg(test)]
    pub(crate) fn into_tables(self) -> Table {
        self.applications
    }
}

/// The table at a key, made if there is none.
fn section<'a>(table: &'a mut Table, key: &str) -> &'a mut Table {
    let value = table.entry(key.to_string()).or_insert_with(|| Value::new(Table::new()));
    if value.as_table().is_none() {
        *value = Value::new(Table::new());
    }
    match value.kind_mut() {
        Kind::Table(table) => table,
        _ => unreachable!("it was made a table above"),
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.applications).finish()
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (application, value) in &self.applications {
            show(f, &Name(application).to_string(), value, &mut first)?;
        }
        Ok(())
    }
}

/// A table with its header: plain values first, then the tables in it.
fn show(f: &mut fmt::Formatter<'_>, header: &str, value: &Value, first: &mut bool) -> fmt::Result {
    let nested = |value: &Value| value.as_table().is_some_and(|table| !table.is_empty()) && !value.is_secret();
    let Some(table) = value.as_table().filter(|_| !value.is_secret()) else {
        return writeln!(f, "{header} = {value}");
    };
    if table.is_empty() || table.values().any(|value| !nested(value)) {
        writeln!(f, "{}[{header}]", if *first { "" } else { "\n" })?;
        *first = false;
    }
    for (key, value) in table.iter().filter(|(_, value)| !nested(value)) {
        writeln!(f, "{} = {value}", Name(key))?;
    }
    for (key, value) in table.iter().filter(|(_, value)| nested(value)) {
        show(f, &format!("{header}.{}", Name(key)), value, first)?;
    }
    Ok(())
}
