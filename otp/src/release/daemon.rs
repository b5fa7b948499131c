//! Running in the background: a keeper that belongs to no terminal, and under it the system, whose output the keeper writes to
//! log files.
//!
//! ```text
//! bin/NAME daemon ── starts ──▶ keeper ── starts ──▶ system
//!        ▲                        │  ◀── output ────────┤
//!        └──── ready, or why not ─┘  ◀── ready ─────────┘  (over the system's standard input)
//! ```

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::signal::unix::{SignalKind, signal};

use super::control::Place;
use super::environment::Environment;
use super::log::Log;
use crate::application::Signals;

/// Which part of the daemon a process is.
const PART: &str = "OTP_DAEMON";

/// Which part of the daemon a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What the launch script started.
    Launcher,
    Keeper,
    System,
}

impl Part {
    pub(crate) fn of_this_process() -> Self {
        match std::env::var(PART).as_deref() {
            Ok("keeper") => Self::Keeper,
            Ok("system") => Self::System,
            _ => Self::Launcher,
        }
    }
}

fn again(part: &str) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1)).env(PART, part);
    Ok(command)
}

/// Starts the keeper, and waits until the system is up or has failed.
pub(crate) fn launch(place: &Place) -> Result<ExitCode, String> {
    // Said here, and not only in a log.
    drop(place.hold().map_err(|error| error.to_string())?);
    let failed = |error: io::Error| format!("cannot start in the background: {error}");
    let mut keeper = again("keeper").map_err(failed)?;
    let mut keeper =
        keeper.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed)?;
    let mut said = String::new();
    let mut lines = BufReader::new(keeper.stdout.take().expect("it is piped"));
    lines.read_line(&mut said).map_err(failed)?;
    if said.trim_end() == "ready" {
        return Ok(ExitCode::SUCCESS);
    }
    lines.read_to_string(&mut said).map_err(failed)?;
    Err(format!("{} did not start:\n{}", place.node, said.trim_end()))
}

/// Bytes of a log file, and how many old ones are kept, unless the environment says otherwise.
const SIZE: u64 = 1 << 20;
const KEEP: usize = 5;

fn number<T: std::str::FromStr>(variable: &str, default: T) -> Result<T, String> {
    match std::env::var(variable) {
        Err(_) => Ok(default),
        Ok(value) => value.parse().map_err(|_| format!("{variable} must be a number, got: {value}")),
    }
}

/// Starts the system and writes what it prints to log files, for as long as it runs.
pub(crate) fn keep(environment: &Environment) -> ExitCode {
    match keeper(environment) {
        Ok(status) => status,
        Err(error) => {
            tell_launcher(&error);
            ExitCode::FAILURE
        }
    }
}

fn keeper(environment: &Environment) -> Result<ExitCode, String> {
    // From here on no terminal takes it along when it is closed.
    nix::unistd::setsid().map_err(|errno| format!("cannot leave the terminal: {errno}"))?;
    let directory = environment.tmp.join("log");
    let path = directory.join(format!("{}.log", environment.node));
    let (size, keep) = (number("RELEASE_LOG_SIZE", SIZE)?, number("RELEASE_LOG_FILES", KEEP)?);
    let failed = |error: io::Error| format!("cannot write the log {}: {error}", path.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory).map_err(failed)?;
    let mut log = Log::open(&path, size, keep).map_err(failed)?;
    let system = start().map_err(|error| format!("cannot start the system: {error}"))?;
    let status = system.follow(&mut log).map_err(|error| format!("cannot wait for the system: {error}"))?;
    let ended = match (status.code(), status.signal()) {
        (Some(code), _) => format!("{} ended with status {code}\n", environment.node),
        (None, signal) => format!("{} was ended by signal {}\n", environment.node, signal.unwrap_or_default()),
    };
    log.write(ended.as_bytes());
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the keeper learns.
enum Event {
    Output(Vec<u8>),
    /// Nobody holds the system's output any more.
    OutputEnds,
    /// Whether its applications came up.
    Up(bool),
    /// Somebody asks the keeper to end.
    Asked,
    Ended(io::Result<ExitStatus>),
}

/// How much output waits for the log, in pieces: what is more waits in the system.
const PIECES: usize = 16;

/// How long what the system printed last may take; who still prints then is a program that it had started.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

/// The system, as its keeper sees it.
struct System {
    pid: Pid,
    events: Receiver<Event>,
}

/// Starts the system, and a thread for each thing that is to be learned of it.
fn start() -> io::Result<System> {
    let (signal, theirs) = UnixStream::pair()?;
    let (mut output, sink) = io::pipe()?;
    let mut command = again("system")?;
    command.stdin(OwnedFd::from(theirs)).stdout(sink.try_clone()?).stderr(sink);
    let (events, received) = sync_channel(PIECES);
    asked(events.clone())?;
    let mut system = command.spawn()?;
    // It holds the ends that the system has, too: without them, the system's end is the end of its output.
    drop(command);
    let pid = Pid::from_raw(i32::try_from(system.id()).expect("pids of this system are positive"));
    let (outputs, ends) = (events.clone(), events.clone());
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(n @ 1..) = output.read(&mut bytes) {
            if outputs.send(Event::Output(bytes[..n].to_vec())).is_err() {
                return;
            }
        }
        let _ = outputs.send(Event::OutputEnds);
    });
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(signal).read_line(&mut line);
        let _ = events.send(Event::Up(read.is_ok() && line.trim_end() == "ready"));
    });
    std::thread::spawn(move || ends.send(Event::Ended(system.wait())));
    Ok(System { pid, events: received })
}

/// A signal that ends a whole group of processes reaches the keeper too. It must not end before the system, which would lose its output,
/// and fail for that: the system is asked, and the keeper goes with it.
fn asked(events: SyncSender<Event>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let inside = runtime.enter();
    let (mut signals, mut hangup) = (Signals::listen()?, signal(SignalKind::hangup())?);
    drop(inside);
    std::thread::spawn(move || {
        loop {
            runtime.block_on(async {
                tokio::select! {
                    _ = signals.next() => {}
                    _ = hangup.recv() => {}
                }
            });
            if events.send(Event::Asked).is_err() {
                return;
            }
        }
    });
    Ok(())
}

impl System {
    /// Writes what it prints until it has ended, and tells the launcher what becomes of it.
    ///
    /// A program that the system started may hold its output and its input open for longer: it is not waited for.
    fn follow(&self, log: &mut Log) -> io::Result<ExitStatus> {
        let (mut last, mut up, mut output_ends) = (Last::default(), None, false);
        let mut ended: Option<(io::Result<ExitStatus>, Instant)> = None;
        while ended.is_none() || up.is_none() || !output_ends {
            let event = match &ended {
                None => self.events.recv().ok(),
                Some((_, at)) => self.events.recv_timeout(LAST_OUTPUT.saturating_sub(at.elapsed())).ok(),
            };
            match event {
                Some(Event::Output(bytes)) => {
                    log.write(&bytes);
                    if up != Some(true) {
                        last.add(&bytes);
                    }
                }
                Some(Event::OutputEnds) => output_ends = true,
                Some(Event::Up(well)) => {
                    up = Some(well);
                    if well {
                        tell_launcher("ready");
                    }
                }
                Some(Event::Asked) if ended.is_none() => drop(kill(self.pid, Signal::SIGTERM)),
                Some(Event::Asked) => {}
                Some(Event::Ended(status)) => ended = Some((status, Instant::now())),
                None => break,
            }
        }
        if up != Some(true) {
            tell_launcher(&last.text());
        }
        ended.expect("it is told before the events end").0
    }
}

/// Whoever started the keeper reads this, unless they went away.
fn tell_launcher(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// The last of what was printed.
#[derive(Default)]
struct Last(VecDeque<u8>);

impl Last {
    fn add(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        let surplus = self.0.len().saturating_sub(4096);
        self.0.drain(..surplus);
    }

    fn text(self) -> String {
        let bytes: Vec<u8> = self.0.into();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Tells the keeper that the system is up: over the standard input, which is a socket.
pub(crate) fn ready() {
    let input = io::stdin().as_fd().try_clone_to_owned();
    let _ = input.map(std::fs::File::from).and_then(|mut input| input.write_all(b"ready\n"));
}
