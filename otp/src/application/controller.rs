//! Which applications there are, and in which phase each is: the one place that knows.
//!
//! ```text
//!            claim                running
//!   Loaded --------> Starting -------------> Running
//!     ^                 |                       |  stopping, or its tree ended
//!     |     left        |        left           v
//!     +-----------------+---------------------- Stopping
//! ```
//!
//! - Whoever claims an application spawns its master, and from then on the master alone moves it on. It leaves by dropping its
//!   `Place`, so that an application whose runtime is shut down is not lost. When the master of one that runs is killed, the place goes
//!   to a process that waits for the end of the tree (`master.rs`).
//! - `order` has the applications that run, in the order in which they came up: stopping goes backwards through it.
//! - Whoever waits for a change subscribes to `changed` first and looks then. The lock is never held while waiting.

use super::app::{App, AppInfo};
use super::error::UnloadError;
use super::spec::{ApplicationSpec, Dependency, Mode};
use crate::process::{ExitReason, Pid};
use crate::sync::Mutex;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tokio::sync::watch;

static CONTROLLER: LazyLock<Controller> =
    LazyLock::new(|| Controller { state: Mutex::default(), changed: watch::Sender::new(()) });

struct Controller {
    /// Changed by loading and unloading, by whoever claims, and by masters.
    state: Mutex<State>,
    /// Told after each change of a phase, and of `end`.
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    applications: BTreeMap<String, Entry>,
    /// Those that run, the first started first.
    order: Vec<String>,
    /// Why the system is to end; the first reason counts.
    end: Option<SystemEnd>,
}

struct Entry {
    app: App,
    spec: ApplicationSpec,
    phase: Phase,
}

#[derive(Clone, Copy)]
enum Phase {
    Loaded,
    Starting,
    Running { master: Pid },
    Stopping,
}

/// Why the system is to end: an application whose mode asks for it has ended by itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SystemEnd {
    /// The application.
    pub application: String,
    /// Its mode.
    pub mode: Mode,
    /// Why its tree ended.
    pub reason: ExitReason,
}

/// What came of the wish to start an application.
pub(super) enum Claim {
    /// It is to be started by whoever asked.
    Yours(Place),
    /// It runs.
    Running,
    /// It is being started or stopped by somebody else: look again after the next change.
    Busy,
    /// It is not loaded.
    NotLoaded,
    /// This application is to run before, and does not.
    Needs(String),
}

/// What came of the wish to stop an application.
pub(super) enum Halt {
    /// This process is to be asked.
    Ask(Pid),
    /// It is being started or stopped: look again after the next change.
    Busy,
    /// It does not run.
    NotStarted,
}

/// The place of an application that is being started, runs or is being stopped. Dropped, it is loaded and no more.
pub(super) struct Place(String);

impl Place {
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Its tree is up.
    pub(super) fn running(&self, master: Pid) {
        change(|state| {
            state.order.push(self.0.clone());
            state.set(&self.0, Phase::Running { master });
        });
    }

    /// It is about to stop.
    pub(super) fn stopping(&self) {
        change(|state| state.set(&self.0, Phase::Stopping));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        change(|state| {
            state.order.retain(|name| *name != self.0);
            state.set(&self.0, Phase::Loaded);
        });
    }
}

impl State {
    fn set(&mut self, name: &str, phase: Phase) {
        if let Some(entry) = self.applications.get_mut(name) {
            entry.phase = phase;
        }
    }

    fn runs(&self, name: &str) -> bool {
        self.applications.get(name).is_some_and(|entry| matches!(entry.phase, Phase::Running { .. }))
    }
}

fn change<R>(f: impl FnOnce(&mut State) -> R) -> R {
    let answer = f(&mut CONTROLLER.state.lock());
    CONTROLLER.changed.send_replace(());
    answer
}

fn look<R>(f: impl FnOnce(&State) -> R) -> R {
    f(&CONTROLLER.state.lock())
}

/// To wait for changes after this call.
pub(super) fn changes() -> watch::Receiver<()> {
    CONTROLLER.changed.subscribe()
}

/// Enters an application; `false` if one of its name is there.
pub(super) fn load(app: App, spec: ApplicationSpec) -> bool {
    change(|state| {
        if state.applications.contains_key(&spec.name) {
            return false;
        }
        state.applications.insert(spec.name.clone(), Entry { app, spec, phase: Phase::Loaded });
        true
    })
}

pub(super) fn unload(name: &str) -> Result<(), UnloadError> {
    change(|state| match state.applications.get(name).map(|entry| entry.phase) {
        None => Err(UnloadError::NotLoaded(name.to_string())),
        Some(Phase::Loaded) => {
            state.applications.remove(name);
            Ok(())
        }
        Some(_) => Err(UnloadError::Running(name.to_string())),
    })
}

/// Takes an application that is loaded and does not run; unless `unchecked`, all that it depends on must run.
pub(super) fn claim(name: &str, unchecked: bool) -> Claim {
    let Some(spec) = spec(name) else { return Claim::NotLoaded };
    // Looked up before the lock is taken: finding one takes it too.
    let is_needed = |dependency: &&Dependency| !unchecked && (!dependency.optional || dependency.find().is_some());
    let needs: Vec<&Dependency> = spec.dependencies.iter().filter(is_needed).collect();
    let claimed = {
        let mut state = CONTROLLER.state.lock();
        let missing = needs.iter().find(|dependency| !state.runs(&dependency.name));
        match state.applications.get(name).map(|entry| entry.phase) {
            None => Claim::NotLoaded,
            Some(Phase::Running { .. }) => Claim::Running,
            Some(Phase::Starting | Phase::Stopping) => Claim::Busy,
            Some(Phase::Loaded) => match missing {
                Some(dependency) => Claim::Needs(dependency.name.clone()),
                None => {
                    state.set(name, Phase::Starting);
                    Claim::Yours(Place(name.to_string()))
                }
            },
        }
    };
    // Only a change is told: whoever waits for one looks by claiming.
    if let Claim::Yours(_) = claimed {
        CONTROLLER.changed.send_replace(());
    }
    claimed
}

pub(super) fn halt(name: &str) -> Halt {
    look(|state| match state.applications.get(name).map(|entry| entry.phase) {
        None | Some(Phase::Loaded) => Halt::NotStarted,
        Some(Phase::Running { master }) => Halt::Ask(master),
        Some(Phase::Starting | Phase::Stopping) => Halt::Busy,
    })
}

pub(super) fn is_stopping(name: &str) -> bool {
    look(|state| state.applications.get(name).is_some_and(|entry| matches!(entry.phase, Phase::Stopping)))
}

/// The one that was started last, or any that is about to run or to stop; `None` if there is none.
pub(super) fn last() -> Option<String> {
    look(|state| {
        // Those that are on their way come first: they may be about to use what runs.
        let on_its_way = |entry: &Entry| matches!(entry.phase, Phase::Starting | Phase::Stopping);
        let found = state.applications.iter().find(|(_, entry)| on_its_way(entry)).map(|(name, _)| name);
        found.or(state.order.last()).cloned()
    })
}

/// The system is to end, unless it was to end before.
pub(super) fn end(end: SystemEnd) {
    change(|state| {
        state.end.get_or_insert(end);
    });
}

pub(super) fn system_end() -> Option<SystemEnd> {
    look(|state| state.end.clone())
}

/// Forgets why the system was to end.
pub(super) fn clear_end() {
    change(|state| state.end = None);
}

pub(super) fn is_loaded(name: &str) -> bool {
    look(|state| state.applications.contains_key(name))
}

pub(super) fn loaded_app(name: &str) -> Option<App> {
    look(|state| state.applications.get(name).map(|entry| entry.app))
}

pub(super) fn spec(name: &str) -> Option<ApplicationSpec> {
    look(|state| state.applications.get(name).map(|entry| entry.spec.clone()))
}

/// All that are loaded, by name.
pub(super) fn loaded() -> Vec<AppInfo> {
    look(|state| state.applications.values().map(|entry| info(&entry.spec)).collect())
}

/// All that run, the first started first.
pub(super) fn started() -> Vec<AppInfo> {
    look(|state| {
        state.order.iter().filter_map(|name| state.applications.get(name)).map(|entry| info(&entry.spec)).collect()
    })
}

fn info(spec: &ApplicationSpec) -> AppInfo {
    AppInfo { name: spec.name.clone(), description: spec.description.clone(), version: spec.version.clone() }
}
