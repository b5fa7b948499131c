//! Values to types: serde's side of a [`Value`].
//!
//! An error is placed where the innermost value stands whose reading failed; on the way out each step of the path is put
//! in front, and a secret on that way takes everything out that quotes a value.
//!
//! A string that an environment variable gave is read as a number or a boolean when one is asked for: variables are always
//! text.

use crate::secret::{NEWTYPE, REDACTED};
use crate::value::{Kind, Origin, Value};
use serde_core::de::value::{MapAccessDeserializer, StrDeserializer};
use serde_core::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::collections::btree_map;
use std::fmt;
use std::sync::Arc;

/// A value is not of the type that was asked for.
///
/// It prints as `config/runtime.toml:3: kv.port: expected u16, found string "many"`, without the value if that is a secret.
#[derive(Clone, PartialEq)]
pub struct TypeError {
    /// What was expected, if it is known.
    expected: Option<String>,
    /// What was there instead; taken out for a secret.
    found: Option<String>,
    /// What the type had to say by itself; taken out for a secret.
    said: Option<String>,
    path: Vec<String>,
    origin: Option<Arc<Origin>>,
    placed: bool,
    secret: bool,
}

impl TypeError {
    fn new(expected: Option<String>, found: Option<String>, said: Option<String>) -> Self {
        Self { expected, found, said, path: Vec::new(), origin: None, placed: false, secret: false }
    }

    /// Where the value was written; `None` for one that the program set.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }

    /// The application, the key, and the steps to the value.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// What was expected, if it is known: `u16`, `a string`, `struct Listener`.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The place of a value, unless one inside of it has been named.
    fn at(mut self, value: &Value) -> Self {
        if !self.placed {
            self.placed = true;
            self.origin = value.origin_arc().cloned();
        }
        if value.is_secret() { self.hidden() } else { self }
    }

    fn hidden(mut self) -> Self {
        (self.found, self.said, self.secret) = (None, None, true);
        self
    }

    fn below(mut self, step: impl Into<String>) -> Self {
        self.path.insert(0, step.into());
        self
    }
}

impl std::error::Error for TypeError {}

impl fmt::Debug for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeError({self})")
    }
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path.join("."))?;
        }
        match (&self.expected, &self.found, &self.said) {
            (Some(expected), Some(found), _) => write!(f, "expected {expected}, found {found}"),
            (_, _, Some(said)) => f.write_str(said),
            (Some(expected), ..) => write!(f, "expected {expected}, found something else; it is not shown: {REDACTED}"),
            _ => write!(f, "the value cannot be used; it is not shown: {REDACTED}"),
        }
    }
}

impl de::Error for TypeError {
    fn custom<T: fmt::Display>(said: T) -> Self {
        Self::new(None, None, Some(said.to_string()))
    }
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Some(expected.to_string()), Some(found.to_string()), None)
    }
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Some(expected.to_string()), Some(found.to_string()), None)
    }
    fn invalid_length(len: usize, expected: &dyn Expected) -> Self {
        Self::new(Some(expected.to_string()), Some(format!("{len} of them")), None)
    }
    fn missing_field(field: &'static str) -> Self {
        Self::custom(format!("the key `{field}` is missing"))
    }
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("there is no key `{field}`: expected {}", one_of(expected)))
    }
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Some(one_of(expected)), Some(format!("`{variant}`")), None)
    }
}

/// `` `a`, `b` or `c` ``.
fn one_of(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "nothing".to_string(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Reads a value; `path` says where it is, for the error.
pub(crate) fn read<'p, T: DeserializeOwned>(
    value: &Value,
    path: impl IntoIterator<Item = &'p str>,
) -> Result<T, TypeError> {
    T::deserialize(De(value)).map_err(|mut error| {
        error.path.splice(0..0, path.into_iter().map(str::to_string));
        error
    })
}

/// A value to be read.
#[derive(Clone, Copy)]
struct De<'a>(&'a Value);

impl<'a> De<'a> {
    /// The text that an environment variable gave.
    fn variable(self) -> Option<&'a str> {
        self.0.origin()?.variable.as_ref()?;
        self.0.as_str()
    }

    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        let read = match self.0.kind() {
            Kind::String(text) => visitor.visit_str(text),
            Kind::Integer(number) => visitor.visit_i64(*number),
            Kind::Float(number) => visitor.visit_f64(*number),
            Kind::Boolean(yes) => visitor.visit_bool(*yes),
            Kind::Datetime(time) => visitor.visit_string(time.to_string()),
            Kind::Array(values) => visitor.visit_seq(Elements { values: values.iter(), index: 0 }),
            Kind::Table(table) => visitor.visit_map(Entries { entries: table.iter(), value: None }),
        };
        read.map_err(|error| error.at(self.0))
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident: $type:ty),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
            match self.variable().map(str::trim).map(str::parse::<$type>) {
                Some(Ok(parsed)) => visitor.$visit(parsed).map_err(|error: TypeError| error.at(self.0)),
                _ => self.any(visitor),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for De<'_> {
    type Error = TypeError;

    parsed! {
        deserialize_bool => visit_bool: bool,
        deserialize_i8 => visit_i64: i64,
        deserialize_i16 => visit_i64: i64,
        deserialize_i32 => visit_i64: i64,
        deserialize_i64 => visit_i64: i64,
        deserialize_u8 => visit_i64: i64,
        deserialize_u16 => visit_i64: i64,
        deserialize_u32 => visit_i64: i64,
        deserialize_u64 => visit_u64: u64,
        deserialize_f32 => visit_f64: f64,
        deserialize_f64 => visit_f64: f64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        self.any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        let read = visitor.visit_newtype_struct(self);
        if name == NEWTYPE { read.map_err(|error| error.at(self.0).hidden()) } else { read }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        let read = match self.0.kind() {
            Kind::String(variant) => {
                let variant: StrDeserializer<'_, TypeError> = variant.as_str().into_deserializer();
                visitor.visit_enum(variant)
            }
            Kind::Table(table) if table.len() == 1 => {
                let (variant, value) = table.iter().next().expect("it has one entry");
                visitor.visit_enum(Variant { variant, value })
            }
            _ => self.any(visitor),
        };
        read.map_err(|error| error.at(self.0))
    }

    serde_core::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

struct Elements<'a> {
    values: std::slice::Iter<'a, Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = TypeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, TypeError> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(De(value)).map(Some).map_err(|error| error.at(value).below(index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Entries<'a> {
    entries: btree_map::Iter<'a, String, Value>,
    /// The value of the key that was read last.
    value: Option<(&'a str, &'a Value)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = TypeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, TypeError> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some((key, value));
        let text: StrDeserializer<'_, TypeError> = key.as_str().into_deserializer();
        seed.deserialize(text).map(Some).map_err(|mut error| {
            // A key is no secret, only its value is.
            error.placed = true;
            error.origin = value.origin_arc().cloned();
            error.below(key)
        })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, TypeError> {
        let (key, value) = self.value.take().expect("a value is read after its key");
        seed.deserialize(De(value)).map_err(|error| error.at(value).below(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// `{ variant = value }`.
struct Variant<'a> {
    variant: &'a str,
    value: &'a Value,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = TypeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), TypeError> {
        let text: StrDeserializer<'_, TypeError> = self.variant.into_deserializer();
        seed.deserialize(text).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = TypeError;

    fn unit_variant(self) -> Result<(), TypeError> {
        let error = de::Error::custom(format!("`{0}` takes no value: write \"{0}\"", self.variant));
        Err(TypeError::at(error, self.value))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, TypeError> {
        seed.deserialize(De(self.value)).map_err(|error| error.at(self.value).below(self.variant))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, TypeError> {
        De(self.value).any(visitor).map_err(|error| error.below(self.variant))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        let read = match self.value.as_table() {
            Some(table) => {
                let entries = Entries { entries: table.iter(), value: None };
                MapAccessDeserializer::new(entries).deserialize_any(visitor).map_err(|error| error.at(self.value))
            }
            None => De(self.value).any(visitor),
        };
        read.map_err(|error| error.below(self.variant))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Config, Reader, Secret};

    fn config(text: &str) -> Config {
        Reader::new().variable("PORT", "80").variable("WORD", "abc").eval("c.toml", text).expect("it is valid")
    }

    #[test]
    fn errors_name_file_line_key_and_type() {
        let wrong = config("[kv]\nport = \"many\"\nlist = [1, \"x\"]\nbig = 70000\n[kv.a]\nb = true\n");
        let error = wrong.get::<u16>("kv", "port").unwrap_err();
        assert_eq!(error.to_string(), "c.toml:2: kv.port: expected u16, found string \"many\"");
        assert_eq!((error.expected(), error.origin().map(|origin| origin.line)), (Some("u16"), Some(2)));
        let error = wrong.get::<Vec<u8>>("kv", "list").unwrap_err();
        assert_eq!(error.to_string(), "c.toml:3: kv.list.1: expected u8, found string \"x\"");
        let error = wrong.get::<u16>("kv", "big").unwrap_err();
        assert_eq!(error.to_string(), "c.toml:4: kv.big: expected u16, found integer `70000`");
        let error = wrong.get::<String>("kv", ["a", "b"]).unwrap_err();
        assert_eq!(error.to_string(), "c.toml:6: kv.a.b: expected a string, found boolean `true`");
        let error = Config::new().with("kv", "port", "x").get::<u16>("kv", "port").unwrap_err();
        assert_eq!(error.to_string(), "kv.port: expected u16, found string \"x\"");
    }

    #[test]
    fn a_variable_is_read_as_a_number_when_one_is_asked_for() {
        let config = config("kv.port = { env = \"PORT\" }\nkv.word = { env = \"WORD\" }\nkv.text = \"80\"");
        assert_eq!(config.get::<u16>("kv", "port").unwrap(), Some(80));
        assert_eq!(config.get::<f64>("kv", "port").unwrap(), Some(80.0));
        assert_eq!(config.get::<Option<i8>>("kv", "port").unwrap(), Some(Some(80)));
        assert_eq!(config.get::<String>("kv", "port").unwrap().as_deref(), Some("80"));
        assert!(config.get::<u16>("kv", "text").is_err());
        let error = config.get::<u16>("kv", "word").unwrap_err();
        assert_eq!(
            error.to_string(),
            "c.toml:2 (environment variable WORD): kv.word: expected u16, found string \"abc\""
        );
    }

    #[test]
    fn an_error_never_quotes_a_secret() {
        let text = "kv.a = { secret = \"hunter2\" }\nkv.b = { secret = [\"hunter2\"] }\nkv.c = \"hunter2\"";
        let config = config(text);
        let errors = [
            config.get::<u16>("kv", "a").unwrap_err(),
            config.get::<std::net::IpAddr>("kv", "a").unwrap_err(),
            config.get::<Vec<u16>>("kv", "b").unwrap_err(),
            config.get::<Secret<u16>>("kv", "c").unwrap_err(),
        ];
        for error in errors {
            assert!(error.to_string().contains("[secret]"), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
