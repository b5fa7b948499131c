//! Why a release could not be made.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Why a release could not be made. Each message names what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file or directory could not be read or written.
    #[error("cannot {doing} {}: {error}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// With which path.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
    /// A settings file or table is not what it should be.
    #[error("{place}: {message}")]
    Settings {
        /// The file, or the table in it.
        place: String,
        /// What is wrong with it.
        message: String,
    },
    /// No release of this name is configured.
    #[error("unknown release `{name}`; {}", choices(.available))]
    UnknownRelease {
        /// What was asked for.
        name: String,
        /// What there is.
        available: Vec<String>,
    },
    /// Several releases are configured, and none was named.
    #[error("several releases are configured ({}): name one, or set `default_release`", .0.join(", "))]
    WhichRelease(Vec<String>),
    /// A workspace of several packages without a release.
    #[error(
        "this is a workspace of several packages, from which no release can be inferred: configure one under \
         `[workspace.metadata.otp.releases.NAME]` with the `applications` it starts and the `package` with its program"
    )]
    NoReleaseInWorkspace,
    /// A release of a workspace without applications.
    #[error(
        "release `{0}` of a workspace of several packages needs `applications`, a table of names and modes: \
         applications = {{ shop = \"permanent\" }}"
    )]
    NoApplications(String),
    /// A name that cannot be the name of a release.
    #[error(
        "`{0}` cannot be the name of a release: a name begins with a lowercase letter, followed by lowercase letters, \
         digits and underscores"
    )]
    Name(String),
    /// A name that cannot be the name of a new project.
    #[error("`{name}` cannot be the name of a project: {why}")]
    ProjectName {
        /// The name.
        name: String,
        /// Why not.
        why: &'static str,
    },
    /// A directory that was given as a checkout of otp, and is none.
    #[error("{} is no checkout of otp: there is no Cargo.toml of a package `otp` in it, nor in `otp` below it", .0.display())]
    NoCheckout(PathBuf),
    /// A release without a version.
    #[error("release `{0}` has no version: set `version` in its settings or in the package")]
    NoVersion(String),
    /// A version that cannot be part of a path.
    #[error(
        "`{version}` cannot be the version of release `{release}`: it becomes the name of a directory, so no spaces, no `/`, no `..`"
    )]
    Version {
        /// The release.
        release: String,
        /// Its version.
        version: String,
    },
    /// The version comes from a package that is not there.
    #[error("release `{release}` takes its version from package `{package}`, which is not in the workspace; {}", choices(.available))]
    VersionFrom {
        /// The release.
        release: String,
        /// The package.
        package: String,
        /// The packages there are.
        available: Vec<String>,
    },
    /// The package of a release is not there.
    #[error("release `{release}` is made of package `{package}`, which is not in the workspace; {}", choices(.available))]
    UnknownPackage {
        /// The release.
        release: String,
        /// The package.
        package: String,
        /// The packages there are.
        available: Vec<String>,
    },
    /// The package has no program, or several.
    #[error("release `{release}`: package `{package}` has {}; set `bin` to the one the release runs", programs(.bins))]
    WhichProgram {
        /// The release.
        release: String,
        /// The package.
        package: String,
        /// Its programs.
        bins: Vec<String>,
    },
    /// The steps cannot be carried out.
    #[error("the steps of release `{release}` are wrong: {message}")]
    Steps {
        /// The release.
        release: String,
        /// What is wrong.
        message: String,
    },
    /// A step failed.
    #[error("step `{step}` of release `{release}` failed: {message}")]
    Step {
        /// The release.
        release: String,
        /// The step.
        step: String,
        /// What it answered.
        message: String,
    },
    /// The program could not be built or asked.
    #[error("{0}")]
    Program(String),
    /// The build-time configuration cannot be read.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The configuration cannot be stored.
    #[error(transparent)]
    Stored(#[from] crate::config::StoredError),
    /// A template names what is not there.
    #[error("{}:{line}: {message}", path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// The line in it.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A program that the build needs is not installed.
    #[error("cannot run `{program}`: {error}; {remedy}")]
    Tool {
        /// The program.
        program: String,
        /// What the operating system said.
        error: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// No secret could be made.
    #[error("the operating system gives no random numbers for the cookie: {0}")]
    Random(String),
}

impl BuildError {
    pub(crate) fn file(doing: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |error| Self::File { doing, path, error }
    }

    pub(crate) fn settings(place: impl Display, message: impl Display) -> Self {
        Self::Settings { place: place.to_string(), message: message.to_string() }
    }

    /// A file that is not the TOML it should be. Without its line, which the error would quote: a secret may stand there.
    pub(crate) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        Self::settings(format_args!("{}:{line}", path.display()), error.message())
    }
}

fn choices(names: &[String]) -> String {
    match names {
        [] => "there is none".to_owned(),
        names => format!("available: {}", names.join(", ")),
    }
}

fn programs(bins: &[String]) -> String {
    match bins {
        [] => "no program".to_owned(),
        bins => format!("several programs ({})", bins.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_wrong_is_not_quoted() {
        for text in ["a = 1\ncookie = \"hush\n", "a = 1\ncookie = \"hush\" x\n", "a = 1\ncookie = hush\n"] {
            let error = toml::from_str::<toml::Table>(text).unwrap_err();
            let shown = BuildError::toml(Path::new("releases.toml"), text, &error).to_string();
            assert!(shown.starts_with("releases.toml:2: ") && !shown.contains("hush"), "{shown}");
        }
    }
}
