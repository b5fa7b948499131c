//! Processes, signals, links, monitors, timers, names.

mod alias;
mod crash;
mod dictionary;
mod exit;
mod hibernate;
mod info;
mod link;
mod mailbox;
mod monitor;
mod name;
mod receive;
mod runtime;
mod send;
mod spawn;
mod start;
mod stress;
mod timer;
mod wait;

use otp::process::{self, Down, ExitReason, Info, Pid};
use std::future::Future;
use std::time::Duration;

/// A process that waits for a signal.
fn idle() -> Pid {
    process::spawn(process::sleep_forever())
}

/// A process that has ended.
async fn ended() -> Pid {
    let pid = idle();
    end(pid, ExitReason::Shutdown).await;
    pid
}

/// Sends an exit signal and waits until it has had its effect.
async fn end(pid: Pid, reason: ExitReason) {
    process::exit(pid, reason);
    process::wait(pid).await;
}

/// Runs a future as a process of its own, and answers why it ended.
async fn run<F: Future<Output = ()> + Send + 'static>(future: F) -> ExitReason {
    let (_, monitor) = process::spawn_monitor(future);
    down_of(monitor).await.reason
}

/// As `run`, for a body with assertions: it must end with `normal`.
async fn check<F: Future<Output = ()> + Send + 'static>(body: F) {
    assert_eq!(run(body).await, ExitReason::Normal);
}

/// Waits for the `Down` of a monitor.
async fn down_of(monitor: process::MonitorRef) -> Down {
    otp::receive! { down: Down if down.reference == monitor => down }
}

/// Asks an [`echo`] for a sign of life.
struct Ping(Pid);

/// The sign of life.
#[derive(Debug, PartialEq)]
struct Pong(Pid);

/// Answers every `Ping`, for ever; leaves everything else in its mailbox.
async fn echo() {
    loop {
        let Ping(from) = process::receive().await;
        process::send(from, Pong(process::self_pid())).expect("a pid is no name");
    }
}

/// By the time this returns, the [`echo`] has taken in whatever was sent to it before, and lives.
async fn lives(pid: Pid) {
    process::send(pid, Ping(process::self_pid())).expect("a pid is no name");
    otp::receive! { pong: Pong if pong.0 == pid => () }
}

/// Nothing lies in the mailbox, and nothing comes while anything else can still happen. For paused time.
async fn quiet() {
    let info = process::receive_timeout::<Info>(Duration::from_secs(86_400)).await;
    assert!(info.is_none(), "{info:?}");
}
