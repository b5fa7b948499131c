//! Tasks, awaited and not, and streams of them.

mod await_;
mod await_many;
mod callers;
mod ignore;
mod report;
mod server;
mod shutdown;
mod start;
mod stream;
mod stream_failures;
mod stream_processes;
mod stress;
mod supervised;
mod yield_;
mod yield_many;

use otp::prelude::*;
use otp::process;
use std::future::Future;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

/// Takes this long, then answers.
async fn after<T>(time: Duration, value: T) -> T {
    process::sleep(time).await;
    value
}

/// Never answers.
async fn never<T>() -> T {
    std::future::pending().await
}

/// Ends without an answer.
async fn exits<T>(reason: ExitReason) -> T {
    process::exit_with(reason)
}

/// Runs a body with assertions as a process of its own; it must end with `normal`.
async fn check<F: Future<Output = ()> + Send + 'static>(body: F) {
    assert_eq!(run(body).await, ExitReason::Normal);
}

/// Runs a future as a process of its own, and answers why it ended.
async fn run<F: Future<Output = ()> + Send + 'static>(body: F) -> ExitReason {
    let (_, monitor) = process::spawn_monitor(body);
    otp::receive! { down: Down if down.reference == monitor => down.reason }
}

/// Nothing lies in the mailbox, and nothing comes while anything else can still happen. For paused time.
async fn quiet() {
    let info = process::receive_timeout::<Info>(Duration::from_secs(86_400)).await;
    assert!(info.is_none(), "{info:?}");
}

/// Nothing lies in the mailbox.
async fn empty() {
    let info = process::receive_timeout::<Info>(Duration::ZERO).await;
    assert!(info.is_none(), "{info:?}");
}

/// Whether the two are linked.
fn linked(a: Pid, b: Pid) -> bool {
    process::info(a).is_some_and(|info| info.links.contains(&b))
}
