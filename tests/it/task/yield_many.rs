//! Waiting for several tasks for some time, and again.

use super::{MS, after, check, exits, linked, never, quiet};
use otp::prelude::*;
use otp::process;
use otp::task::OnYieldTimeout;

#[otp::test(start_paused = true)]
async fn task_038_each_task_has_its_outcome_in_its_place() {
    check(async {
        process::trap_exit(true);
        let mut tasks = [
            Task::async_(after(MS * 20, 1)),
            Task::async_(never()),
            Task::async_(exits(ExitReason::Normal)),
            Task::async_(exits(ExitReason::other("no paper"))),
            Task::async_(async { 5 }),
        ];
        let outcomes = Task::yield_many(&mut tasks).timeout(MS * 100).await;
        let expected =
            [Some(Ok(1)), None, Some(Err(ExitReason::Normal)), Some(Err(ExitReason::other("no paper"))), Some(Ok(5))];
        assert_eq!(outcomes, expected);
        // What was taken is not told again, what was not can be waited for again.
        assert_eq!(Task::yield_many(&mut tasks).timeout(MS).await, [None, None, None, None, None]);
        assert!(process::alive(tasks[1].pid().expect("it has a process")));
    })
    .await;
}

#[otp::test(start_paused = true)]
async fn yield_many_waits_for_five_seconds() {
    let began = tokio::time::Instant::now();
    let mut tasks = [Task::async_(never::<u8>())];
    assert_eq!(Task::yield_many(&mut tasks).await, [None]);
    assert!(began.elapsed() >= MS * 5_000 && began.elapsed() < MS * 6_000);
}

#[otp::test(start_paused = true)]
async fn task_039_without_a_limit_it_waits_for_all() {
    let mut tasks = [Task::async_(after(MS * 100_000, 1)), Task::async_(after(MS * 200_000, 2))];
    assert_eq!(Task::yield_many(&mut tasks).infinity().await, [Some(Ok(1)), Some(Ok(2))]);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_040_those_that_are_late_can_be_killed() {
    let mut tasks = [Task::async_(never()), Task::async_(async { 2 }), Task::async_(never())];
    let pids: Vec<_> = tasks.iter().map(|task| task.pid().expect("it has a process")).collect();
    let kill = OnYieldTimeout::KillTask;
    assert_eq!(Task::yield_many(&mut tasks).timeout(MS * 20).on_timeout(kill).await, [None, Some(Ok(2)), None]);
    assert!(pids.iter().all(|pid| !process::alive(*pid)));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_041_those_that_are_late_can_be_ignored() {
    let mut tasks = [Task::async_(after(MS * 100, 1)), Task::async_(async { 2 })];
    let pid = tasks[0].pid().expect("it has a process");
    let ignore = OnYieldTimeout::Ignore;
    assert_eq!(Task::yield_many(&mut tasks).timeout(MS * 20).on_timeout(ignore).await, [None, Some(Ok(2))]);
    assert!(process::alive(pid) && !linked(pid, process::self_pid()));
    assert_eq!(tasks[0].yield_for(MS * 1_000).await, None);
    assert_eq!(process::wait(pid).await, ExitReason::Normal);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_042_it_can_wait_for_some_of_them() {
    let mut tasks =
        [Task::async_(after(MS * 300, 1)), Task::async_(after(MS * 100, 2)), Task::async_(after(MS * 200, 3))];
    let began = tokio::time::Instant::now();
    assert_eq!(Task::yield_many(&mut tasks).limit(2).await, [None, Some(Ok(2)), Some(Ok(3))]);
    assert!(began.elapsed() < MS * 290);
    assert_eq!(Task::yield_many(&mut tasks).limit(1).await, [Some(Ok(1)), None, None]);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_043_a_limit_beyond_their_number_is_their_number() {
    let mut tasks = [Task::async_(after(MS * 10, 1)), Task::async_(async { 2 })];
    assert_eq!(Task::yield_many(&mut tasks).limit(5).infinity().await, [Some(Ok(1)), Some(Ok(2))]);
    assert_eq!(Task::yield_many(&mut [] as &mut [Task]).limit(0).infinity().await, []);
}
