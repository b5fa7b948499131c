//! One value, and where it was written.

use crate::secret::REDACTED;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// Keys and values, in the order of the keys.
pub type Table = BTreeMap<String, Value>;

/// A value of the configuration. It knows where it was written, and whether it may be shown.
///
/// `Debug` and `Display` print it as TOML would, and a secret as `[secret]`. Two values are equal when their contents are.
#[derive(Clone)]
pub struct Value {
    kind: Kind,
    origin: Option<Arc<Origin>>,
    secret: bool,
}

/// What a value is. It is shown by its name only: it does not know whether it is a secret.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Yes or no.
    Boolean(bool),
    /// A date, a time, or both.
    Datetime(Datetime),
    /// Values in order.
    Array(Vec<Value>),
    /// Values with keys.
    Table(Table),
}

/// A date, a time, or both, as TOML has them. Read as a `String`, or as a type that reads itself from one.
#[derive(Clone, Copy, PartialEq)]
pub struct Datetime(pub(crate) toml::value::Datetime);

impl fmt::Display for Datetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Datetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Datetime {
    type Err = SerializeError;
    fn from_str(text: &str) -> Result<Self, SerializeError> {
        text.parse().map(Self).map_err(|_| SerializeError { problem: format!("{text:?} is no date or time") })
    }
}

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The file, as it was named when it was read.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The environment variable that it names, if it names one.
    pub variable: Option<String>,
}

impl Origin {
    /// A line of a file.
    pub fn new(file: impl Into<PathBuf>, line: usize) -> Self {
        Self { file: file.into(), line, variable: None }
    }

    pub(crate) fn of_variable(&self, variable: &str) -> Self {
        Self { variable: Some(variable.to_string()), ..self.clone() }
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// `config/runtime.toml:3`, with the environment variable if there is one.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)?;
        match &self.variable {
            Some(variable) => write!(f, " (environment variable {variable})"),
            None => Ok(()),
        }
    }
}

impl Value {
    /// A value that no file has.
    pub fn new(kind: impl Into<Kind>) -> Self {
        Self { kind: kind.into(), origin: None, secret: false }
    }

    /// A value made of anything that serde can take apart.
    ///
    /// # Errors
    /// Something in it has no counterpart: a number beyond `i64`, a unit, a key that is no text.
    pub fn serialize<T: serde_core::Serialize + ?Sized>(value: &T) -> Result<Self, SerializeError> {
        let value = toml::Value::try_from(value).map_err(|error| SerializeError { problem: error.to_string() })?;
        Ok(Self::from_toml(value))
    }

    pub(crate) fn at(kind: Kind, origin: Arc<Origin>) -> Self {
        Self { kind, origin: Some(origin), secret: false }
    }

    /// The value, as a `T`.
    ///
    /// # Errors
    /// It is something else than a `T`: the error says where it stands.
    pub fn read<T: serde_core::de::DeserializeOwned>(&self) -> Result<T, crate::TypeError> {
        self.read_at([])
    }

    /// As [`Value::read`], with the path at which it was found, for the error.
    ///
    /// # Errors
    /// Those of [`Value::read`].
    pub fn read_at<'p, T: serde_core::de::DeserializeOwned>(
        &self,
        path: impl IntoIterator<Item = &'p str>,
    ) -> Result<T, crate::TypeError> {
        crate::de::read(self, path)
    }

    /// The same value, never to be shown.
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The same value, written there.
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Some(Arc::new(origin));
        self
    }

    pub(crate) fn with_origin_arc(mut self, origin: Arc<Origin>) -> Self {
        self.origin = Some(origin);
        self
    }

    /// What it is. For a secret too: take care where it goes.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    pub(crate) fn kind_mut(&mut self) -> &mut Kind {
        &mut self.kind
    }

    /// What it is, by itself.
    pub fn into_kind(self) -> Kind {
        self.kind
    }

    /// Where it was written; `None` for one that the program set.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }

    pub(crate) fn origin_arc(&self) -> Option<&Arc<Origin>> {
        self.origin.as_ref()
    }

    /// Whether it is never to be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Its keys and values, if it has them.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.kind {
            Kind::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Its text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// What is found at the end of a path of keys: `None` as soon as one step is missing.
    pub fn at_path<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Self> {
        path.into_iter().try_fold(self, |value, key| value.as_table()?.get(key))
    }

    pub(crate) fn from_toml(value: toml::Value) -> Self {
        Self::new(match value {
            toml::Value::String(text) => Kind::String(text),
            toml::Value::Integer(number) => Kind::Integer(number),
            toml::Value::Float(number) => Kind::Float(number),
            toml::Value::Boolean(yes) => Kind::Boolean(yes),
            toml::Value::Datetime(time) => Kind::Datetime(Datetime(time)),
            toml::Value::Array(values) => Kind::Array(values.into_iter().map(Self::from_toml).collect()),
            toml::Value::Table(table) => {
                Kind::Table(table.into_iter().map(|(key, value)| (key, Self::from_toml(value))).collect())
            }
        })
    }

    /// With secrets in clear.
    pub(crate) fn to_toml(&self) -> toml::Value {
        match &self.kind {
            Kind::String(text) => toml::Value::String(text.clone()),
            Kind::Integer(number) => toml::Value::Integer(*number),
            Kind::Float(number) => toml::Value::Float(*number),
            Kind::Boolean(yes) => toml::Value::Boolean(*yes),
            Kind::Datetime(time) => toml::Value::Datetime(time.0),
            Kind::Array(values) => toml::Value::Array(values.iter().map(Self::to_toml).collect()),
            Kind::Table(table) => {
                toml::Value::Table(table.iter().map(|(key, value)| (key.clone(), value.to_toml())).collect())
            }
        }
    }
}

impl Kind {
    /// `string`, `integer`, `float`, `boolean`, `date or time`, `array`, `table`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Boolean(_) => "boolean",
            Self::Datetime(_) => "date or time",
            Self::Array(_) => "array",
            Self::Table(_) => "table",
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret {
            return write!(f, "{REDACTED:?}");
        }
        match &self.kind {
            Kind::String(text) => write!(f, "{}", toml::Value::from(text.as_str())),
            Kind::Integer(number) => write!(f, "{number}"),
            Kind::Float(number) => write!(f, "{}", toml::Value::from(*number)),
            Kind::Boolean(yes) => write!(f, "{yes}"),
            Kind::Datetime(time) => write!(f, "{time}"),
            Kind::Array(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Kind::Table(table) if table.is_empty() => f.write_str("{}"),
            Kind::Table(table) => {
                for (index, (key, value)) in table.iter().enumerate() {
                    write!(f, "{} {} = {value}", if index == 0 { "{" } else { "," }, Name(key))?;
                }
                f.write_str(" }")
            }
        }
    }
}

/// A key, in quotes where TOML needs them.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !self.0.is_empty() && self.0.bytes().all(bare) {
            f.write_str(self.0)
        } else {
            write!(f, "{}", toml::Value::from(self.0))
        }
    }
}

/// A value that has no counterpart in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be a value of the configuration: {problem}")]
#[non_exhaustive]
pub struct SerializeError {
    /// What is in the way.
    pub problem: String,
}

macro_rules! from {
    ($($from:ty => |$name:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Kind {
            fn from($name: $from) -> Self {
                $to
            }
        }
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::new(value)
            }
        }
    )+};
}

from! {
    &str => |text| Self::String(text.to_string()),
    String => |text| Self::String(text),
    bool => |yes| Self::Boolean(yes),
    i8 => |number| Self::Integer(number.into()),
    i16 => |number| Self::Integer(number.into()),
    i32 => |number| Self::Integer(number.into()),
    i64 => |number| Self::Integer(number),
    u8 => |number| Self::Integer(number.into()),
    u16 => |number| Self::Integer(number.into()),
    u32 => |number| Self::Integer(number.into()),
    f32 => |number| Self::Float(number.into()),
    f64 => |number| Self::Float(number),
    Datetime => |time| Self::Datetime(time),
    Table => |table| Self::Table(table),
}

impl<V: Into<Value>> From<Vec<V>> for Kind {
    fn from(values: Vec<V>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(values: Vec<V>) -> Self {
        Self::new(values)
    }
}

impl<V: Into<Value>, const N: usize> From<[V; N]> for Value {
    fn from(values: [V; N]) -> Self {
        Self::new(Vec::from(values))
    }
}
