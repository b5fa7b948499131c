//! What can go wrong with applications.

use super::spec::Mode;
use crate::config::{Key, Origin, TypeError};
use crate::process::{ExitReason, StartError};
use crate::supervisor::FailedToStartChild;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// No application has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown application {name:?}: {}", known_ones(known))]
#[non_exhaustive]
pub struct UnknownApplication {
    /// The name.
    pub name: String,
    /// Those that there are.
    pub known: Vec<String>,
}

pub(super) fn unknown(name: &str, known: impl Iterator<Item = String>) -> UnknownApplication {
    UnknownApplication { name: name.to_string(), known: known.collect() }
}

fn known_ones(known: &[String]) -> String {
    match known {
        [] => "this program declares none; write `#[application]` above a struct".to_string(),
        known => format!("this program has {}", known.join(", ")),
    }
}

/// Why a value of an application's environment was not read.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum EnvError {
    /// The application is neither loaded nor configured.
    #[error(
        "cannot read `{key}` of application {application}: the application is neither loaded nor configured; is the name \
         right, and is it started before what reads it?"
    )]
    UnknownApplication {
        /// The application.
        application: String,
        /// The key.
        key: Key,
    },
    /// The application is there, and this is not set.
    #[error("cannot read `{key}` of application {application}: the configuration at `{key}` was not set")]
    NotSet {
        /// The application.
        application: String,
        /// The key.
        key: Key,
    },
    /// It is of another type. The error names file, line, key and expected type.
    #[error("the configuration is of the wrong type: {0}")]
    Type(#[from] TypeError),
}

impl EnvError {
    /// Where the value was written, if a file has one.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Type(error) => error.origin(),
            _ => None,
        }
    }
}

/// Why an application was not loaded.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No application has this name.
    #[error(transparent)]
    Unknown(#[from] UnknownApplication),
    /// It is loaded. Nothing changed.
    #[doc(alias = "already_loaded")]
    #[error("already_loaded: application {0} is loaded already")]
    AlreadyLoaded(String),
    /// Something in its specification cannot be.
    #[error(transparent)]
    Spec(#[from] BootListError),
}

/// Why an application was not unloaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnloadError {
    /// It is started: stop it first.
    #[error("running: application {0} is started; stop it first")]
    Running(String),
    /// It is not loaded.
    #[error("not_loaded: application {0} is not loaded")]
    NotLoaded(String),
}

/// Why an application was not started.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum StartAppError {
    /// No application has this name.
    #[error(transparent)]
    Unknown(#[from] UnknownApplication),
    /// Its specification cannot be.
    #[error(transparent)]
    Spec(#[from] BootListError),
    /// It is started already. Nothing changed.
    #[doc(alias = "already_started")]
    #[error("already_started: application {0} is started already")]
    AlreadyStarted(String),
    /// An application that it depends on is not started. Nothing was started.
    #[doc(alias = "not_started")]
    #[error(
        "not_started: application {application} depends on {dependency}, which is not started: start that first, or use \
         ensure_all_started"
    )]
    NotStarted {
        /// The application.
        application: String,
        /// What it depends on.
        dependency: String,
    },
    /// Its `start` answered an error.
    #[error("application {application} could not be started: `start` answered an error: {}", cause(&**error))]
    Failed {
        /// The application.
        application: String,
        /// The error.
        error: Arc<dyn Error + Send + Sync>,
    },
    /// Its `start` panicked, or was ended.
    #[error("application {application} could not be started: `start` {}", ended(reason))]
    Ended {
        /// The application.
        application: String,
        /// Why.
        reason: ExitReason,
    },
    /// Its `start` answered a handle that leads to nobody.
    #[error("application {application} could not be started: what `start` answered leads to no process")]
    NoProcess {
        /// The application.
        application: String,
    },
}

/// An error; of a tree that did not come up, which child it was, as deep as it goes.
fn cause(error: &(dyn Error + Send + Sync + 'static)) -> String {
    error.downcast_ref().map_or_else(|| error.to_string(), failed_child)
}

fn failed_child(error: &StartError) -> String {
    let StartError::Failed(reason) = error else { return error.to_string() };
    match reason.downcast_ref::<FailedToStartChild>() {
        Some(failed) => format!("child {:?} could not be started: {}", failed.id, failed_child(&failed.error)),
        None => error.to_string(),
    }
}

fn ended(reason: &ExitReason) -> String {
    match reason {
        ExitReason::Panic(report) => report.to_string(),
        other => format!("was ended: {other}"),
    }
}

impl StartAppError {
    /// The application that could not be started.
    pub fn application(&self) -> Option<&str> {
        match self {
            Self::Unknown(unknown) => Some(&unknown.name),
            Self::Spec(_) => None,
            Self::AlreadyStarted(application)
            | Self::NotStarted { application, .. }
            | Self::Failed { application, .. }
            | Self::Ended { application, .. }
            | Self::NoProcess { application } => Some(application),
        }
    }
}

/// Why an application and what it depends on were not started. What was started for it is stopped again.
#[derive(Clone, Debug, Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct EnsureError {
    /// The application that failed: the one asked for, or one it depends on.
    pub application: String,
    /// Why.
    #[source]
    pub error: StartAppError,
}

/// Why an application was not stopped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StopAppError {
    /// It is not started.
    #[doc(alias = "not_started")]
    #[error("not_started: application {0} is not started")]
    NotStarted(String),
}

/// What cannot be in a list of applications.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BootListError {
    /// A name that no application has.
    #[error(transparent)]
    Unknown(#[from] UnknownApplication),
    /// An application depends on one that the program has not.
    #[error(
        "application {application} depends on {dependency}, which this program does not have: declare it with \
         `#[application]`, or make the dependency optional"
    )]
    MissingDependency {
        /// The application.
        application: String,
        /// What it depends on.
        dependency: String,
    },
    /// One that is started depends on one that is not.
    #[error(
        "application {application} has mode {mode} and depends on {dependency}, which has mode {dependency_mode} and would not \
         be started: start {dependency}, or exempt it with skip_mode_validation_for"
    )]
    Modes {
        /// The application.
        application: String,
        /// Its mode.
        mode: Mode,
        /// What it depends on.
        dependency: String,
        /// The mode of that.
        dependency_mode: Mode,
    },
    /// Applications depend on each other in a circle.
    #[error("applications depend on each other in a circle: {}", cycle.join(" depends on "))]
    Cycle {
        /// From the first one to itself.
        cycle: Vec<String>,
    },
    /// One is listed both as dependency and as included.
    #[error("application {application} lists {other} both as a dependency and as included: it can be one of the two")]
    Included {
        /// The application.
        application: String,
        /// The other.
        other: String,
    },
}

/// Why there is no folder of an application.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AppDirError {
    /// No application has this name.
    #[error(transparent)]
    Unknown(#[from] UnknownApplication),
    /// It was built without its folder, and there is no release.
    #[error(
        "application {application} does not know its folder: RELEASE_ROOT is not set, and it was built as for a release; \
         looked for {}", looked_for.display()
    )]
    Nowhere {
        /// The application.
        application: String,
        /// Where it would be in a release.
        looked_for: PathBuf,
    },
}
