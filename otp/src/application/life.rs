//! Loading, starting, stopping.

use super::app::{App, AppInfo, ToApp};
use super::controller::{self, Claim, Halt, SystemEnd};
use super::environment;
use super::error::{BootListError, EnsureError, LoadError, StartAppError, StopAppError, UnloadError};
use super::master::{self, StopRequest};
use super::spec::{ApplicationSpec, Mode};
use crate::child::BoxFuture;
use crate::process::{self, ExitReason};
use std::collections::BTreeSet;

/// Loads an application: its specification is known, and its environment has its defaults, under what is configured. What it
/// includes is loaded too. Starting loads by itself.
///
/// # Errors
/// It is loaded already; nobody has an application of that name; it both depends on and includes another.
///
/// Follows Elixir's `Application.load/1`.
pub fn load(application: impl ToApp) -> Result<(), LoadError> {
    let app = application.to_app()?;
    match load_app(app)? {
        true => Ok(()),
        false => Err(LoadError::AlreadyLoaded(app.name())),
    }
}

/// `false` if it was loaded before.
pub(super) fn load_app(app: App) -> Result<bool, BootListError> {
    let spec = app.spec();
    check_included(&spec)?;
    let (name, defaults, included) = (spec.name.clone(), spec.env.clone(), spec.included.clone());
    if !controller::load(app, spec) {
        return Ok(false);
    }
    environment::loaded(&name, defaults);
    for app in included {
        load_app(app)?;
    }
    Ok(true)
}

/// What one includes is part of its own tree: it cannot be up before.
pub(super) fn check_included(spec: &ApplicationSpec) -> Result<(), BootListError> {
    for included in spec.included.iter().map(App::name) {
        if spec.dependencies.iter().any(|dependency| dependency.name == included) {
            return Err(BootListError::Included { application: spec.name.clone(), other: included });
        }
    }
    Ok(())
}

/// Forgets an application that is loaded and not started. Of its environment only what is configured is left.
///
/// # Errors
/// It is started, or not loaded.
///
/// Follows Elixir's `Application.unload/1`.
pub fn unload(application: &str) -> Result<(), UnloadError> {
    controller::unload(application)?;
    environment::unloaded(application);
    Ok(())
}

/// Starts an application as [temporary](Mode::Temporary): see [`start_as`].
///
/// Follows Elixir's `Application.start/1`.
pub async fn start(application: impl ToApp) -> Result<(), StartAppError> {
    start_app(application.to_app()?, Mode::Temporary, false).await
}

/// Starts an application, loading it if need be. The answer comes when its whole tree is up. With the mode
/// [`Load`](Mode::Load) it is loaded only, and with [`None`](Mode::None) nothing is done.
///
/// While somebody else starts or stops it, this waits, and then sees.
///
/// ```
/// use otp::application::{self, Mode};
/// use otp::prelude::*;
///
/// #[application(name = "ledger", library)]
/// struct Ledger;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// application::start_as(Ledger, Mode::Permanent).await?;
/// let again = application::start_as("ledger", Mode::Permanent).await.unwrap_err();
/// assert!(again.to_string().starts_with("already_started"));
/// application::stop("ledger").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// - It is [started already](StartAppError::AlreadyStarted).
/// - An application it depends on is [not started](StartAppError::NotStarted): nothing was started.
///   [`ensure_all_started`] starts that first.
/// - Its `start` answered an error, panicked, or answered a handle of nobody: what it had started is gone again.
///
/// # Panics
/// Outside of a tokio runtime.
///
/// Follows Elixir's `Application.start/2`.
pub async fn start_as(application: impl ToApp, mode: Mode) -> Result<(), StartAppError> {
    let app = application.to_app()?;
    match mode {
        Mode::None => Ok(()),
        Mode::Load => Ok(load_app(app).map(drop)?),
        _ => start_app(app, mode, false).await,
    }
}

/// With `unchecked`, whatever it depends on.
pub(super) async fn start_app(app: App, mode: Mode, unchecked: bool) -> Result<(), StartAppError> {
    let name = app.name();
    let mut changes = controller::changes();
    let place = loop {
        match controller::claim(&name, unchecked) {
            Claim::Yours(place) => break place,
            Claim::Running => return Err(StartAppError::AlreadyStarted(name)),
            Claim::NotLoaded => drop(load_app(app)?),
            Claim::Needs(dependency) => return Err(StartAppError::NotStarted { application: name, dependency }),
            // The sender is never dropped.
            Claim::Busy => drop(changes.changed().await),
        }
    };
    let killed = || StartAppError::Ended { application: name.clone(), reason: ExitReason::Killed };
    master::spawn(app, place, mode).await.unwrap_or_else(|_| Err(killed()))
}

/// Starts an application and all that it depends on, in order, as [temporary](Mode::Temporary). Answers the names of those that
/// were started for it, in the order in which they were; what is started already is none of them.
///
/// Usable from anywhere: from a [provider](crate::config::ConfigProvider), or in a one-off command of a release. Each application is
/// looked at once, however many depend on it.
///
/// ```
/// use otp::application;
/// use otp::prelude::*;
///
/// #[application(name = "paper", library)]
/// struct Paper;
/// #[application(name = "press", library, dependencies(Paper))]
/// struct Press;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// assert_eq!(application::ensure_all_started(Press).await?, ["paper", "press"]);
/// assert_eq!(application::ensure_all_started("press").await?, [""; 0]); // it runs
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// One of them could not be started: the error names it, and the others that were started for it are stopped again, in reverse.
///
/// Follows Elixir's `Application.ensure_all_started/1`.
pub async fn ensure_all_started(application: impl ToApp) -> Result<Vec<String>, EnsureError> {
    ensure_all_started_as(application, Mode::Temporary).await
}

/// As [`ensure_all_started`], in another mode.
///
/// Follows Elixir's `Application.ensure_all_started/2`.
pub async fn ensure_all_started_as(application: impl ToApp, mode: Mode) -> Result<Vec<String>, EnsureError> {
    let app = application.to_app().map_err(|unknown| named(unknown.name.clone(), unknown.into()))?;
    let mut ensuring = Ensuring { mode, started: Vec::new(), seen: BTreeSet::new(), open: Vec::new() };
    match ensuring.ensure(app).await {
        Ok(()) => Ok(ensuring.started),
        Err(error) => {
            stop_again(&ensuring.started).await;
            Err(error)
        }
    }
}

/// Starts an application if it is not started; what it depends on must be.
///
/// # Errors
/// Those of [`start`], but for that it is started already.
///
/// Follows Elixir's `Application.ensure_started/1`.
pub async fn ensure_started(application: impl ToApp) -> Result<(), StartAppError> {
    match start_app(application.to_app()?, Mode::Temporary, false).await {
        Err(StartAppError::AlreadyStarted(_)) => Ok(()),
        other => other,
    }
}

fn named(application: String, error: StartAppError) -> EnsureError {
    EnsureError { application, error }
}

/// A walk through all that an application depends on, depth first.
struct Ensuring {
    mode: Mode,
    /// Those that were started for it, in order.
    started: Vec<String>,
    /// Those that are done: many may depend on the same one, and each is looked at once.
    seen: BTreeSet<String>,
    /// Those on the way down, to find circles.
    open: Vec<String>,
}

impl Ensuring {
    fn ensure(&mut self, app: App) -> BoxFuture<'_, Result<(), EnsureError>> {
        Box::pin(async move {
            let spec = app.spec();
            if let Some(first) = self.open.iter().position(|name| *name == spec.name) {
                let cycle = self.open[first..].iter().cloned().chain([spec.name.clone()]).collect();
                return Err(named(spec.name, BootListError::Cycle { cycle }.into()));
            }
            if self.seen.contains(&spec.name) {
                return Ok(());
            }
            self.open.push(spec.name.clone());
            for dependency in &spec.dependencies {
                match dependency.find() {
                    Some(app) => self.ensure(app).await?,
                    None if dependency.optional => {}
                    None => {
                        let (application, dependency) = (spec.name.clone(), dependency.name.clone());
                        let error = BootListError::MissingDependency { application, dependency };
                        return Err(named(spec.name, error.into()));
                    }
                }
            }
            self.open.pop();
            match start_app(app, self.mode, false).await {
                Ok(()) => self.started.push(spec.name.clone()),
                Err(StartAppError::AlreadyStarted(_)) => {}
                Err(error) => return Err(named(spec.name, error)),
            }
            self.seen.insert(spec.name);
            Ok(())
        })
    }
}

/// Stops what was started for nothing, the last first.
pub(super) async fn stop_again(started: &[String]) {
    for name in started.iter().rev() {
        // It may have ended by itself meanwhile.
        let _ = stop(name).await;
    }
}

/// Stops an application: its `prepare_stop`, then its tree in reverse order within the times of its children, then its `stop`. The
/// answer comes when all of it is gone. It stays loaded, and others go on, whatever its mode.
///
/// Called from one of its own processes this waits for itself, as in OTP. If its master is killed meanwhile, nothing but the tree's
/// end is waited for.
///
/// # Errors
/// It is not started.
///
/// Follows Elixir's `Application.stop/1`.
pub async fn stop(application: &str) -> Result<(), StopAppError> {
    let mut changes = controller::changes();
    loop {
        match controller::halt(application) {
            Halt::NotStarted => return Err(StopAppError::NotStarted(application.to_string())),
            Halt::Busy => drop(changes.changed().await),
            Halt::Ask(master) => {
                // One that has ended meanwhile is what was asked for.
                let _ = process::send(master, StopRequest);
                process::wait(master).await;
                // Of one that was killed instead the tree is still on its way.
                while controller::is_stopping(application) {
                    drop(changes.changed().await);
                }
                return Ok(());
            }
        }
    }
}

/// Stops all applications, the last started first.
pub async fn stop_all() {
    let mut changes = controller::changes();
    while let Some(name) = controller::last() {
        match controller::halt(&name) {
            Halt::Busy => drop(changes.changed().await),
            Halt::Ask(_) => drop(stop(&name).await),
            Halt::NotStarted => {}
        }
    }
}

/// Waits until the system is to end because an application has ended by itself, and answers which one, and why: a
/// [permanent](Mode::Permanent) one, or a [transient](Mode::Transient) one that failed. The others are stopped from then on; to wait for
/// that too, await [`stop_all`].
pub async fn system_ended() -> SystemEnd {
    let mut changes = controller::changes();
    loop {
        if let Some(end) = controller::system_end() {
            return end;
        }
        drop(changes.changed().await);
    }
}

/// Stops and unloads all applications and forgets the configuration: everything is as at the start of the program.
pub async fn reset() {
    stop_all().await;
    for info in controller::loaded() {
        // Started again meanwhile: then it stays.
        let _ = controller::unload(&info.name);
    }
    environment::clear();
    controller::clear_end();
}

/// The applications that are started, in the order in which they were. Answered at once, from a table: there is nothing to wait
/// for.
///
/// Follows Elixir's `Application.started_applications/1`.
#[doc(alias = "started_applications")]
pub fn started() -> Vec<AppInfo> {
    controller::started()
}

/// The applications that are loaded, started or not, by name.
///
/// Follows Elixir's `Application.loaded_applications/0`.
#[doc(alias = "loaded_applications")]
pub fn loaded() -> Vec<AppInfo> {
    controller::loaded()
}

/// The specification of an application that is loaded, or `None`.
///
/// Follows Elixir's `Application.spec/1`; one entry is a field of the answer.
pub fn spec(application: &str) -> Option<ApplicationSpec> {
    controller::spec(application)
}
