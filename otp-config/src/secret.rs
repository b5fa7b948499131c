//! What is never shown.

use crate::value::{Kind, Value};
use serde_core::de::{Deserialize, Deserializer, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What stands in the place of a secret wherever something is printed.
pub const REDACTED: &str = "[secret]";

/// A value that is not printed: `Debug` and `Display` show `[secret]`, and an error of its type does not quote it.
///
/// In a file a value is secret when it is written as `{ secret = "..." }`, or `{ env = "NAME", secret = true }`. It can be
/// read as any type; reading it as a `Secret<T>` goes on keeping it out of logs.
///
/// ```
/// use otp_config::{Config, Secret};
///
/// let config = Config::new().with("store", "password", Secret::new("hunter2"));
/// assert!(!format!("{config} {config:?}").contains("hunter2"));
///
/// let password: Secret<String> = config.get("store", "password").unwrap().unwrap();
/// assert_eq!(format!("{password:?} {password}"), "[secret] [secret]");
/// assert_eq!(password.expose(), "hunter2");
/// ```
///
/// It cannot be serialised: that would print it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret<T>(T);

/// By this name `Secret` tells our deserializer that it is one.
pub(crate) const NEWTYPE: &str = "otp::config::Secret";

impl<T> Secret<T> {
    /// Makes a secret of a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Take care where it goes.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value, by itself.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Into<Kind>> From<Secret<T>> for Value {
    fn from(secret: Secret<T>) -> Self {
        Self::new(secret.0).secret()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
            type Value = Secret<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Secret<T>, D::Error> {
                T::deserialize(deserializer).map(Secret)
            }
        }
        deserializer.deserialize_newtype_struct(NEWTYPE, Inner(PhantomData))
    }
}
