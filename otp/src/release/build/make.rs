//! Making a release, step by step.

use std::path::Path;

use super::program::Builder;
use super::step::{self, Step};
use super::{BuildError, Release, archive, assemble};
use crate::config::{Config, Kind, Reader, TARGET_VARIABLE, Table, Value};
use crate::release::manifest::Question;

/// Whoever is told what happens, and asked before something is replaced.
pub trait Console {
    /// A line of progress.
    fn say(&mut self, line: &str);

    /// A question that is answered with yes or no.
    fn confirm(&mut self, question: &str) -> bool;
}

/// What became of a release.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is there.
    Made(Box<Release>),
    /// One of the same version was there before, and was not to be replaced.
    Kept,
}

/// Builds the program, asks it for its applications, and goes through the steps.
///
/// # Errors
/// [`BuildError`], naming what went wrong in which step.
pub fn make(mut release: Release, builder: &dyn Builder, console: &mut dyn Console) -> Result<Outcome, BuildError> {
    let mut console = Quietly { console, quiet: release.quiet };
    let console: &mut dyn Console = &mut console;
    step::check(&release.name, &release.steps, false)?;
    if release.version_path.exists() && !release.overwrite {
        let question = format!("Release {}-{} already exists. Overwrite?", release.name, release.version);
        if !console.confirm(&question) {
            return Ok(Outcome::Kept);
        }
    }
    console.say(&format!("* assembling {}-{} for {}", release.name, release.version, release.env));
    ask(&mut release, builder)?;
    while let Some(step) = release.steps.pop_front() {
        release = run(release, step, console)?;
        step::check(&release.name, &release.steps, release.assembled)?;
    }
    goodbye(&release, console);
    Ok(Outcome::Made(Box::new(release)))
}

/// What only the program knows: its applications, and what its providers want to keep.
fn ask(release: &mut Release, builder: &dyn Builder) -> Result<(), BuildError> {
    // Before the build: a mistake in it is found at once.
    release.config = read_config(release)?;
    release.executable = builder.build(release)?;
    let question = Question {
        skip_mode_validation_for: release.skip_mode_validation_for.clone(),
        applications: release.named.iter().map(|(name, mode)| (name.clone(), mode.to_string())).collect(),
        providers: release.config_providers.clone(),
    };
    release.description = builder.describe(release, &release.executable, &question)?;
    release.applications = release.description.applications.clone();
    Ok(())
}

fn read_config(release: &Release) -> Result<Config, BuildError> {
    let reader = Reader::new().env(&release.env).target(target());
    let config = match &release.config_path {
        Some(path) => reader.read(path)?,
        None => reader.read_project(&release.config_directory)?.0,
    };
    // The configuration of a workspace may lie around the package.
    let around = release.config_directory.parent();
    let roots: Vec<&Path> = std::iter::once(release.root.as_path()).chain(around).collect();
    let mut near = Config::new();
    for application in config.applications() {
        let table = config.application(application).cloned().unwrap_or_default();
        near.put_application(application, entries(table, &roots));
    }
    Ok(near)
}

fn entries(table: Table, roots: &[&Path]) -> Table {
    table.into_iter().map(|(key, value)| (key, from_root(value, roots))).collect()
}

/// The value, and where it was written as seen from the project: a release must not know where it was built.
fn from_root(value: Value, roots: &[&Path]) -> Value {
    let (origin, is_secret) = (value.origin().cloned(), value.is_secret());
    let mut near = Value::new(match value.into_kind() {
        Kind::Table(table) => Kind::Table(entries(table, roots)),
        Kind::Array(values) => Kind::Array(values.into_iter().map(|value| from_root(value, roots)).collect()),
        plain => plain,
    });
    if let Some(mut origin) = origin {
        if let Some(inner) = roots.iter().find_map(|root| origin.file.strip_prefix(root).ok()) {
            origin.file = inner.to_owned();
        }
        near = near.with_origin(origin);
    }
    if is_secret { near.secret() } else { near }
}

/// What configuration files are told of the machine that the release is for.
pub(super) fn target() -> String {
    std::env::var(TARGET_VARIABLE).unwrap_or_else(|_| "host".into())
}

fn run(mut release: Release, step: Step, console: &mut dyn Console) -> Result<Release, BuildError> {
    match step {
        Step::Assemble => {
            assemble::assemble(&release, console)?;
            release.assembled = true;
        }
        Step::Tar => {
            let path = archive::tar(&release)?;
            console.say(&format!("* packed {}", assemble::shown(&release, &path)));
        }
        Step::Command(command) => {
            console.say(&format!("* running {}", command.join(" ")));
            step::command(&release, &command)?;
        }
        Step::Call(name, function) => {
            let of = release.name.clone();
            release = function(release).map_err(|error| BuildError::Step {
                release: of,
                step: name.to_owned(),
                message: error.to_string(),
            })?;
        }
    }
    Ok(release)
}

fn goodbye(release: &Release, console: &mut dyn Console) {
    let path = assemble::shown(release, &release.path);
    console.say("");
    console.say(&format!("Release created at {path}"));
    if release.include_executables_for.is_empty() {
        return;
    }
    let bin = format!("{path}/bin/{}", release.name);
    for (about, command) in [
        ("To start your system", "start"),
        ("To start it in the background, and to see what it says", "daemon"),
        ("To connect to it", "remote"),
        ("To stop it (a signal, SIGINT or SIGTERM, does as well)", "stop"),
        ("All commands", "help"),
    ] {
        console.say("");
        console.say(&format!("    # {about}\n    {bin} {command}"));
    }
}

/// Questions are asked also by whoever says nothing else.
struct Quietly<'a> {
    console: &'a mut dyn Console,
    quiet: bool,
}

impl Console for Quietly<'_> {
    fn say(&mut self, line: &str) {
        if !self.quiet {
            self.console.say(line);
        }
    }

    fn confirm(&mut self, question: &str) -> bool {
        self.console.confirm(question)
    }
}
