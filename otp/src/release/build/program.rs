//! The program of a release: building it, asking it, taking symbols out of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use miniserde::Deserialize;

use super::settings::{Part, Strip};
use super::{BuildError, Release};
use crate::release::manifest::{Description, Question};

/// Where the program of a release comes from. Cargo, but for tests.
pub trait Builder {
    /// Builds the program, and answers where it is.
    ///
    /// # Errors
    /// [`BuildError::Program`], if it does not compile.
    fn build(&self, release: &Release) -> Result<PathBuf, BuildError>;

    /// Asks the program what it is made of. Default: it is run with `RELEASE_COMMAND=describe`.
    ///
    /// # Errors
    /// [`BuildError::Program`], if it does not answer.
    fn describe(&self, release: &Release, executable: &Path, question: &Question) -> Result<Description, BuildError> {
        ask(executable, &release.root, question)
    }
}

/// Builds with cargo.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cargo;

/// One line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<String>,
    target: Option<MessageTarget>,
}

#[derive(Deserialize)]
struct MessageTarget {
    name: String,
}

/// Cargo itself: the one that runs this as its subcommand, if it does.
pub(super) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

impl Cargo {
    fn build_for(release: &Release, target: Option<&str>) -> Result<PathBuf, BuildError> {
        let cargo = cargo();
        let mut command = Command::new(&cargo);
        command
            .args(["build", "--message-format=json-render-diagnostics", "--profile", &release.profile])
            .args(["--package", &release.package.name, "--bin", &release.bin])
            .current_dir(&release.root)
            .env("OTP_ENV", &release.env)
            .stdin(Stdio::null());
        if release.quiet {
            command.arg("--quiet");
        }
        if !release.features.is_empty() {
            command.args(["--features", &release.features.join(",")]);
        }
        if release.no_default_features {
            command.arg("--no-default-features");
        }
        if let Some(target) = target {
            command.args(["--target", target]);
        }
        let output = command.stderr(Stdio::inherit()).output();
        let remedy = "install Rust, or set CARGO";
        let output = output.map_err(|error| BuildError::Tool { program: cargo, error, remedy })?;
        if !output.status.success() {
            return Err(BuildError::Program(format!("package `{}` does not build", release.package.name)));
        }
        let lines = output.stdout.split(|byte| *byte == b'\n');
        let messages = lines.filter_map(|line| miniserde::json::from_str::<Message>(str::from_utf8(line).ok()?).ok());
        let mut built = messages.filter(|message| {
            message.reason == "compiler-artifact"
                && message.target.as_ref().is_some_and(|target| target.name == release.bin)
        });
        let executable = built.find_map(|message| message.executable);
        executable
            .map(PathBuf::from)
            .ok_or_else(|| BuildError::Program(format!("cargo built no program `{}`", release.bin)))
    }
}

impl Builder for Cargo {
    fn build(&self, release: &Release) -> Result<PathBuf, BuildError> {
        Self::build_for(release, release.target.as_deref())
    }

    fn describe(&self, release: &Release, executable: &Path, question: &Question) -> Result<Description, BuildError> {
        // A program for another target does not run here: its twin for this machine answers.
        let twin = match &release.target {
            Some(_) => Some(Self::build_for(release, None)?),
            None => None,
        };
        let mut description = ask(twin.as_deref().unwrap_or(executable), &release.root, question)?;
        if let Some(target) = &release.target {
            description.target.clone_from(target);
        }
        Ok(description)
    }
}

/// Runs a program so that it describes itself: question and answer are TOML on its standard input and output.
fn ask(executable: &Path, directory: &Path, question: &Question) -> Result<Description, BuildError> {
    let program = executable.display();
    let failed = |what: String| BuildError::Program(format!("{program} does not say what it is made of: {what}"));
    let question = toml::to_string(question).map_err(|error| failed(error.to_string()))?;
    let mut child = Command::new(executable)
        .env("RELEASE_COMMAND", "describe")
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    // Dropped afterwards, which is the end of the question.
    let sent = child.stdin.take().expect("it is piped").write_all(question.as_bytes());
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(BuildError::Program(said.trim_end().to_owned()));
    }
    let main = "is its main `otp::release::main!` or `otp::release::Boot`?";
    sent.map_err(|error| failed(format!("{error}; {main}")))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    let answer = answer.split_once(crate::release::describe::BEGIN).map(|(_, answer)| answer);
    let answer = answer.ok_or_else(|| failed(format!("it ran and answered nothing; {main}")))?;
    toml::from_str(answer).map_err(|error| failed(error.to_string()))
}

/// Takes out of a program what the release does not want in it.
pub(super) fn strip(executable: &Path, strip: &Strip) -> Result<(), BuildError> {
    let option = match strip {
        Strip::All(false) => return Ok(()),
        Strip::All(true) => "--strip-all",
        Strip::Keep { keep } => match (keep.contains(&Part::Symbols), keep.contains(&Part::Debuginfo)) {
            (true, true) => return Ok(()),
            (true, false) => "--strip-debug",
            (false, true) => "--discard-all",
            (false, false) => "--strip-all",
        },
    };
    let program = std::env::var("STRIP").unwrap_or_else(|_| "strip".into());
    let remedy = "install binutils, name another one in STRIP, or set `strip = false`";
    let output = Command::new(&program).arg(option).arg(executable).output();
    let output = output.map_err(|error| BuildError::Tool { program: program.clone(), error, remedy })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(BuildError::Program(format!("{program} {option} failed: {}; {remedy}", said.trim_end())))
}
