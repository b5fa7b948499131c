//! The whole life of a program that is a list of applications.

use super::environment;
use super::life::{started, stop_all, system_ended};
use super::plan::{BootList, BootPlan};
use super::signals::{First, Signals, first};
use crate::observe;
use std::fmt::Display;
use std::process::ExitCode;

/// Runs a program: configures it, starts its applications in order, waits, and stops them in reverse.
///
/// It waits for SIGTERM or SIGINT, or for the end of an application that [takes the system down](super::Mode). Applications stop within
/// the shutdown times of their children. A second signal, a second or more after the stop began, ends the program at once, and says
/// which applications were still up; until then it is taken for an echo of the first. See [`Signals`].
///
/// | Why it ends | Exit status |
/// |---|---|
/// | SIGTERM, SIGINT | 0 |
/// | an application's tree ended with `normal`, and its mode is permanent | 0 |
/// | an application's tree ended otherwise, and its mode asks for it | 1 |
/// | an application could not be started; those before it are stopped again | 1 |
/// | the configuration or the list cannot be | 1 |
/// | a second signal while it stops | 1 |
///
/// What went wrong is told in one message on the error output, and reported as an event.
///
/// Unless it is configured already, the program is configured from the project's files: see
/// [`configure_project`](super::configure_project).
///
/// ```no_run
/// use otp::application::{App, BootList, Mode};
/// use otp::prelude::*;
///
/// # #[application(name = "shop", library)]
/// # struct Shop;
/// # #[application(name = "metrics", library)]
/// # struct Metrics;
/// #[otp::main]
/// async fn main() -> std::process::ExitCode {
///     otp::application::run(BootList::new().add(Shop).add_as(Metrics, Mode::Temporary)).await
/// }
/// ```
pub async fn run(applications: impl Into<BootList>) -> ExitCode {
    let plan = match applications.into().resolve() {
        Ok(plan) => plan,
        Err(error) => return fail(&error),
    };
    if !environment::is_configured()
        && std::env::var_os("RELEASE_ROOT").is_none()
        && let Err(error) = environment::configure_project()
    {
        return fail(&error);
    }
    run_plan(&plan).await
}

/// As [`run`], of a list that is resolved and a program that is configured: without looking for files.
pub async fn run_plan(plan: &BootPlan) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(&format!("cannot wait for signals: {error}")),
    };
    if let Err(error) = plan.load() {
        return fail(&error);
    }
    if let Err(error) = environment::validate_compile_env() {
        return fail(&error);
    }
    let code = match first(plan.start(), signals.next()).await {
        First::Left(Ok(_)) => wait(&mut signals).await,
        First::Left(Err(error)) => fail(&error),
        First::Right(signal) => {
            observe::stopping(signal);
            ExitCode::SUCCESS
        }
    };
    match signals.impatient(stop_all()).await {
        Ok(()) => code,
        Err(signal) => fail(&still_stopping(signal)),
    }
}

/// Until the program is to end: its exit status.
async fn wait(signals: &mut Signals) -> ExitCode {
    match first(system_ended(), signals.next()).await {
        First::Left(end) if end.reason.is_normal() => ExitCode::SUCCESS,
        First::Left(end) => {
            let mode = end.mode;
            fail(&format!("application {} ({mode}) has ended, and with it all others: {}", end.application, end.reason))
        }
        First::Right(signal) => {
            observe::stopping(signal);
            ExitCode::SUCCESS
        }
    }
}

/// What is said of a second signal.
pub(crate) fn still_stopping(signal: &str) -> String {
    let running: Vec<String> = started().into_iter().map(|info| info.name).collect();
    let running = if running.is_empty() { "none".to_string() } else { running.join(", ") };
    format!("{signal} came while the applications stopped: not waiting for them (still up: {running})")
}

/// To the error output, whatever becomes of events.
fn fail(error: &dyn Display) -> ExitCode {
    observe::system_failed(error);
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
