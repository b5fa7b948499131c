//! The applications of a program, their modes, and the order in which they start.

use super::app::{App, ToApp};
use super::behaviour::Application;
use super::environment;
use super::error::{BootListError, EnsureError, StartAppError, UnknownApplication};
use super::life::{check_included, load_app, start_app, stop_again};
use super::spec::{ApplicationSpec, Mode};
use crate::config::Config;
use std::collections::BTreeMap;

/// The applications of a program, as they are wished for: resolve it, or hand it to [`run`](super::run()).
///
/// ```
/// use otp::application::{BootList, Mode};
/// use otp::prelude::*;
///
/// #[application(name = "log", library)]
/// struct Log;
/// #[application(name = "app", library, dependencies(Log))]
/// struct MyApp;
///
/// let plan = BootList::new().add(MyApp).resolve()?; // with all that it depends on
/// let order: Vec<_> = plan.applications().iter().map(|one| (one.spec.name.as_str(), one.mode)).collect();
/// assert_eq!(order, [("log", Mode::Permanent), ("app", Mode::Permanent)]);
/// # Ok::<_, otp::application::BootListError>(())
/// ```
///
/// Follows the `:applications` of a release of Elixir.
#[derive(Clone, Debug, Default)]
#[must_use = "a list does nothing before it is resolved"]
pub struct BootList {
    wishes: Vec<(Result<App, UnknownApplication>, Option<Mode>)>,
    exempt: Vec<String>,
}

/// The applications of a program, in the order in which they start.
#[derive(Clone, Debug)]
pub struct BootPlan {
    applications: Vec<Planned>,
    exempt: Vec<String>,
}

/// One of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Planned {
    /// The application.
    pub app: App,
    /// What it says of itself.
    pub spec: ApplicationSpec,
    /// Its mode here.
    pub mode: Mode,
}

impl BootList {
    /// Without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an application with all that it depends on, in the mode that it says itself, which is permanent unless it is given.
    #[expect(clippy::should_implement_trait, reason = "it adds to a list; no number is near")]
    pub fn add(mut self, application: impl ToApp) -> Self {
        self.wishes.push((application.to_app(), None));
        self
    }

    /// Adds an application with all that it depends on, in this mode. What it depends on has the same mode, unless it is listed
    /// with another, or another application that is started needs it.
    pub fn add_as(mut self, application: impl ToApp, mode: Mode) -> Self {
        self.wishes.push((application.to_app(), Some(mode)));
        self
    }

    /// Lets this application start although one that it depends on does not, by mode.
    #[doc(alias = ":skip_mode_validation_for")]
    pub fn skip_mode_validation_for(mut self, application: impl Into<String>) -> Self {
        self.exempt.push(application.into());
        self
    }

    /// Finds all that they depend on, their modes and their order: what an application depends on comes before it.
    ///
    /// # Errors
    /// See [`BootListError`].
    pub fn resolve(self) -> Result<BootPlan, BootListError> {
        let mut resolving = Resolving::default();
        for (wish, mode) in self.wishes {
            let app = wish?;
            let mode = mode.unwrap_or_else(|| app.spec().mode);
            resolving.wished.insert(app.name(), mode);
            resolving.visit(app)?;
        }
        let mut applications = resolving.found;
        give_modes(&mut applications, &resolving.wished);
        check_modes(&applications, &self.exempt)?;
        Ok(BootPlan { applications, exempt: self.exempt })
    }
}

impl<A: Application> From<A> for BootList {
    fn from(application: A) -> Self {
        Self::new().add(application)
    }
}

impl From<App> for BootList {
    fn from(app: App) -> Self {
        Self::new().add(app)
    }
}

impl<const N: usize> From<[App; N]> for BootList {
    fn from(apps: [App; N]) -> Self {
        apps.into_iter().fold(Self::new(), Self::add)
    }
}

impl<const N: usize> From<[(App, Mode); N]> for BootList {
    fn from(apps: [(App, Mode); N]) -> Self {
        apps.into_iter().fold(Self::new(), |list, (app, mode)| list.add_as(app, mode))
    }
}

#[derive(Default)]
struct Resolving {
    wished: BTreeMap<String, Mode>,
    /// What one depends on before it; modes are given later.
    found: Vec<Planned>,
    /// On the way down, to find circles.
    open: Vec<String>,
}

impl Resolving {
    fn visit(&mut self, app: App) -> Result<(), BootListError> {
        let spec = app.spec();
        if let Some(first) = self.open.iter().position(|name| *name == spec.name) {
            let cycle = self.open[first..].iter().cloned().chain([spec.name]).collect();
            return Err(BootListError::Cycle { cycle });
        }
        if self.found.iter().any(|one| one.spec.name == spec.name) {
            return Ok(());
        }
        check_included(&spec)?;
        self.open.push(spec.name.clone());
        for dependency in &spec.dependencies {
            match dependency.find() {
                Some(app) => self.visit(app)?,
                None if dependency.optional => {}
                None => {
                    let (application, dependency) = (spec.name.clone(), dependency.name.clone());
                    return Err(BootListError::MissingDependency { application, dependency });
                }
            }
        }
        for included in &spec.included {
            self.visit(*included)?;
        }
        self.open.pop();
        self.found.push(Planned { app, spec, mode: Mode::None });
        Ok(())
    }
}

/// A mode that is wished for stands. Otherwise the strongest wins of those that depend on it; what is only included is loaded.
/// From the end of the order, so that whoever depends on something has its mode by then.
fn give_modes(applications: &mut [Planned], wished: &BTreeMap<String, Mode>) {
    for index in (0..applications.len()).rev() {
        let name = applications[index].spec.name.clone();
        let by_others = applications[index + 1..].iter().filter_map(|other| {
            if other.spec.dependencies.iter().any(|dependency| dependency.name == name) {
                return Some(other.mode);
            }
            let loaded = if other.mode == Mode::None { Mode::None } else { Mode::Load };
            other.spec.included.iter().any(|app| app.name() == name).then_some(loaded)
        });
        let strongest = by_others.max_by_key(|mode| mode.weight()).unwrap_or(Mode::None);
        applications[index].mode = wished.get(&name).copied().unwrap_or(strongest);
    }
}

/// What is started must not depend on what is not.
fn check_modes(applications: &[Planned], exempt: &[String]) -> Result<(), BootListError> {
    let started = applications.iter().filter(|one| one.mode.is_started() && !exempt.contains(&one.spec.name));
    for one in started {
        for dependency in &one.spec.dependencies {
            let found = applications.iter().find(|other| other.spec.name == dependency.name);
            if let Some(found) = found.filter(|found| !found.mode.is_started()) {
                return Err(BootListError::Modes {
                    application: one.spec.name.clone(),
                    mode: one.mode,
                    dependency: dependency.name.clone(),
                    dependency_mode: found.mode,
                });
            }
        }
    }
    Ok(())
}

impl BootPlan {
    /// All of them, in order.
    pub fn applications(&self) -> &[Planned] {
        &self.applications
    }

    /// The same without any start: what would be started is loaded only. For one-off commands.
    #[doc(alias = "start_clean")]
    pub fn clean(mut self) -> Self {
        for one in &mut self.applications {
            if one.mode.is_started() {
                one.mode = Mode::Load;
            }
        }
        self
    }

    /// As TOML: for each application its name, version, mode and description, and what it depends on, in the order of the start.
    ///
    /// ```toml
    /// [[applications]]
    /// name = "store"
    /// version = "0.1.0"
    /// mode = "permanent"
    /// description = ""
    /// dependencies = []
    /// ```
    pub fn manifest(&self) -> String {
        use crate::config::Value;
        let mut text = String::new();
        for Planned { spec, mode, .. } in &self.applications {
            let dependencies: Vec<&str> = spec.dependencies.iter().map(|one| one.name.as_str()).collect();
            let lines = [
                ("name", Value::from(spec.name.as_str())),
                ("version", spec.version.as_str().into()),
                ("mode", mode.to_string().into()),
                ("description", spec.description.as_str().into()),
                ("dependencies", dependencies.into()),
            ];
            text.push_str(if text.is_empty() { "[[applications]]\n" } else { "\n[[applications]]\n" });
            for (key, value) in lines {
                text.push_str(&format!("{key} = {value}\n"));
            }
        }
        text
    }

    /// [Configures](super::configure) the program, but for applications of the mode [`None`](Mode::None).
    pub fn configure(&self, config: Config) {
        environment::configure(self.configuration(config));
    }

    /// What [`BootPlan::configure`] sets of a configuration: all but applications of the mode [`None`](Mode::None).
    pub fn configuration(&self, mut config: Config) -> Config {
        for one in self.applications.iter().filter(|one| one.mode == Mode::None) {
            config.remove_application(&one.spec.name);
        }
        config
    }

    /// Loads all but those of the mode [`None`](Mode::None); what is loaded already is left as it is.
    ///
    /// # Errors
    /// A specification that cannot be.
    pub fn load(&self) -> Result<(), BootListError> {
        for one in self.applications.iter().filter(|one| one.mode != Mode::None) {
            load_app(one.app)?;
        }
        Ok(())
    }

    /// Loads and starts them, each when the one before is up. Answers which were started: not those that were before.
    ///
    /// # Errors
    /// One could not be started: the error names it, and those that were started here are stopped again, in reverse.
    pub async fn start(&self) -> Result<Vec<String>, EnsureError> {
        let failed = |application: &str, error: StartAppError| EnsureError { application: application.into(), error };
        self.load().map_err(|error| failed("", error.into()))?;
        let mut started = Vec::new();
        for Planned { app, spec, mode } in self.applications.iter().filter(|one| one.mode.is_started()) {
            match start_app(*app, *mode, self.exempt.contains(&spec.name)).await {
                Ok(()) => started.push(spec.name.clone()),
                Err(StartAppError::AlreadyStarted(_)) => {}
                Err(error) => {
                    stop_again(&started).await;
                    return Err(failed(&spec.name, error));
                }
            }
        }
        Ok(started)
    }
}
