//! Reading files, and what they import.

use crate::config::Config;
use crate::document::{Import, Source, Statement, statements};
use crate::error::ConfigError;
use crate::special::Surroundings;
use crate::value::Origin;
use std::io;
use std::path::{Path, PathBuf};

/// Reads configuration files.
///
/// A file is TOML: a table for each application, and values of these kinds besides TOML's own:
///
/// | Written | Is |
/// |---|---|
/// | `{ env = "NAME" }` | the environment variable, **when the file is read**; an error if it is not set |
/// | `{ env = "NAME", default = 6379 }` | the default if it is not set |
/// | `{ env = "NAME", type = "integer" }` | an `integer`, `float` or `boolean`, checked when the file is read; without it, text that can be read as any of them |
/// | `{ env = "NAME", secret = true }` | never shown |
/// | `{ secret = ".." }` | never shown |
/// | `{ config = "env" }`, `{ config = "target" }` | the name of the environment or target that the reader was given |
///
/// `import_config = "other.toml"`, or a list of files, at the top of a file and `[[import_config]]` with `file = ".."` (and
/// `optional = true`) anywhere in it merge another file in **at that place**: values before it are overridden, values after it
/// override. The file is found beside the one that imports it, and `{env}` and `{target}` in its name stand for what
/// the reader was given.
///
/// ```
/// use otp_config::Reader;
///
/// let text = r#"
///     [kv]
///     port = { env = "PORT", default = 6379 }
///     cookie = { env = "COOKIE", secret = true }
///     environment = { config = "env" }
/// "#;
/// let config = Reader::new().env("prod").variable("COOKIE", "chocolate").eval("config/config.toml", text)?;
/// assert_eq!(config.get::<u16>("kv", "port").unwrap(), Some(6379));
/// assert_eq!(config.get::<String>("kv", "environment").unwrap().as_deref(), Some("prod"));
/// assert!(!config.to_string().contains("chocolate"));
/// # Ok::<_, otp_config::ConfigError>(())
/// ```
///
/// Follows Elixir's `Config.Reader`.
#[doc(alias = "Config.Reader")]
#[derive(Clone, Debug, Default)]
pub struct Reader {
    surroundings: Surroundings,
    no_imports: bool,
    imported: Vec<PathBuf>,
}

impl Reader {
    /// Without environment and target, with imports.
    pub fn new() -> Self {
        Self::default()
    }

    /// The environment that files can ask for: `dev`, `test`, `prod`. Without it, asking is an error.
    #[doc(alias = "config_env")]
    pub fn env(mut self, env: impl Into<String>) -> Self {
        self.surroundings.env = Some(env.into());
        self
    }

    /// The target that files can ask for: `host`, or the name of a machine. Without it, asking is an error.
    #[doc(alias = "config_target")]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.surroundings.target = Some(target.into());
        self
    }

    /// Whether files may import others. Default: they may.
    #[doc(alias = ":disabled")]
    pub fn imports(mut self, enabled: bool) -> Self {
        self.no_imports = !enabled;
        self
    }

    /// Files that are imported already: importing one of them is an error, as importing any file twice is.
    pub fn imported_paths<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.imported.extend(paths.into_iter().map(Into::into));
        self
    }

    /// A variable that wins over that of the process's environment.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.surroundings.variables.insert(name.into(), value.into());
        self
    }

    /// Reads a file, with all that it imports.
    ///
    /// # Errors
    /// The file, or one it imports, cannot be read, is no TOML, or says what cannot be: see [`ConfigError`].
    ///
    /// Follows Elixir's `Config.Reader.read!/2`.
    #[doc(alias = "read!")]
    pub fn read(&self, file: impl AsRef<Path>) -> Result<Config, ConfigError> {
        self.read_imports(file).map(|(config, _)| config)
    }

    /// As [`Reader::read`], and which files were read: the file itself first, then those it imports, in order.
    ///
    /// # Errors
    /// Those of [`Reader::read`].
    ///
    /// Follows Elixir's `Config.Reader.read_imports!/2`.
    #[doc(alias = "read_imports!")]
    pub fn read_imports(&self, file: impl AsRef<Path>) -> Result<(Config, Vec<PathBuf>), ConfigError> {
        let mut reading = Reading { reader: self, open: Vec::new(), read: Vec::new() };
        let config = reading.file(file.as_ref(), None)?;
        Ok((config, reading.read))
    }

    /// Reads `text` as if it were in `file`, which need not be there: imports are found beside it.
    ///
    /// # Errors
    /// Those of [`Reader::read`].
    ///
    /// Follows Elixir's `Config.Reader.eval!/3`.
    #[doc(alias = "eval!")]
    pub fn eval(&self, file: impl AsRef<Path>, text: &str) -> Result<Config, ConfigError> {
        let mut reading = Reading { reader: self, open: Vec::new(), read: Vec::new() };
        reading.text(file.as_ref(), text)
    }

    /// Reads the build-time configuration of a project: `config.toml` in this folder, and after it the file of the environment
    /// (`prod.toml`) if there is one that was not imported. A folder without `config.toml` configures nothing.
    ///
    /// Also answers which files were read.
    ///
    /// # Errors
    /// Those of [`Reader::read`].
    pub fn read_project(&self, folder: impl AsRef<Path>) -> Result<(Config, Vec<PathBuf>), ConfigError> {
        let folder = folder.as_ref();
        let mut reading = Reading { reader: self, open: Vec::new(), read: Vec::new() };
        let mut config = Config::new();
        let first = folder.join("config.toml");
        if is_there(&first) {
            config = reading.file(&first, None)?;
        }
        if let Some(env) = &self.surroundings.env {
            let second = folder.join(format!("{env}.toml"));
            if is_there(&second) && !reading.has_read(&identity(&second)) {
                config = config.merge(reading.file(&second, None)?);
            }
        }
        Ok((config, reading.read))
    }

    /// Reads the run-time configuration of a project: `runtime.toml` in this folder, which cannot import. `None` if there is
    /// none.
    ///
    /// # Errors
    /// Those of [`Reader::read`].
    pub fn read_runtime(&self, folder: impl AsRef<Path>) -> Result<Option<Config>, ConfigError> {
        let file = folder.as_ref().join("runtime.toml");
        if !is_there(&file) {
            return Ok(None);
        }
        self.clone().imports(false).read(file).map(Some)
    }
}

/// One call of the reader.
struct Reading<'r> {
    reader: &'r Reader,
    /// The files that are being read, each imported by the one before.
    open: Vec<PathBuf>,
    /// All that were opened, as they were named.
    read: Vec<PathBuf>,
}

impl Reading<'_> {
    fn file(&mut self, file: &Path, at: Option<&Origin>) -> Result<Config, ConfigError> {
        let failed = |cause| ConfigError::File { file: file.to_path_buf(), at: at.cloned(), cause };
        let bytes = std::fs::read(file).map_err(failed)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| failed(io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8 text")))?;
        self.text(file, &text)
    }

    fn text(&mut self, file: &Path, text: &str) -> Result<Config, ConfigError> {
        let statements = statements(&Source::new(file, text), &self.reader.surroundings)?;
        self.open.push(file.to_path_buf());
        self.read.push(file.to_path_buf());
        let mut config = Config::new();
        for statement in statements {
            let next = match statement {
                Statement::Set(values) => values,
                Statement::Import(import) => self.import(file, &import)?,
            };
            config = config.merge(next);
        }
        self.open.pop();
        Ok(config)
    }

    fn import(&mut self, from: &Path, import: &Import) -> Result<Config, ConfigError> {
        let at = || import.at.clone();
        if self.reader.no_imports {
            return Err(ConfigError::ImportsDisabled { at: at() });
        }
        let file = from.parent().unwrap_or(Path::new("")).join(self.file_name(import)?);
        let identity_of_it = identity(&file);
        if let Some(first) = self.open.iter().position(|open| identity(open) == identity_of_it) {
            let chain = self.open[first..].iter().cloned().chain([file]).collect();
            return Err(ConfigError::ImportCycle { at: at(), chain });
        }
        if self.has_read(&identity_of_it) {
            return Err(ConfigError::AlreadyImported { at: at(), file });
        }
        if import.optional && !is_there(&file) {
            return Ok(Config::new());
        }
        self.file(&file, Some(&import.at))
    }

    fn has_read(&self, wanted: &Path) -> bool {
        self.read.iter().chain(&self.reader.imported).any(|read| identity(read) == wanted)
    }

    /// With what `{env}` and `{target}` stand for.
    fn file_name(&self, import: &Import) -> Result<String, ConfigError> {
        let mut name = import.file.clone();
        for (placeholder, what) in [("{env}", "env"), ("{target}", "target")] {
            if name.contains(placeholder) {
                name = name.replace(placeholder, self.reader.surroundings.given(what, &import.at)?);
            }
        }
        Ok(name)
    }
}

/// Whether something has this name. One that cannot be looked at, or leads nowhere, is there: reading it says what is wrong.
fn is_there(file: &Path) -> bool {
    let absent = |error: io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    !std::fs::symlink_metadata(file).is_err_and(absent)
}

/// What two names of one file have in common.
fn identity(file: &Path) -> PathBuf {
    file.canonicalize().or_else(|_| std::path::absolute(file)).unwrap_or_else(|_| file.to_path_buf())
}
