//! What the build writes and the running program reads, and what a program says of itself to the build.

use std::collections::BTreeMap;
use std::fmt;

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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSetting {
    /// The name under which the program made it known, with [`config_provider!`](crate::config_provider).
    pub name: String,
    /// What `init` is given. Default: an empty table.
    #[serde(default = "empty")]
    pub args: toml::Value,
}

/// Without the arguments: they may be secret.
impl fmt::Debug for ProviderSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSetting").field("name", &self.name).finish_non_exhaustive()
    }
}

fn empty() -> toml::Value {
    toml::Value::Table(toml::Table::new())
}

/// What a program is asked when a release is made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Applications that may depend on one that is not started.
    pub skip_mode_validation_for: Vec<String>,
    /// The applications with their modes; none: those of its `main`.
    pub applications: BTreeMap<String, String>,
    /// The providers whose state is wanted.
    pub providers: Vec<ProviderSetting>,
}

/// What a program says of itself when a release is made of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// The version of `otp` it was built with.
    pub otp: String,
    /// The target it was built for.
    pub target: String,
    /// The text of a [`Stored`](crate::config::Stored) configuration with the providers' state.
    pub stored: String,
    /// Its applications in the order of their start.
    pub applications: Vec<BootEntry>,
}

/// Without what is stored: that may be secret.
impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { otp, target, applications, stored: _ } = self;
        let mut shown = f.debug_struct("Description");
        shown.field("otp", otp).field("target", target).field("applications", applications).finish_non_exhaustive()
    }
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
    /// Applications that may depend on one that is not started.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_mode_validation_for: Vec<String>,
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
    /// What it is.
    pub description: String,
    /// Those it depends on.
    pub dependencies: Vec<String>,
}
