//! The command line of `cargo otp`, and of build programs.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Args, Parser, Subcommand};

use super::{BuildError, Cargo, Console, Options, Outcome, Project, Release, init, make, new};

#[derive(Parser)]
#[command(name = "cargo-otp", bin_name = "cargo otp", version, about = "Releases of programs that are made with otp")]
struct Line {
    #[command(subcommand)]
    command: What,
}

#[derive(Subcommand)]
enum What {
    /// Assembles a self-contained release of the project
    Release(ReleaseLine),
    /// Writes templates for a release's environment script and start settings
    #[command(name = "release.init")]
    Init(InitLine),
    /// Makes a new project that builds, tests and releases
    New(NewLine),
}

#[derive(Args)]
struct ReleaseLine {
    /// The release; without it, the default one or the only one
    name: Option<String>,
    /// Where to make it, instead of rel/NAME in the target directory
    #[arg(long)]
    path: Option<PathBuf>,
    /// Its version, instead of the package's
    #[arg(long)]
    version: Option<String>,
    /// Replace one of the same version without a question
    #[arg(long)]
    overwrite: bool,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
    /// The environment: which configuration is read [default: prod]
    #[arg(long)]
    env: Option<String>,
    /// Build for another target than this machine's
    #[arg(long)]
    target: Option<String>,
}

#[derive(Args)]
struct InitLine {
    /// Replace templates without a question
    #[arg(long)]
    force: bool,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
}

#[derive(Args)]
struct NewLine {
    /// The directory to make; its last part names the package
    path: PathBuf,
    /// A checkout of otp to depend on, instead of the one that this program was built from
    #[arg(long)]
    otp: Option<PathBuf>,
}

impl From<&ReleaseLine> for Options {
    fn from(line: &ReleaseLine) -> Self {
        Self {
            path: line.path.clone(),
            version: line.version.clone(),
            overwrite: line.overwrite,
            quiet: line.quiet,
            env: line.env.clone(),
            target: line.target.clone(),
        }
    }
}

/// What `cargo otp` does with its arguments. Errors are printed to the error output, with status 1; wrong arguments have
/// status 2.
pub fn main() -> ExitCode {
    // Cargo calls `cargo-otp otp release`; people may call it without the middle word.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|second| second == "otp") {
        arguments.remove(1);
    }
    let line = match Line::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => return refused(&error),
    };
    answer(match line.command {
        What::Release(line) => release_or_program(&line),
        What::Init(line) => init::init(Path::new("rel"), line.force, line.quiet, &mut Terminal),
        What::New(line) => new::new(&line.path, line.otp.as_deref(), &mut Terminal),
    })
}

#[derive(Parser)]
struct ProgramLine {
    #[command(flatten)]
    release: ReleaseLine,
}

/// What a build program of a project does: chooses the release that its arguments name, as `cargo otp release` would, hands it
/// to `customise`, and makes it.
///
/// ```no_run
/// use otp::release::build::{Step, run};
///
/// fn main() -> std::process::ExitCode {
///     run(|mut release| {
///         release.version.push_str("+git.abcdef");
///         release.steps.push_back(Step::Tar);
///         Ok(release)
///     })
/// }
/// ```
///
/// With `program = "xtask"` in the settings, `cargo otp release` runs the program of that name.
pub fn run<F>(customise: F) -> ExitCode
where
    F: FnOnce(Release) -> Result<Release, Box<dyn std::error::Error + Send + Sync>>,
{
    let line = match ProgramLine::try_parse() {
        Ok(line) => line.release,
        Err(error) => return refused(&error),
    };
    answer(Project::find(Path::new(".")).and_then(|project| one(&project, &line, customise)))
}

fn release_or_program(line: &ReleaseLine) -> Result<(), BuildError> {
    let project = Project::find(Path::new("."))?;
    match &project.settings.program {
        Some(program) => build_program(&project, program),
        None => one(&project, line, Ok),
    }
}

fn one<F>(project: &Project, line: &ReleaseLine, customise: F) -> Result<(), BuildError>
where
    F: FnOnce(Release) -> Result<Release, Box<dyn std::error::Error + Send + Sync>>,
{
    let release = Release::choose(project, line.name.as_deref(), &line.into())?;
    let name = release.name.clone();
    let mut release = customise(release).map_err(|error| BuildError::Step {
        release: name,
        step: "the build program".into(),
        message: error.to_string(),
    })?;
    // It may have changed the version or the path.
    release.version = super::release::check_version(&release.name, release.version.clone())?;
    release.version_path = release.path.join("releases").join(&release.version);
    if let Outcome::Kept = make::make(release, &Cargo, &mut Terminal)? {
        eprintln!("nothing was made; --overwrite replaces without a question");
    }
    Ok(())
}

/// Runs the project's own program with the arguments that came after `release`.
fn build_program(project: &Project, program: &str) -> Result<(), BuildError> {
    let package = project.members().find(|package| package.bins.iter().any(|bin| bin == program));
    let package = package.ok_or_else(|| {
        BuildError::settings("program", format!("no package of the workspace has a program `{program}`"))
    })?;
    let cargo = super::program::cargo();
    let after = std::env::args_os().skip_while(|argument| argument != "release").skip(1);
    let status = Command::new(&cargo)
        .args(["run", "--quiet", "--package", &package.name, "--bin", program, "--"])
        .args(after)
        .status()
        .map_err(|error| BuildError::Tool { program: cargo, error, remedy: "install Rust, or set CARGO" })?;
    if status.success() { Ok(()) } else { Err(BuildError::Program(format!("`{program}` made no release ({status})"))) }
}

fn refused(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn answer(result: Result<(), BuildError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The terminal: questions are asked only of somebody who can answer.
struct Terminal;

impl Console for Terminal {
    fn say(&mut self, line: &str) {
        println!("{line}");
    }

    fn confirm(&mut self, question: &str) -> bool {
        print!("{question} [y/N] ");
        let _ = std::io::stdout().flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).unwrap_or(0);
        if read == 0 || !std::io::stdin().is_terminal() {
            println!();
        }
        matches!(answer.trim(), "y" | "Y" | "yes")
    }
}
