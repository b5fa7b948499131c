//! The steps of a release.

use std::collections::VecDeque;
use std::fmt;
use std::process::Command;

use super::settings::StepSetting;
use super::{BuildError, Release};

type Function = Box<dyn FnOnce(Release) -> Result<Release, Box<dyn std::error::Error + Send + Sync>>>;

/// A step of a release.
///
/// ```
/// use otp::release::build::Step;
///
/// let steps = [
///     Step::call("set_configs", |mut release| {
///         release.start.worker_threads = Some(2);
///         Ok(release)
///     }),
///     Step::Assemble,
///     Step::Tar,
/// ];
/// assert_eq!(format!("{steps:?}"), "[set_configs, assemble, tar]");
/// ```
#[non_exhaustive]
pub enum Step {
    /// Puts the release together. Exactly one step does.
    Assemble,
    /// Packs it into an archive. After assembling, and at most once.
    Tar,
    /// Runs a program with arguments in the directory of the project. It gets the release's variables (`RELEASE_NAME`,
    /// `RELEASE_VSN`, `RELEASE_ROOT` ..); a status other than 0 fails the build.
    Command(Vec<String>),
    /// Calls a function; see [`Step::call`].
    Call(&'static str, Function),
}

impl Step {
    /// A function that gets the release, with the steps that are still to come, and gives it back. It may change it, and
    /// add or remove steps. An error fails the build, which names the step.
    pub fn call<F>(name: &'static str, function: F) -> Self
    where
        F: FnOnce(Release) -> Result<Release, Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self::Call(name, Box::new(function))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assemble => f.write_str("assemble"),
            Self::Tar => f.write_str("tar"),
            Self::Command(command) => f.write_str(&command.join(" ")),
            Self::Call(name, _) => f.write_str(name),
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn from_settings(release: &str, steps: Option<&[StepSetting]>) -> Result<VecDeque<Step>, BuildError> {
    let Some(steps) = steps else { return Ok(VecDeque::from([Step::Assemble])) };
    let wrong = |message: String| BuildError::Steps { release: release.to_owned(), message };
    let steps = steps.iter().map(|step| match step {
        StepSetting::Named(name) if name == "assemble" => Ok(Step::Assemble),
        StepSetting::Named(name) if name == "tar" => Ok(Step::Tar),
        StepSetting::Named(name) => Err(wrong(format!(
            "`{name}` is no step; a step is \"assemble\", \"tar\" or {{ command = [\"program\", \"argument\"] }}"
        ))),
        StepSetting::Command { command } if command.is_empty() => Err(wrong("a command without a program".into())),
        StepSetting::Command { command } => Ok(Step::Command(command.clone())),
    });
    let steps = steps.collect::<Result<VecDeque<Step>, _>>()?;
    check(release, &steps, false)?;
    Ok(steps)
}

/// Assembling exactly once, an archive at most once and afterwards.
pub(super) fn check(release: &str, steps: &VecDeque<Step>, assembled: bool) -> Result<(), BuildError> {
    let wrong = |message: &str| Err(BuildError::Steps { release: release.to_owned(), message: message.to_owned() });
    let places = |wanted: fn(&Step) -> bool| -> Vec<usize> {
        steps.iter().enumerate().filter(|(_, step)| wanted(step)).map(|(place, _)| place).collect()
    };
    let assemble = places(|step| matches!(step, Step::Assemble));
    let tar = places(|step| matches!(step, Step::Tar));
    match (assembled, assemble.as_slice(), tar.as_slice()) {
        (false, [], _) => wrong("`assemble` is missing; it stands among them exactly once"),
        (false, [_, _, ..], _) | (true, [_, ..], _) => {
            wrong("`assemble` stands twice; it stands among them exactly once")
        }
        (_, _, [_, _, ..]) => wrong("`tar` stands twice; once is enough"),
        (false, [assemble], [tar]) if tar < assemble => {
            wrong("`tar` stands before `assemble`; it packs what was assembled")
        }
        _ => Ok(()),
    }
}

pub(super) fn command(release: &Release, command: &[String]) -> Result<(), BuildError> {
    let failed = |message: String| BuildError::Step { release: release.name.clone(), step: command.join(" "), message };
    let (program, arguments) = command.split_first().ok_or_else(|| failed("no program".into()))?;
    let status = Command::new(program)
        .args(arguments)
        .envs(release.variables())
        .current_dir(&release.root)
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}
