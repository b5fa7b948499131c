//! Tasks under a supervisor of their own.

mod async_;
mod children;
mod ends;
mod server;
mod start;
mod stream;
mod stress;

use otp::prelude::*;
use otp::process;
use std::future::Future;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

async fn tasks() -> TaskSupervisorRef {
    TaskSupervisor::start_link().await.expect("nothing is in its way")
}

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

fn linked(a: Pid, b: Pid) -> bool {
    process::info(a).is_some_and(|info| info.links.contains(&b))
}

/// Waits until the supervisor has no tasks.
async fn none_left(tasks: &TaskSupervisorRef) {
    while tasks.count_children().await.expect("it lives").specs > 0 {
        tokio::task::yield_now().await;
    }
}
