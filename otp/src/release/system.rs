//! The running system: from configuration to the last application's end, and again after a restart.
//!
//! ```text
//!            ┌───────────── restart ──────────────┐
//!            ▼                                    │
//! lock ─▶ configure ─▶ start applications ─▶ wait ┴─▶ stop applications ─▶ end
//!                              │
//!                  first time: control socket, console, word to the keeper
//! ```

use std::error::Error;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use super::command::execute;
use super::control::{Held, Identity, Order, Place, serve};
use super::environment::Environment;
use super::manifest::{Manifest, StartSettings};
use super::output::{Chunk, Output};
use super::terminal::Terminal;
use super::{Boot, client, console, daemon};
use crate::application::{self, BootList, BootPlan, Mode, Signals, SystemEnd};
use crate::config;
use crate::entry::{Runtime, run_main};
use crate::{observe, process};

/// What else belongs to a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attached {
    Nothing,
    /// A console, on this terminal.
    Console,
    /// A keeper, which waits for word.
    Keeper,
}

pub(super) fn start(boot: Boot, environment: Environment, attached: Attached) -> Result<ExitCode, String> {
    let settings = settings(&environment.start_settings)?;
    let place = Place::of(&environment);
    // First of all: what is in the way of a second system must not be touched by it.
    let held = environment.distribution.then(|| place.hold()).transpose().map_err(|error| error.to_string())?;
    let plan = plan(&environment)?;
    if let Some(setup) = boot.setup {
        setup();
    }
    // A console may be in the middle of a line when the system ends.
    let _terminal = (attached == Attached::Console).then(Terminal::keep);
    let (ended, is_held) = (place.clone(), held.is_some());
    let system = System { environment, plan, place, held: ManuallyDrop::new(held), attached };
    let result = run_main(runtime(&settings), system.run());
    if is_held {
        // Whoever asks from now on learns that nothing runs; the lock goes with this program.
        ended.forget();
    }
    result
}

pub(super) fn eval(boot: Boot, environment: Environment) -> Result<ExitCode, String> {
    let script = client::call("eval")?;
    let settings = settings(&environment.start_settings)?;
    let plan = plan(&environment)?.clean();
    if let Some(setup) = boot.setup {
        setup();
    }
    run_main(runtime(&settings), async move {
        let configured = configure(&environment, &plan, None).await;
        let (output, missed) = noticing_noproc();
        let well = match &configured {
            Ok(()) => execute(&script, &output).await,
            Err(_) => false,
        };
        if !well && missed.load(Ordering::Relaxed) && application::started().is_empty() {
            output.error(&hint(&plan));
        }
        // Those that the call started, or a provider.
        application::stop_all().await;
        configured?;
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// This program's output, and whether it told of a process that is not there.
fn noticing_noproc() -> (Output, Arc<AtomicBool>) {
    let missed = Arc::new(AtomicBool::new(false));
    let (own, noticed) = (Output::own(), missed.clone());
    let output = Output::to(move |chunk| match chunk {
        Chunk::Out(text) => own.print(&text),
        Chunk::Error(text) => {
            noticed.fetch_or(text.contains("noproc"), Ordering::Relaxed);
            own.error(&text);
        }
    });
    (output, missed)
}

/// Whoever comes from `rpc` expects that something runs.
fn hint(plan: &BootPlan) -> String {
    let last = plan.applications().last().map_or("NAME", |one| one.spec.name.as_str());
    format!(
        "hint: eval starts no application; `Application::ensure_all_started({last:?});` before the call does, and rpc asks the system that \
         runs\n"
    )
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn settings(path: &Path) -> Result<StartSettings, String> {
    // They may be left out; a file that is there and cannot be read is a mistake.
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(StartSettings::default()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        Ok(text) => text,
    };
    toml::from_str(&text).map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))
}

/// For blocking work when everything has stopped.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

fn runtime(settings: &StartSettings) -> Runtime {
    let mut runtime = Runtime::multi_thread().patience(PATIENCE);
    if let Some(n) = settings.worker_threads {
        runtime = runtime.worker_threads(n.max(1));
    }
    if let Some(n) = settings.blocking_threads {
        runtime = runtime.max_blocking_threads(n.max(1));
    }
    if let Some(bytes) = settings.stack_size {
        runtime = runtime.thread_stack_size(bytes);
    }
    runtime
}

/// The applications of the release, as its manifest says.
fn plan(environment: &Environment) -> Result<BootPlan, String> {
    let path = environment.sys_config.with_file_name("manifest.toml");
    let manifest: Manifest = toml::from_str(&read(&path)?)
        .map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))?;
    let mut list = BootList::new();
    for entry in &manifest.applications {
        list = list.add_as(entry.name.as_str(), entry.mode.parse::<Mode>()?);
    }
    for name in &manifest.skip_mode_validation_for {
        list = list.skip_mode_validation_for(name);
    }
    list.resolve().map_err(|error| explain(&error))
}

/// Computes the configuration: what is stored, and what the providers make of it.
async fn read_configuration(environment: &Environment, tmp: Option<&Path>) -> Result<config::Booted, String> {
    let mut boot = config::boot(&environment.sys_config);
    if let Some(tmp) = tmp {
        boot = boot.tmp(tmp);
    }
    boot.run().await.map_err(|error| explain(&error))
}

/// Computes the configuration, and loads the applications with it.
async fn configure(environment: &Environment, plan: &BootPlan, tmp: Option<&Path>) -> Result<(), String> {
    let booted = read_configuration(environment, tmp).await?;
    plan.configure(booted.config().clone());
    plan.load().map_err(|error| explain(&error))?;
    if booted.stored().skip_validation {
        return Ok(());
    }
    application::validate_compile_env().map_err(|error| explain(&error))
}

/// An error with what caused it, a line each.
fn explain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let next_text = next.to_string();
        // Some errors show their cause themselves.
        if !text.contains(&next_text) {
            text.push_str(&format!("\n  because: {next_text}"));
        }
        cause = next.source();
    }
    text
}

struct System {
    environment: Environment,
    plan: BootPlan,
    place: Place,
    /// `None` if nobody can reach this system. Never let go: the operating system does that when the program has ended, and not
    /// a moment before may another one start.
    held: ManuallyDrop<Option<Held>>,
    attached: Attached,
}

/// Why the applications are stopped.
enum Why {
    Asked,
    Ended(SystemEnd),
    Restart(Restarted),
}

type Restarted = oneshot::Sender<(Result<(), String>, oneshot::Sender<()>)>;

impl System {
    async fn run(self) -> Result<ExitCode, String> {
        process::set_label(format!("release {}", self.environment.name));
        let mut signals = Signals::listen().map_err(|error| format!("cannot wait for signals: {error}"))?;
        let (orders, mut ordered) = mpsc::unbounded_channel();
        let mut restarted: Option<Restarted> = None;
        let mut first = Some(orders);
        loop {
            let up = tokio::select! {
                up = self.bring_up() => up,
                () = stop_asked(&mut signals, &mut ordered, first.is_none()) => {
                    self.stop(&mut signals).await?;
                    return Ok(ExitCode::SUCCESS);
                }
            };
            if let Some(restarted) = restarted.take() {
                tell(restarted, &up).await;
            }
            let up = up.and_then(|()| first.take().map_or(Ok(()), |orders| self.open(orders)));
            if let Err(error) = up {
                // A provider may have started some; without a control socket all of them run.
                self.stop(&mut signals).await?;
                return Err(error);
            }
            let why = self.wait(&mut signals, &mut ordered).await;
            self.stop(&mut signals).await?;
            match why {
                Why::Asked => return Ok(ExitCode::SUCCESS),
                Why::Ended(end) if end.reason.is_normal() => return Ok(ExitCode::SUCCESS),
                Why::Ended(SystemEnd { application, mode, reason, .. }) => {
                    return Err(format!(
                        "application {application} ({mode}) has ended, and with it all others: {reason}"
                    ));
                }
                Why::Restart(done) => restarted = Some(done),
            }
            application::reset().await;
        }
    }

    /// While the applications run: until there is a reason to stop them.
    async fn wait(&self, signals: &mut Signals, ordered: &mut mpsc::UnboundedReceiver<Order>) -> Why {
        loop {
            tokio::select! {
                biased;
                signal = signals.next() => {
                    observe::stopping(signal);
                    return Why::Asked;
                }
                end = application::system_ended() => return Why::Ended(end),
                // Nobody is left who could ask if there is no control socket: then only the others count.
                Some(order) = ordered.recv() => match order {
                    Order::Stop => {
                        observe::stopping("stop");
                        return Why::Asked;
                    }
                    Order::Restart(restarted) => {
                        // Found now, a mistake in the configuration costs nothing.
                        let read = tokio::select! {
                            read = read_configuration(&self.environment, Some(&self.environment.tmp)) => read,
                            // Whoever asked learns that the system stopped instead.
                            signal = signals.next() => {
                                observe::stopping(signal);
                                return Why::Asked;
                            }
                        };
                        match read {
                            Ok(_) => {
                                observe::stopping("restart");
                                return Why::Restart(restarted);
                            }
                            Err(error) => tell(restarted, &Err(format!("{error}\nnothing was restarted"))).await,
                        }
                    }
                },
            }
        }
    }

    async fn bring_up(&self) -> Result<(), String> {
        configure(&self.environment, &self.plan, Some(&self.environment.tmp)).await?;
        self.plan.start().await.map(|_| ()).map_err(|error| explain(&error))
    }

    /// Once the applications are up for the first time.
    fn open(&self, orders: mpsc::UnboundedSender<Order>) -> Result<(), String> {
        if let Some(held) = &*self.held {
            let listener = self.place.listen(held).map_err(|error| error.to_string())?;
            let identity = Identity {
                name: self.environment.name.clone(),
                version: self.environment.version.clone(),
                cookie: self.environment.cookie.clone(),
                orders: orders.clone(),
            };
            process::spawn(async move { drop(serve(listener, identity).await) });
        }
        match self.attached {
            Attached::Nothing => {}
            Attached::Keeper => daemon::ready(),
            Attached::Console => {
                let (title, history) =
                    (format!("{} {}", self.environment.name, self.environment.version), self.place.history());
                let prompt = format!("{}> ", self.environment.node);
                let here = console::Here(tokio::runtime::Handle::current());
                let mut hangup =
                    signal(SignalKind::hangup()).map_err(|error| format!("cannot wait for signals: {error}"))?;
                let end = orders.clone();
                process::spawn(async move {
                    hangup.recv().await;
                    // The terminal has gone, and with it whoever came along.
                    let _ = end.send(Order::Stop);
                });
                std::thread::spawn(move || {
                    if let Err(error) = console::run(&title, &prompt, history, here) {
                        eprintln!("the console ended: {error}");
                    }
                    // Whoever leaves the console that came with the system ends both.
                    let _ = orders.send(Order::Stop);
                });
            }
        }
        Ok(())
    }

    /// Stops all applications within their shutdown times; a second signal does not wait for them.
    async fn stop(&self, signals: &mut Signals) -> Result<(), String> {
        signals.impatient(application::stop_all()).await.map_err(application::still_stopping)
    }
}

/// Waits for a signal, or, once the system can be reached, for the order to stop. Another restart is refused meanwhile.
async fn stop_asked(signals: &mut Signals, ordered: &mut mpsc::UnboundedReceiver<Order>, reachable: bool) {
    loop {
        tokio::select! {
            _ = signals.next() => return,
            Some(order) = ordered.recv(), if reachable => match order {
                Order::Stop => return,
                Order::Restart(restarted) => tell(restarted, &Err("a restart is under way".into())).await,
            },
        }
    }
}

/// Answers whoever asked for the restart; a failure is told before this system ends because of it.
async fn tell(restarted: Restarted, up: &Result<(), String>) {
    let (flushed, written) = oneshot::channel();
    if restarted.send((up.clone(), flushed)).is_ok() && up.is_err() {
        let _ = tokio::time::timeout(Duration::from_secs(1), written).await;
    }
}
