//! Whole programs: this test binary, started again to run one scenario of `run.rs` instead of its tests.

use super::fixtures::{note, with_tree};
use otp::application::{self, App, BootList, Mode, Start, Top};
use otp::prelude::*;
use otp::process;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

/// Names the scenario that a child process runs.
const SCENARIO: &str = "OTP_TEST_SCENARIO";

/// A program that was started.
pub(super) struct Program {
    child: Child,
    lines: Vec<String>,
}

/// How it ended.
pub(super) struct Ended {
    pub(super) status: Option<i32>,
    /// What it noted.
    pub(super) lines: Vec<String>,
    pub(super) errors: String,
}

impl Program {
    /// Starts a scenario; `folder` is that of the package it is to be of.
    pub(super) fn start(scenario: &str, folder: &Path, variables: &[(&str, &str)]) -> Self {
        let binary = std::env::current_exe().expect("it runs");
        let module = module_path!().split_once("::").expect("it is in a crate").1;
        let child = Command::new(binary)
            .args([&format!("{module}::scenario"), "--exact", "--nocapture", "--test-threads=1"])
            .env(SCENARIO, scenario)
            .env("CARGO_MANIFEST_DIR", folder)
            .env_remove("OTP_ENV")
            .envs(variables.iter().copied())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it can be started again");
        Self { child, lines: Vec::new() }
    }

    /// Until it notes this line.
    pub(super) fn wait_for(&mut self, line: &str) {
        let mut output = BufReader::new(self.child.stdout.take().expect("it is read here only"));
        let mut text = String::new();
        loop {
            text.clear();
            let read = output.read_line(&mut text).expect("it is UTF-8");
            assert!(read > 0, "it ended before {line:?}: {:?}", self.lines);
            if let Some((_, noted)) = text.trim_end().split_once("## ") {
                self.lines.push(noted.to_string());
                if noted == line {
                    break;
                }
            }
        }
        // What is in the buffer is of the lines that follow.
        let rest = output.buffer().to_vec();
        self.lines.extend(noted(&String::from_utf8_lossy(&rest)));
        self.child.stdout = Some(output.into_inner());
    }

    pub(super) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().expect("there is a `kill`");
        assert!(sent.success());
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it was started").is_some()
    }

    pub(super) fn end(mut self) -> Ended {
        let (mut output, mut errors) = (String::new(), String::new());
        self.child.stdout.take().expect("it is piped").read_to_string(&mut output).expect("it is UTF-8");
        self.child.stderr.take().expect("it is piped").read_to_string(&mut errors).expect("it is UTF-8");
        let status = self.child.wait().expect("it ends").code();
        self.lines.extend(noted(&output));
        Ended { status, lines: self.lines, errors }
    }
}

fn noted(output: &str) -> Vec<String> {
    output.lines().filter_map(|line| line.split_once("## ")).map(|(_, noted)| noted.to_string()).collect()
}

with_tree!(Store = "store");
with_tree!(Shop = "shop", dependencies(Store));

/// Its tree ends when it is told how.
#[application(name = "fragile", dependencies(Store))]
struct Fragile;

impl Application for Fragile {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        let reason = match application::get_env_or("fragile", "ends", "not".to_string())?.as_str() {
            "normal" => Some(ExitReason::Normal),
            "shutdown" => Some(ExitReason::Shutdown),
            "failure" => Some(ExitReason::other("tired")),
            _ => None,
        };
        let top = process::spawn_link(async move {
            match reason {
                Some(reason) => {
                    // After the start of what comes later in the list.
                    process::receive::<()>().await;
                    process::exit_with(reason)
                }
                None => process::sleep_forever().await,
            }
        });
        process::register(top, "fragile")?;
        Ok(top.into())
    }
}

/// The last in the list: lets the fragile one end.
#[application(name = "trigger", dependencies(Fragile))]
struct Trigger;

impl Application for Trigger {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        note("all up");
        process::send("fragile", ())?;
        super::fixtures::tree("trigger").await
    }
}

#[application(name = "bad", dependencies(Shop))]
struct Bad;

impl Application for Bad {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        Err(std::io::Error::other("no disk").into())
    }
}

/// Takes for ever to stop, or to start.
#[application(name = "stuck", dependencies(Store))]
struct Stuck;

impl Application for Stuck {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        if application::get_env_or("stuck", "starts", true)? {
            note("stuck up");
            return Ok(Top::none());
        }
        note("stuck starts");
        process::sleep(std::time::Duration::from_millis(50)).await;
        note("stuck up");
        Ok(Top::none())
    }
    async fn stop(&mut self) {
        if application::get_env_or("stuck", "starts", true).unwrap_or(true) {
            note("stuck stops");
            match application::get_env_or("stuck", "stops", false).unwrap_or(false) {
                true => process::sleep(std::time::Duration::from_millis(100)).await,
                false => process::sleep_forever().await,
            }
        }
    }
}

/// Kills the master of the shop, and, if that is nobody's end, the program in order.
async fn kill_master(mode: Mode) -> ExitCode {
    let killer = process::spawn(async move {
        while !super::fixtures::is_started("shop") {
            process::sleep(std::time::Duration::from_millis(1)).await;
        }
        let master = super::fixtures::master("shop").expect("it runs");
        process::exit(master, ExitReason::Kill);
        if mode == Mode::Temporary {
            while super::fixtures::is_started("shop") {
                process::sleep(std::time::Duration::from_millis(1)).await;
            }
            let _ = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status();
        }
    });
    let code = application::run([(App::of::<Store>(), Mode::Permanent), (App::of::<Shop>(), mode)]).await;
    process::wait(killer).await;
    code
}

/// Shows what it is configured to.
#[application(name = "configured", library, env(a = "code", b = "code", c = "code", d = "code"))]
struct Configured;

/// Read while this was compiled: `config/config.toml` of the tests says 4096.
#[application(name = "compiled", library)]
struct Compiled;

async fn run(scenario: &str) -> ExitCode {
    let mode = |text: &str| text.parse().expect("the scenario names a mode");
    match scenario.split_once(' ') {
        None if scenario == "two" => application::run(Shop).await,
        None if scenario == "bad" => application::run(Bad).await,
        None if scenario == "stuck" => application::run(Stuck).await,
        None if scenario == "modes" => {
            application::run([(App::of::<Shop>(), Mode::Permanent), (App::of::<Store>(), Mode::Load)]).await
        }
        None if scenario == "dir" => {
            for name in ["store", "nobody"] {
                match application::app_dir(name) {
                    Ok(folder) => note(folder.display().to_string()),
                    Err(error) => note(error.to_string()),
                }
            }
            ExitCode::SUCCESS
        }
        None if scenario == "configured" => {
            if let Err(error) = application::configure_project() {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
            application::load(Configured).expect("it is loaded once");
            for key in ["a", "b", "c", "d"] {
                note(application::fetch_env::<String>("configured", key).unwrap_or_else(|error| error.to_string()));
            }
            ExitCode::SUCCESS
        }
        None if scenario == "compiled" => application::run(Compiled).await,
        None if scenario == "stored" => stored().await,
        None if scenario == "reset" => reset().await,
        Some(("fragile", given)) => {
            application::run([(App::of::<Fragile>(), mode(given)), (App::of::<Trigger>(), Mode::Temporary)]).await
        }
        Some(("master", given)) => kill_master(mode(given)).await,
        _ => panic!("there is no scenario {scenario:?}"),
    }
}

/// As a release does it.
async fn stored() -> ExitCode {
    let booted = match application::boot_config(Path::new("sys.toml"), Some(Path::new("tmp"))).await {
        Ok(booted) => booted,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    note(format!(
        "{:?}",
        std::mem::discriminant(&booted)
            == std::mem::discriminant(&otp::config::Booted::NoProviders(Default::default()))
    ));
    let plan = BootList::from(Shop).add_as(Compiled, Mode::Load).resolve().expect("the list can be");
    plan.load().expect("all of it is new");
    note(format!("{:?}", application::get_env::<String>("shop", "key")));
    application::run_plan(&plan).await
}

/// All of it twice.
async fn reset() -> ExitCode {
    for round in 1..=2 {
        application::configure(otp::config::Config::new().with("shop", "round", round));
        application::ensure_all_started(Shop).await.expect("it starts");
        note(format!("{:?}", application::get_env::<u8>("shop", "round")));
        application::put_env("shop", "put", 1);
        application::reset().await;
        note(format!("{:?} {}", application::get_all_env("shop"), application::loaded().len()));
    }
    ExitCode::SUCCESS
}

#[otp::test]
async fn scenario() {
    let Ok(scenario) = std::env::var(SCENARIO) else { return };
    let code = run(&scenario).await;
    std::process::exit(if code == ExitCode::SUCCESS { 0 } else { 1 });
}
