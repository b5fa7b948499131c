//! Inline tables that stand for a value: `{ env = "NAME" }`, `{ secret = ".." }`, `{ config = "env" }`.
//!
//! Only inline tables: one with a header of its own, or written with dotted keys, is what it looks like.

use crate::document::{Source, Special, convert};
use crate::error::ConfigError;
use crate::value::{Kind, Origin, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What values may ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) env: Option<String>,
    pub(crate) target: Option<String>,
    /// Variables that were given to the reader; they win over those of the process.
    pub(crate) variables: BTreeMap<String, String>,
}

impl Surroundings {
    /// `env` or `target`, if it was given.
    pub(crate) fn given(&self, what: &'static str, at: &Origin) -> Result<&str, ConfigError> {
        let given = if what == "env" { &self.env } else { &self.target };
        given.as_deref().ok_or_else(|| ConfigError::NotGiven { at: at.clone(), what })
    }

    /// An environment variable; `Err` if it is no Unicode.
    fn variable(&self, name: &str) -> Result<Option<String>, ()> {
        if let Some(value) = self.variables.get(name) {
            return Ok(Some(value.clone()));
        }
        // Names that no variable can have.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Ok(None);
        }
        std::env::var_os(name).map(|value| value.into_string().map_err(|_| ())).transpose()
    }

    fn environment(
        &self,
        source: &Source<'_>,
        path: &[String],
        at: Origin,
        table: &DeTable<'_>,
    ) -> Result<Value, ConfigError> {
        let mut form = Form { name: None, default: None, ty: "string", secret: false };
        for (key, value) in table {
            let place = source.origin(key.span().start);
            form.read(key.get_ref(), value, &place)?;
        }
        let bad = |problem: &str| ConfigError::BadForm { at: at.clone(), problem: problem.to_string() };
        let name = form.name.ok_or_else(|| bad("`env` takes the name of an environment variable"))?;
        let key = path.join(".");
        let found = self.variable(name).map_err(|()| ConfigError::BadVariable {
            at: at.clone(),
            name: name.to_string(),
            expected: "Unicode",
            key: key.clone(),
        })?;
        let value = match (found, form.default) {
            (Some(text), _) => {
                let origin = Arc::new(at.of_variable(name));
                let kind = typed(form.ty, text).map_err(|expected| ConfigError::BadVariable {
                    at: at.clone(),
                    name: name.to_string(),
                    expected,
                    key,
                })?;
                Value::at(kind, origin)
            }
            (None, Some(default)) => convert(source, self, path, default)?,
            (None, None) => return Err(ConfigError::MissingVariable { at, name: name.to_string(), key }),
        };
        Ok(if form.secret { value.secret() } else { value })
    }
}

/// `{ env = "NAME", default = .., type = "integer", secret = true }`.
struct Form<'d, 'i> {
    name: Option<&'d str>,
    default: Option<&'d Spanned<DeValue<'i>>>,
    ty: &'d str,
    secret: bool,
}

impl<'d, 'i> Form<'d, 'i> {
    fn read(&mut self, key: &str, value: &'d Spanned<DeValue<'i>>, at: &Origin) -> Result<(), ConfigError> {
        match (key, value.get_ref()) {
            ("env", DeValue::String(name)) => self.name = Some(name),
            ("default", _) => self.default = Some(value),
            ("type", DeValue::String(ty)) if TYPES.contains(&&**ty) => self.ty = ty,
            ("secret", DeValue::Boolean(secret)) => self.secret = *secret,
            _ => {
                let problem = format!(
                    "a value from the environment has no `{key}` like this: it takes `env = \"NAME\"`, `default`, \
                     `type` (\"string\", \"integer\", \"float\" or \"boolean\") and `secret` (true or false); \
                     a table with a key `env` of its own is written with a header, `[..]`"
                );
                return Err(ConfigError::BadForm { at: at.clone(), problem });
            }
        }
        Ok(())
    }
}

const TYPES: [&str; 4] = ["string", "integer", "float", "boolean"];

/// The text of a variable as what it should be, or what it is not.
fn typed(ty: &str, text: String) -> Result<Kind, &'static str> {
    match ty {
        "integer" => text.trim().parse().map(Kind::Integer).map_err(|_| "an integer"),
        "float" => text.trim().parse().map(Kind::Float).map_err(|_| "a float"),
        "boolean" => text.trim().parse().map(Kind::Boolean).map_err(|_| "a boolean, true or false"),
        _ => Ok(Kind::String(text)),
    }
}

impl Special for Surroundings {
    fn is_special(&self, value: &Spanned<DeValue<'_>>) -> bool {
        let DeValue::Table(table) = value.get_ref() else { return false };
        let asks = |name: &str| {
            table.len() == 1
                && table.get(name).is_some_and(|value| matches!(value.get_ref().as_str(), Some("env" | "target")))
        };
        table.contains_key("env") || table.contains_key("secret") || asks("config")
    }

    fn make(&self, source: &Source<'_>, path: &[String], value: &Spanned<DeValue<'_>>) -> Result<Value, ConfigError> {
        let at = source.origin(value.span().start);
        let DeValue::Table(table) = value.get_ref() else { return convert(source, self, path, value) };
        if table.contains_key("env") {
            return self.environment(source, path, at, table);
        }
        if let Some(secret) = table.get("secret") {
            if table.len() > 1 {
                let problem = "a secret is written as `{ secret = .. }`, with nothing beside it; \
                               a table with a key `secret` of its own is written with a header, `[..]`";
                return Err(ConfigError::BadForm { at, problem: problem.to_string() });
            }
            return convert(source, self, path, secret).map(Value::secret);
        }
        let what = match table.values().next().and_then(|what| what.get_ref().as_str()) {
            Some("target") => "target",
            _ => "env",
        };
        let given = self.given(what, &at)?.to_string();
        Ok(Value::at(Kind::String(given), Arc::new(at)))
    }
}
