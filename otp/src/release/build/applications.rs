//! Which applications a release has, in which mode and order. Pure functions of their arguments.

use std::collections::{BTreeMap, BTreeSet};

use super::Mode;
use crate::release::manifest::ApplicationInfo;

/// Applications and their modes do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplicationsError {
    /// The program knows no such application.
    #[error("unknown application `{name}`; the program knows: {}", .known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A boot list lacks what one of its applications needs.
    #[error("application `{application}` depends on `{dependency}`, which is not in the release")]
    Missing {
        /// The application.
        application: String,
        /// What it depends on.
        dependency: String,
    },
    /// An application that is started depends on one that is not.
    #[error(
        "application `{application}` is {mode} and depends on `{dependency}`, which is {other}: start that too, or add \
         `{application}` to `skip_mode_validation_for`"
    )]
    Unsafe {
        /// The application.
        application: String,
        /// Its mode.
        mode: Mode,
        /// What it depends on.
        dependency: String,
        /// The mode of that.
        other: Mode,
    },
    /// An application is a dependency and included.
    #[error("application `{application}` has `{other}` both as a dependency and included: decide for one")]
    Both {
        /// The application.
        application: String,
        /// The other one.
        other: String,
    },
    /// Applications depend on each other in a circle.
    #[error("applications depend on each other in a circle: {}", .0.join(" -> "))]
    Circle(Vec<String>),
}

/// An application of a release with its mode, in the order of the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The application.
    pub application: ApplicationInfo,
    /// Its mode.
    pub mode: Mode,
}

/// The applications of a release: those named, and all they depend on or include, dependencies first.
///
/// `known` is what the program has, `named` are the applications of the settings with their modes. An application that is
/// not named has the highest mode of those that need it; one that is included only is loaded. Optional dependencies that the
/// program does not have are left out.
///
/// # Errors
/// [`ApplicationsError`], naming the applications and modes that do not fit. `skip` names applications whose dependencies may
/// be of mode `load` or `none`.
pub fn resolve(
    known: &[ApplicationInfo],
    named: &[(String, Mode)],
    skip: &[String],
) -> Result<Vec<Entry>, ApplicationsError> {
    let graph = Graph::of(known);
    let given: BTreeMap<&str, Mode> = named.iter().map(|(name, mode)| (name.as_str(), *mode)).collect();
    let mut modes = Modes { graph: &graph, given: &given, found: BTreeMap::new() };
    let mut order = Vec::new();
    for (name, mode) in named {
        graph.get(name)?;
        graph.visit(name, &mut Vec::new(), &mut order)?;
        modes.set(name, *mode);
    }
    let entries: Vec<Entry> = order
        .iter()
        .map(|name| Entry {
            application: graph.known[name].clone(),
            mode: modes.found.get(name).copied().unwrap_or(Mode::Load),
        })
        .collect();
    check(&entries, skip)?;
    Ok(entries)
}

/// Checks a list that was put together by hand: dependencies are there and started.
///
/// # Errors
/// As [`resolve`].
pub fn check(entries: &[Entry], skip: &[String]) -> Result<(), ApplicationsError> {
    let modes: BTreeMap<&str, Mode> =
        entries.iter().map(|entry| (entry.application.name.as_str(), entry.mode)).collect();
    for Entry { application, mode } in entries {
        for dependency in &application.applications {
            let Some(other) = modes.get(dependency.as_str()) else {
                if application.optional.contains(dependency) {
                    continue;
                }
                let (application, dependency) = (application.name.clone(), dependency.clone());
                return Err(ApplicationsError::Missing { application, dependency });
            };
            if mode.starts() && !other.starts() && !skip.contains(&application.name) {
                return Err(ApplicationsError::Unsafe {
                    application: application.name.clone(),
                    mode: *mode,
                    dependency: dependency.clone(),
                    other: *other,
                });
            }
        }
    }
    Ok(())
}

/// The list for one-off commands: nothing is started, what has a mode other than `none` is loaded.
#[doc(alias = "start_clean")]
pub fn clean(entries: &[Entry]) -> Vec<Entry> {
    let loaded = entries.iter().filter(|entry| entry.mode != Mode::None);
    loaded.map(|entry| Entry { application: entry.application.clone(), mode: Mode::Load }).collect()
}

struct Graph<'a> {
    known: BTreeMap<&'a str, &'a ApplicationInfo>,
}

impl<'a> Graph<'a> {
    fn of(known: &'a [ApplicationInfo]) -> Self {
        Self { known: known.iter().map(|application| (application.name.as_str(), application)).collect() }
    }

    fn get(&self, name: &str) -> Result<&'a ApplicationInfo, ApplicationsError> {
        self.known.get(name).copied().ok_or_else(|| ApplicationsError::Unknown {
            name: name.to_owned(),
            known: self.known.keys().map(|name| (*name).to_owned()).collect(),
        })
    }

    /// Appends an application after all it depends on. `path` is how it was reached.
    fn visit(&self, name: &str, path: &mut Vec<&'a str>, order: &mut Vec<&'a str>) -> Result<(), ApplicationsError> {
        let application = self.get(name)?;
        let name = application.name.as_str();
        if order.contains(&name) {
            return Ok(());
        }
        if let Some(place) = path.iter().position(|before| *before == name) {
            let circle = path[place..].iter().copied().chain([name]).map(str::to_owned).collect();
            return Err(ApplicationsError::Circle(circle));
        }
        if let Some(other) = application.included.iter().find(|other| application.applications.contains(other)) {
            return Err(ApplicationsError::Both { application: name.to_owned(), other: other.clone() });
        }
        path.push(name);
        for other in application.applications.iter().chain(&application.included) {
            match self.known.get(other.as_str()) {
                Some(_) => self.visit(other, path, order)?,
                None if application.optional.contains(other) => {}
                None => {
                    let (application, dependency) = (name.to_owned(), other.clone());
                    return Err(ApplicationsError::Missing { application, dependency });
                }
            }
        }
        path.pop();
        order.push(name);
        Ok(())
    }
}

struct Modes<'a> {
    graph: &'a Graph<'a>,
    /// What the settings say; it stands.
    given: &'a BTreeMap<&'a str, Mode>,
    found: BTreeMap<&'a str, Mode>,
}

impl Modes<'_> {
    /// Gives an application a mode, and with it those that it depends on, if they are not named and have none that is higher.
    fn set(&mut self, name: &str, mode: Mode) {
        let mut todo = vec![(name.to_owned(), mode)];
        let mut seen = BTreeSet::new();
        while let Some((name, mode)) = todo.pop() {
            let Some(application) = self.graph.known.get(name.as_str()) else { continue };
            let mode = self.given.get(name.as_str()).copied().unwrap_or(mode);
            let before = self.found.get(name.as_str()).copied();
            if !seen.insert(name.clone()) && before.is_some_and(|before| rank(before) >= rank(mode)) {
                continue;
            }
            if before.is_none_or(|before| rank(before) < rank(mode)) {
                self.found.insert(&application.name, mode);
            }
            todo.extend(application.applications.iter().map(|other| (other.clone(), mode)));
        }
    }
}

/// The higher, the more is asked of an application.
fn rank(mode: Mode) -> u8 {
    match mode {
        Mode::None => 0,
        Mode::Load => 1,
        Mode::Temporary => 2,
        Mode::Transient => 3,
        Mode::Permanent => 4,
    }
}
