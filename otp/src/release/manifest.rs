//! What the build writes and the running program reads, and what a program says of itself to the build.

use serde::{Deserialize, Serialize};

/// Settings that a start reads before anything runs: `releases/VERSION/start.toml`.
///
/// ```
/// # #[cfg(feature = "release")] {
/// let settings: otp::release::StartSettings = toml::from_str("worker_threads = 4\nlog_level = \"info\"").unwrap();
/// assert_eq!(settings.worker_threads, Some(4));
/// # }
/// ```
#[doc(alias = "vm.args")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StartSettings {
    /// Threads that run processes. Default: one a core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_threads: Option<usize>,
    /// At most so many threads for blocking work. Default: tokio's, 512.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking_threads: Option<usize>,
    /// Bytes of stack of each thread. Default: 2 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_size: Option<usize>,
    /// `RUST_LOG`, unless that is set already. Default: not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
}

/// A configuration provider of a release, and what its `init` is given at assembly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSetting {
    /// The name under which the program registered it.
    pub name: String,
    /// What `init` is given.
    #[serde(default)]
    pub init: String,
}

/// What a program is asked when a release is made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// The file of the build-time configuration; empty if there is none.
    pub config: String,
    /// The environment, `prod` for instance.
    pub env: String,
    /// The providers whose state is wanted.
    pub providers: Vec<ProviderSetting>,
}

/// What a program says of itself when a release is made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// The version of `otp` it was built with.
    pub otp: String,
    /// The target it was built for.
    pub target: String,
    /// Those applications that it starts when nothing else is said.
    pub roots: Vec<String>,
    /// Its applications, with all they depend on.
    pub applications: Vec<ApplicationInfo>,
    /// The providers, with what their `init` answered.
    pub providers: Vec<ProviderState>,
    /// The build-time configuration.
    pub config: toml::Table,
}

/// An application, as far as a release is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is.
    pub description: String,
    /// Those it depends on.
    pub applications: Vec<String>,
    /// Those of them that it can do without.
    pub optional: Vec<String>,
    /// Those it includes: loaded, and started by itself.
    pub included: Vec<String>,
}

/// A provider with its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderState {
    /// Its name.
    pub name: String,
    /// What its `init` answered.
    pub state: String,
}

/// The manifest of a release, `releases/VERSION/manifest.toml`: what is in it and what is started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The release.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of `otp`.
    pub otp: String,
    /// The target that it was built for.
    pub target: String,
    /// The environment that it was built for.
    pub env: String,
    /// Whether start refuses a configuration that differs from what was compiled in.
    pub validate_compile_env: bool,
    /// The file of the run-time configuration, from the directory of this one; empty if there is none.
    pub runtime_config: String,
    /// The providers, with the state that is given to their `load`.
    pub providers: Vec<ProviderState>,
    /// The applications in the order of their start.
    pub applications: Vec<BootEntry>,
}

/// An application in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BootEntry {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `permanent`, `transient`, `temporary`, `load` or `none`.
    pub mode: String,
}
