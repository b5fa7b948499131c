//! Letting a task go.

use super::{MS, check, exits, linked, quiet};
use otp::prelude::*;
use otp::process;

#[otp::test(start_paused = true)]
async fn task_045_a_finished_task_gives_its_answer() {
    let task = Task::async_(async { 1 });
    process::sleep(MS).await;
    assert_eq!(task.ignore(), Some(Ok(1)));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_046_a_running_task_goes_on_alone() {
    let me = process::self_pid();
    let task = Task::async_(async move {
        process::sleep(MS * 100).await;
        process::send(me, "went on").expect("a pid is no name");
        1
    });
    let pid = task.pid().expect("it has a process");
    process::sleep(MS).await;
    assert_eq!(task.ignore(), None);
    assert!(process::alive(pid) && !linked(pid, me) && !linked(me, pid));
    assert_eq!(process::receive::<&str>().await, "went on");
    quiet().await;
}

/// TASK-046: nor does its failure.
#[otp::test(start_paused = true)]
async fn the_failure_of_an_ignored_task_is_its_own() {
    check(async {
        let task: Task = Task::async_(async {
            process::sleep(MS * 100).await;
            process::exit_with(ExitReason::other("late"))
        });
        assert_eq!(task.ignore(), None);
        quiet().await;
    })
    .await;
}

#[otp::test(start_paused = true)]
async fn task_047_a_failed_task_gives_its_reason() {
    check(async {
        process::trap_exit(true);
        let task: Task = Task::async_(exits(ExitReason::other("no paper")));
        assert_eq!(process::receive::<Exit>().await.reason, ExitReason::other("no paper"));
        assert_eq!(task.ignore(), Some(Err(ExitReason::other("no paper"))));
        quiet().await;
    })
    .await;
}
