//! One TOML file to statements in the order in which they stand: what is set, and what is imported between.

use crate::config::Config;
use crate::error::ConfigError;
use crate::value::{Datetime, Kind, Origin, Table, Value};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The key at the top of a file that imports others.
pub(crate) const IMPORT: &str = "import_config";

/// What a file says.
pub(crate) enum Statement {
    /// These values, merged over what stood before.
    Set(Config),
    /// Another file.
    Import(Import),
}

/// A file to import, as it is written.
pub(crate) struct Import {
    pub(crate) file: String,
    pub(crate) at: Origin,
    /// Whether it may be missing.
    pub(crate) optional: bool,
}

/// A text, and the way from a place in it to a line.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a Path,
    text: &'a str,
    /// Where lines begin.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a Path, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place + 1);
        Self { file, text, lines: std::iter::once(0).chain(breaks).collect() }
    }

    pub(crate) fn origin(&self, place: usize) -> Origin {
        Origin::new(self.file, self.lines.partition_point(|begin| *begin <= place))
    }

    /// Whether a table or an array is written in place, not with a header or by dotted keys.
    pub(crate) fn is_inline(&self, span: &std::ops::Range<usize>) -> bool {
        self.text.as_bytes().get(span.start) == Some(&b'{')
    }
}

/// A value that is written at a place: `path = value`.
struct Leaf<'d, 'i> {
    place: usize,
    path: Vec<String>,
    value: &'d Spanned<DeValue<'i>>,
}

/// The statements of a file. `special` makes values of inline tables that stand for one.
pub(crate) fn statements(source: &Source<'_>, special: &dyn Special) -> Result<Vec<Statement>, ConfigError> {
    let document = DeTable::parse(source.text).map_err(|error| {
        let at = source.origin(error.span().map_or(0, |span| span.start));
        ConfigError::Syntax { at, problem: error.message().to_string() }
    })?;
    let (mut leaves, mut imports) = (Vec::new(), Vec::new());
    for (key, value) in document.get_ref() {
        let name: &str = key.get_ref();
        if name == IMPORT {
            collect_imports(source, key.span().start, value, &mut imports)?;
            continue;
        }
        let is_plain = matches!(value.get_ref(), DeValue::Table(_));
        if !is_plain || source.is_inline(&value.span()) && special.is_special(value) {
            let found = value.get_ref().type_str().to_string();
            let found = if found.starts_with(['a', 'i']) { format!("an {found}") } else { format!("a {found}") };
            let at = source.origin(key.span().start);
            return Err(ConfigError::NotAnApplication { at, entry: name.to_string(), found });
        }
        walk(source, vec![name.to_string()], key.span().start, value, &mut leaves);
    }
    leaves.sort_by_key(|leaf| leaf.place);
    imports.sort_by_key(|(place, _)| *place);
    in_order(source, special, leaves, imports)
}

/// Values and imports, merged by place.
fn in_order(
    source: &Source<'_>,
    special: &dyn Special,
    leaves: Vec<Leaf<'_, '_>>,
    imports: Vec<(usize, Import)>,
) -> Result<Vec<Statement>, ConfigError> {
    let mut statements = Vec::new();
    let mut leaves = leaves.into_iter().peekable();
    let mut set = |until: usize, statements: &mut Vec<Statement>| {
        let mut tables = Table::new();
        while let Some(leaf) = leaves.next_if(|leaf| leaf.place < until) {
            let value = convert(source, special, &leaf.path, leaf.value)?;
            enter(&mut tables, &leaf.path, source.origin(leaf.place), value);
        }
        statements.push(Statement::Set(Config::from_tables(tables)));
        Ok(())
    };
    for (place, import) in imports {
        set(place, &mut statements)?;
        statements.push(Statement::Import(import));
    }
    set(usize::MAX, &mut statements)?;
    Ok(statements)
}

/// Down to the values: tables with headers and by dotted keys are only paths to them.
fn walk<'d, 'i>(
    source: &Source<'_>,
    path: Vec<String>,
    place: usize,
    value: &'d Spanned<DeValue<'i>>,
    leaves: &mut Vec<Leaf<'d, 'i>>,
) {
    match value.get_ref() {
        DeValue::Table(table) if !table.is_empty() && !source.is_inline(&value.span()) => {
            for (key, value) in table {
                let mut path = path.clone();
                path.push(key.get_ref().to_string());
                walk(source, path, key.span().start, value, leaves);
            }
        }
        _ => leaves.push(Leaf { place, path, value }),
    }
}

/// Sets a value at the end of a path; the tables on the way begin where their first value stands.
fn enter(tables: &mut Table, path: &[String], at: Origin, value: Value) {
    let at = Arc::new(at);
    let Some((last, steps)) = path.split_last() else { return };
    let mut table = tables;
    for step in steps {
        let made = || Value::at(Kind::Table(Table::new()), at.clone());
        table = match table.entry(step.clone()).or_insert_with(made).kind_mut() {
            Kind::Table(inner) => inner,
            _ => return,
        };
    }
    table.entry(last.clone()).or_insert(value);
}

/// Makes a value of an inline table that stands for one.
pub(crate) trait Special {
    /// Whether this inline table stands for a value.
    fn is_special(&self, value: &Spanned<DeValue<'_>>) -> bool;
    /// The value.
    fn make(&self, source: &Source<'_>, path: &[String], value: &Spanned<DeValue<'_>>) -> Result<Value, ConfigError>;
}

/// A value, and all that is in it.
pub(crate) fn convert(
    source: &Source<'_>,
    special: &dyn Special,
    path: &[String],
    value: &Spanned<DeValue<'_>>,
) -> Result<Value, ConfigError> {
    let origin = source.origin(value.span().start);
    let bad = |problem: String| Err(ConfigError::BadForm { at: origin.clone(), problem });
    if source.is_inline(&value.span()) && special.is_special(value) {
        return special.make(source, path, value);
    }
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::String(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Integer(number),
            Err(_) => return bad(format!("`{}`: the number {number} is too large", path.join("."))),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Kind::Float(number),
            Err(_) => return bad(format!("`{}`: {} is no number", path.join("."), number.as_str())),
        },
        DeValue::Boolean(yes) => Kind::Boolean(*yes),
        DeValue::Datetime(time) => Kind::Datetime(Datetime(*time)),
        DeValue::Array(values) => {
            let mut converted = Vec::with_capacity(values.len());
            for (index, value) in values.iter().enumerate() {
                converted.push(convert(source, special, &below(path, &index.to_string()), value)?);
            }
            Kind::Array(converted)
        }
        DeValue::Table(table) => {
            let mut converted = Table::new();
            for (key, value) in table {
                let path = below(path, key.get_ref());
                converted.insert(key.get_ref().to_string(), convert(source, special, &path, value)?);
            }
            Kind::Table(converted)
        }
    };
    Ok(Value::at(kind, Arc::new(origin)))
}

fn below(path: &[String], step: &str) -> Vec<String> {
    path.iter().cloned().chain([step.to_string()]).collect()
}

/// `import_config = "a.toml"`, `import_config = ["a.toml", "b.toml"]`, or `[[import_config]]` with `file` and `optional`.
fn collect_imports(
    source: &Source<'_>,
    place: usize,
    value: &Spanned<DeValue<'_>>,
    imports: &mut Vec<(usize, Import)>,
) -> Result<(), ConfigError> {
    let at = source.origin(value.span().start);
    match value.get_ref() {
        DeValue::String(file) => {
            imports.push((place, Import { file: file.to_string(), at, optional: false }));
            Ok(())
        }
        DeValue::Array(values) => {
            // Those of an array in place stand where that stands, those with headers each for itself.
            let of_its_own = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
                DeValue::Table(_) if !source.is_inline(&value.span()) => value.span().start,
                _ => place,
            };
            values.iter().try_for_each(|value| collect_imports(source, of_its_own(value), value, imports))
        }
        DeValue::Table(table) => {
            let mut import = Import { file: String::new(), at: at.clone(), optional: false };
            for (key, value) in table {
                let name: &Cow<'_, str> = key.get_ref();
                match (&**name, value.get_ref()) {
                    ("file", DeValue::String(file)) => import.file = file.to_string(),
                    ("optional", DeValue::Boolean(optional)) => import.optional = *optional,
                    _ => {
                        let at = source.origin(key.span().start);
                        let problem = format!(
                            "`{name}` is nothing that an import has: it takes `file`, a string, and `optional`, true or false"
                        );
                        return Err(ConfigError::BadForm { at, problem });
                    }
                }
            }
            if import.file.is_empty() {
                let problem = "an import needs a file: write `file = \"other.toml\"`".to_string();
                return Err(ConfigError::BadForm { at, problem });
            }
            imports.push((place, import));
            Ok(())
        }
        other => {
            let problem = format!("{IMPORT} is {}, not the name of a file", other.type_str());
            Err(ConfigError::BadForm { at, problem: format!("{problem}: write `{IMPORT} = \"other.toml\"`") })
        }
    }
}
