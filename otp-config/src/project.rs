//! Where a project keeps its configuration, and which environment it is in.

use std::path::{Path, PathBuf};

/// The environment variable that names the environment, as `MIX_ENV` does.
#[doc(alias = "MIX_ENV")]
pub const ENV_VARIABLE: &str = "OTP_ENV";

/// The environment variable that names the target, as `MIX_TARGET` does.
#[doc(alias = "MIX_TARGET")]
pub const TARGET_VARIABLE: &str = "OTP_TARGET";

/// The environment of this run or build: `OTP_ENV`, or `dev`.
#[doc(alias = "Mix.env")]
pub fn environment_name() -> String {
    std::env::var(ENV_VARIABLE).ok().filter(|env| !env.is_empty()).unwrap_or_else(|| "dev".to_string())
}

/// The folder `config` of the package in this folder: its own, or the nearest further up with a `config.toml` or a
/// `runtime.toml` in it, but not beyond the workspace's root. `None` if there is none.
pub fn project_dir(package: &Path) -> Option<PathBuf> {
    for folder in package.ancestors() {
        let config = folder.join("config");
        if config.join("config.toml").is_file() || config.join("runtime.toml").is_file() {
            return Some(config);
        }
        if folder.join("Cargo.lock").is_file() {
            return None;
        }
    }
    None
}
