//! The process of an application that is started: it runs the callbacks, and the top of the tree is linked to it.

use super::app::{App, Started};
use super::behaviour::{Found, Start, Top};
use super::controller::{self, Place, SystemEnd};
use super::error::StartAppError;
use super::life;
use super::spec::Mode;
use crate::child::BoxFuture;
use crate::observe;
use crate::process::run::{caught, caught_sync};
use crate::process::{self, Down, Exit, ExitReason, MonitorRef, Pid};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Asks a master to stop its application; its end is the answer.
pub(super) struct StopRequest;

/// How long what is linked to a master, and is not its tree, may take to end.
const LEFT_BEHIND: Duration = Duration::from_secs(5);

/// Starts an application that was claimed, and answers when its tree is up, or gone again.
pub(super) fn spawn(app: App, place: Place, mode: Mode) -> oneshot::Receiver<Result<(), StartAppError>> {
    let (answer, answered) = oneshot::channel();
    let label = format!("application {}", place.name());
    let master = process::options().trap_exit(true).label(label).spawn(master(app, place, mode, answer));
    master.expect("it asks for no name");
    answered
}

async fn master(app: App, place: Place, mode: Mode, answer: oneshot::Sender<Result<(), StartAppError>>) {
    let name = place.name().to_string();
    let mut post = Post { place: Some(place), mode, tree: None };
    let mut started = match start(app, &name, mode).await {
        Ok(started) => started,
        Err(error) => {
            end_what_is_left().await;
            post.leave();
            observe::application_not_started(&name, &error);
            // Nobody may be waiting any more.
            let _ = answer.send(Err(error));
            process::exit_with(ExitReason::Shutdown);
        }
    };
    let place = post.taken(started.top);
    place.running(process::self_pid());
    observe::application_started(&name, &mode);
    let _ = answer.send(Ok(()));

    let ended = serve(place, &mut started).await;
    // From here on there is no tree to wait for, and a stop that was asked for ends nobody else.
    post.tree = None;
    callback(&name, "stop", started.application.stop()).await;
    end_what_is_left().await;
    // Before the place is free: nobody is to find two values of one application.
    if let Err(reason) = caught_sync(|| drop(started)) {
        observe::application_callback(&name, "drop", &reason);
    }
    post.leave();
    match ended {
        Some(reason) => exited(name, mode, reason),
        None => observe::application_stopped(&name),
    }
    process::exit_with(ExitReason::Shutdown);
}

/// A master's hold on its application. It outlives a master that is killed: what that means is the mode's to say, as if the tree had
/// ended by itself, and nobody may start the application again before the old tree is gone.
struct Post {
    /// Until the master leaves in order.
    place: Option<Place>,
    mode: Mode,
    /// Once it is up: its top, if it has a tree.
    tree: Option<Option<Pid>>,
}

impl Post {
    /// The tree is up.
    fn taken(&mut self, top: Option<Pid>) -> &Place {
        self.tree = Some(top);
        self.place.as_ref().expect("it leaves once, at the end")
    }

    /// In order.
    fn leave(&mut self) {
        self.place = None;
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let (Some(place), Some(top)) = (self.place.take(), self.tree) else { return };
        // A runtime that is shut down takes everybody along, and that is nobody's failure.
        if tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        place.stopping();
        let mode = self.mode;
        process::spawn(async move {
            // The links tell it.
            if let Some(top) = top {
                process::wait(top).await;
            }
            let name = place.name().to_string();
            drop(place);
            exited(name, mode, ExitReason::Killed);
        });
    }
}

/// An application whose tree is up.
struct Up {
    application: Box<dyn Started>,
    top: Option<Pid>,
}

async fn start(app: App, name: &str, mode: Mode) -> Result<Up, StartAppError> {
    let application = || name.to_string();
    let start = Start { application: application(), mode };
    // The function itself may panic before it has made its future.
    match caught(async move { (app.start)(start).await }).await {
        Ok(Ok((_, Top(Found::Nobody)))) => Err(StartAppError::NoProcess { application: application() }),
        Ok(Ok((started, Top(Found::Process(top))))) => Ok(Up { application: started, top: Some(top) }),
        Ok(Ok((started, Top(Found::NoTree)))) => Ok(Up { application: started, top: None }),
        Ok(Err(error)) => Err(StartAppError::Failed { application: application(), error: Arc::from(error) }),
        Err(reason) => Err(StartAppError::Ended { application: application(), reason }),
    }
}

/// Until the application is asked to stop, and its tree is gone; or, with the reason, until the tree has ended by itself.
async fn serve(place: &Place, up: &mut Up) -> Option<ExitReason> {
    let monitor = up.top.map(process::monitor);
    loop {
        match event(up.top, monitor).await {
            Event::Ended(reason) => {
                place.stopping();
                return Some(reason);
            }
            Event::Stop => break,
            Event::Other => {}
        }
    }
    place.stopping();
    callback(place.name(), "prepare_stop", up.application.prepare_stop()).await;
    if let Some(top) = up.top {
        process::exit(top, ExitReason::Shutdown);
        process::wait(top).await;
    }
    None
}

enum Event {
    Stop,
    Ended(ExitReason),
    /// Nothing that a master minds.
    Other,
}

async fn event(top: Option<Pid>, monitor: Option<MonitorRef>) -> Event {
    let select = |info: process::Info| {
        let info = match info.take::<StopRequest>() {
            Ok(StopRequest) => return Ok(Event::Stop),
            Err(info) => info,
        };
        // The exit signal of a top that is linked comes first, and has the reason also when the top had ended before it
        // was monitored.
        let info = match info.take::<Exit>() {
            Ok(exit) if Some(exit.from) == top => return Ok(Event::Ended(exit.reason)),
            Ok(_) => return Ok(Event::Other),
            Err(info) => info,
        };
        Ok(match info.take::<Down>() {
            Ok(down) if Some(down.reference) == monitor => Event::Ended(down.reason),
            _ => Event::Other,
        })
    };
    process::receive_match(select, None).await.expect("without a time there is no timeout")
}

/// Runs a callback whose failure stops nothing.
async fn callback(application: &str, callback: &'static str, run: BoxFuture<'_, ()>) {
    if let Err(reason) = caught(run).await {
        observe::application_callback(application, callback, &reason);
    }
}

/// Shuts down what `start` linked to the master besides the tree, or before it failed.
async fn end_what_is_left() {
    let links = process::info(process::self_pid()).map(|info| info.links).unwrap_or_default();
    for pid in links {
        process::exit(pid, ExitReason::Shutdown);
        if tokio::time::timeout(LEFT_BEHIND, process::wait(pid)).await.is_err() {
            process::exit(pid, ExitReason::Kill);
            process::wait(pid).await;
        }
    }
}

/// The tree has ended by itself, or its master was killed: what that means is the mode's to say.
fn exited(application: String, mode: Mode, reason: ExitReason) {
    let ends_all = ends_all(mode, &reason);
    observe::application_exited(&application, &mode, &reason, ends_all);
    if ends_all {
        controller::end(SystemEnd { application, mode, reason });
        process::spawn(life::stop_all());
    }
}

/// Whether the end of an application is the end of all.
fn ends_all(mode: Mode, reason: &ExitReason) -> bool {
    match mode {
        Mode::Permanent => true,
        Mode::Transient => !reason.is_normal(),
        Mode::Temporary | Mode::Load | Mode::None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_says_whose_end_is_the_end_of_all() {
        let failure = || ExitReason::other("failure");
        let table = [
            (Mode::Permanent, ExitReason::Normal, true),
            (Mode::Permanent, ExitReason::Shutdown, true),
            (Mode::Permanent, failure(), true),
            (Mode::Transient, ExitReason::Normal, false),
            (Mode::Transient, ExitReason::Shutdown, true),
            (Mode::Transient, ExitReason::Killed, true),
            (Mode::Transient, failure(), true),
            (Mode::Temporary, ExitReason::Normal, false),
            (Mode::Temporary, failure(), false),
        ];
        for (mode, reason, expected) in table {
            assert_eq!(ends_all(mode, &reason), expected, "{mode} {reason}");
        }
    }
}
