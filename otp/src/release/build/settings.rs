//! What a project says of its releases: `[package.metadata.otp]`, `[workspace.metadata.otp]` or `rel/releases.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};

use super::BuildError;
use crate::application::Mode;
use crate::config::Secret;
use crate::release::manifest::{ProviderSetting, StartSettings};

/// The table `otp` of a project's metadata.
///
/// ```toml
/// [package.metadata.otp]
/// default_release = "demo"
///
/// [package.metadata.otp.releases.demo]
/// applications = { demo = "permanent", metrics = "load" }
/// overlays = ["rel/overlays", "more"]
/// steps = ["assemble", "tar"]
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The release that is made when none is named and several are configured.
    pub default_release: Option<String>,
    /// The releases, by name.
    pub releases: BTreeMap<String, ReleaseSettings>,
    /// A file with this table, from the directory of the manifest. Default: `rel/releases.toml`, if it exists.
    pub file: Option<PathBuf>,
    /// A program of the workspace that makes its releases (see [`run`](super::run)): `cargo otp release` runs it.
    pub program: Option<String>,
}

impl Settings {
    /// Reads a table of a manifest.
    pub(crate) fn from_metadata(place: &str, table: Option<&toml::Value>) -> Result<Self, BuildError> {
        match table {
            None => Ok(Self::default()),
            Some(table) => Self::deserialize(table.clone())
                .map_err(|error| BuildError::settings(place, error.to_string().trim_end())),
        }
    }

    /// Reads a file of its own.
    pub(crate) fn from_file(path: &std::path::Path) -> Result<Self, BuildError> {
        let text = std::fs::read_to_string(path).map_err(BuildError::file("read", path))?;
        toml::from_str(&text).map_err(|error| BuildError::toml(path, &text, &error))
    }
}

/// What is said of one release. What is left out has the default that the field names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReleaseSettings {
    /// The applications with their modes: `permanent`, `transient`, `temporary`, `load` or `none`. What they depend on belongs
    /// to the release too. Default: those of the program's `main`, each in its own mode.
    #[serde(deserialize_with = "modes")]
    pub applications: Option<BTreeMap<String, Mode>>,
    /// The package with the program. Default: the only one of the project, or the first of `applications`.
    pub package: Option<String>,
    /// The program of the package. Default: its only one, its `default-run`, or the one of the package's name.
    pub bin: Option<String>,
    /// The profile of cargo. Default: `release`.
    pub profile: Option<String>,
    /// Features of the package to build with.
    pub features: Vec<String>,
    /// Whether the package's default features are left out.
    pub no_default_features: bool,
    /// The version. Default: the package's.
    pub version: Option<VersionSetting>,
    /// Where it is made. Default: `rel/NAME` in cargo's target directory.
    pub path: Option<PathBuf>,
    /// Whether symbols and debug information are taken out of the program. Default: yes.
    pub strip: Strip,
    /// Directories whose content is copied into the release, after `rel/overlays`.
    pub overlays: OneOrMany<PathBuf>,
    /// Configuration providers, in their order.
    pub config_providers: Vec<ProviderSetting>,
    /// What is done, in order. Default: `["assemble"]`.
    pub steps: Option<Vec<StepSetting>>,
    /// For which systems launch scripts are written. Default: `["unix"]`.
    pub include_executables_for: Option<Vec<System>>,
    /// The secret of the control channel. Default: a random one, made once.
    #[serde(deserialize_with = "secret")]
    pub cookie: Option<Secret<String>>,
    /// The directory with templates and with the default overlays. Default: `rel`.
    pub rel_templates_path: Option<PathBuf>,
    /// The build-time configuration. Default: `config/config.toml`.
    pub config_path: Option<PathBuf>,
    /// The run-time configuration, or `false` for none. Default: `runtime.toml` beside the build-time configuration.
    pub runtime_config_path: Option<PathOrFalse>,
    /// Applications that may depend on one of mode `load` or `none`.
    pub skip_mode_validation_for: Vec<String>,
    /// Whether start refuses a run-time configuration that differs from what was compiled in. Default: yes.
    pub validate_compile_env: Option<bool>,
    /// Whether no file stays with the configuration that a start computed. Otherwise it is in `tmp/computed.toml`, for its owner's eyes
    /// only, to look at. Default: no.
    #[serde(rename = "prune_runtime_sys_config_after_boot")]
    pub prune: bool,
    /// Threads, stack size and log level.
    pub start: StartSettings,
    /// Whether an existing release is replaced without a question. Default: no.
    pub overwrite: bool,
    /// Whether nothing is printed. Default: no.
    pub quiet: bool,
}

fn modes<'de, D: Deserializer<'de>>(table: D) -> Result<Option<BTreeMap<String, Mode>>, D::Error> {
    let words = BTreeMap::<String, String>::deserialize(table)?;
    let modes = words.into_iter().map(|(name, word)| match word.parse() {
        Ok(mode) => Ok((name, mode)),
        Err(error) => Err(serde::de::Error::custom(format!("application `{name}`: {error}"))),
    });
    modes.collect::<Result<_, _>>().map(Some)
}

/// An error of the usual kind would show what was found.
fn secret<'de, D: Deserializer<'de>>(text: D) -> Result<Option<Secret<String>>, D::Error> {
    let secret = Secret::deserialize(text).map_err(|_| serde::de::Error::custom("the cookie must be text"));
    secret.map(Some)
}

/// A version, or where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum VersionSetting {
    /// This one.
    Is(String),
    /// That of a package of the workspace.
    From {
        /// The package.
        from_package: String,
    },
}

/// What is taken out of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Strip {
    /// Everything that is not needed to run, or nothing.
    All(bool),
    /// Everything but this.
    Keep {
        /// What stays.
        keep: Vec<Part>,
    },
}

impl Default for Strip {
    fn default() -> Self {
        Self::All(true)
    }
}

/// What a program has beside its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Names of functions, for backtraces.
    Symbols,
    /// Files and lines, for backtraces and debuggers.
    Debuginfo,
}

/// One path, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> From<OneOrMany<T>> for Vec<T> {
    fn from(paths: OneOrMany<T>) -> Self {
        match paths {
            OneOrMany::One(path) => vec![path],
            OneOrMany::Many(paths) => paths,
        }
    }
}

/// A path, or `false`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PathOrFalse {
    /// The path.
    Path(PathBuf),
    /// `false`: none. `true` is the default.
    Default(bool),
}

/// A step in a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum StepSetting {
    /// `assemble` or `tar`.
    Named(String),
    /// A program with its arguments, run in the directory of the project with the release's variables.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
    },
}

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Linux, macOS, the BSDs. There are no scripts for Windows.
    Unix,
}
