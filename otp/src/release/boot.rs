//! The `main` of a program that is released.

use std::process::ExitCode;

use super::control::Place;
use super::daemon::Part;
use super::environment::Environment;
use super::{client, daemon, describe, system};
use crate::application::{self, BootList, ToApp};
use crate::entry::{Runtime, run_main};

/// The `main` of a program that is released: it does what the launch script says.
///
/// ```no_run
/// use otp::prelude::*;
/// use otp::release::Boot;
///
/// # #[application(name = "shop", library)]
/// # struct Shop;
/// fn main() -> std::process::ExitCode {
///     Boot::new().add(Shop).setup(|| eprintln!("logging begins")).run()
/// }
/// ```
///
/// [`otp::release::main!`](crate::release::main) writes just this.
#[derive(Default)]
#[must_use = "`run` it"]
pub struct Boot {
    pub(super) list: BootList,
    pub(super) setup: Option<Box<dyn FnOnce() + Send>>,
}

impl std::fmt::Debug for Boot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Boot").field("list", &self.list).field("setup", &self.setup.is_some()).finish()
    }
}

impl Boot {
    /// A program without applications.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an application, with all that it depends on. A release starts these unless its settings name others.
    #[allow(clippy::should_implement_trait, reason = "it adds to a list, as `BootList::add` does")]
    pub fn add(mut self, application: impl ToApp) -> Self {
        self.list = self.list.add(application);
        self
    }

    /// Runs before anything else where applications are started or loaded: where logging begins.
    pub fn setup(mut self, setup: impl FnOnce() + Send + 'static) -> Self {
        self.setup = Some(Box::new(setup));
        self
    }

    /// Does what `RELEASE_COMMAND` says, and answers the exit status.
    ///
    /// | Command | Does |
    /// |---|---|
    /// | `start`, `start_console` | configures, starts the applications, waits for a signal or `stop`, stops them in reverse |
    /// | `daemon`, `daemon_console` | the same in the background, with its output in `RELEASE_TMP/log` |
    /// | `eval CALL ARGS` | configures, loads the applications without starting them, carries out the call |
    /// | `rpc CALL` | carries out the call in the running system |
    /// | `remote` | opens a console on the running system |
    /// | `restart` | stops the applications of the running system, reads its run-time configuration again, starts them |
    /// | `stop` | ends the running system, and waits for that |
    /// | `pid` | prints the running system's pid |
    ///
    /// Without a launch script, as under `cargo run`, this is [`application::run`].
    pub fn run(self) -> ExitCode {
        if std::env::var("RELEASE_COMMAND").is_ok_and(|command| command == "describe") {
            return status(describe::answer(self.list));
        }
        match Environment::read() {
            None => self.run_in_project(),
            Some(Err(error)) => status(Err(error.to_string())),
            Some(Ok(environment)) => status(self.run_in_release(environment)),
        }
    }

    fn run_in_project(self) -> ExitCode {
        if let Some(setup) = self.setup {
            setup();
        }
        run_main(Runtime::multi_thread().patience(system::PATIENCE), application::run(self.list))
    }

    fn run_in_release(self, environment: Environment) -> Result<ExitCode, String> {
        match environment.command.as_str() {
            "start" => system::start(self, environment, system::Attached::Nothing),
            "start_console" => system::start(self, environment, system::Attached::Console),
            "daemon" | "daemon_console" => match Part::of_this_process() {
                Part::Launcher => daemon::launch(&Place::of(&environment)),
                Part::Keeper => Ok(daemon::keep(&environment)),
                Part::System => system::start(self, environment, system::Attached::Keeper),
            },
            "eval" => system::eval(self, environment),
            "rpc" | "remote" | "restart" | "stop" | "pid" => client::run(&environment),
            other => Err(format!("unknown command {other}: see `bin/{} help`", environment.name)),
        }
    }
}

fn status(result: Result<ExitCode, String>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("ERROR: {error}");
        ExitCode::FAILURE
    })
}

/// What the program was given behind its command: all arguments of `start`, those after the call of `eval`.
///
/// Follows `System.argv/0`.
#[doc(alias = "System.argv")]
pub fn arguments() -> Vec<String> {
    let skipped = usize::from(std::env::var("RELEASE_COMMAND").is_ok_and(|command| command == "eval"));
    std::env::args_os().skip(1 + skipped).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// The `main` of a program that is released: [`Boot`] with an application, and with a function that runs first if one is given.
///
/// ```no_run
/// use otp::prelude::*;
///
/// #[application(name = "shop", library)]
/// struct Shop;
///
/// fn logging() {}
///
/// otp::release::main!(Shop, setup = logging);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __release_main {
    ($application:expr $(, setup = $setup:expr)? $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::release::Boot::new().add($application)$(.setup($setup))?.run()
        }
    };
}
