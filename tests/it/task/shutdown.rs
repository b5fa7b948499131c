//! Ending a task.

use super::{MS, after, check, exits, never, quiet};
use otp::prelude::*;
use otp::process;

const GENTLE: Shutdown = Shutdown::Timeout(MS.saturating_mul(5_000));
const BRUTAL: Shutdown = Shutdown::BrutalKill;

/// Traps exits and does not care.
async fn stubborn() {
    process::trap_exit(true);
    never().await
}

#[otp::test(start_paused = true)]
async fn task_049_a_running_task_is_asked_to_end_and_is_gone() {
    let me = process::self_pid();
    assert_eq!(Shutdown::default(), GENTLE);
    let task: Task = Task::async_(async move {
        struct Tell(Pid);
        impl Drop for Tell {
            fn drop(&mut self) {
                process::send(self.0, "dropped").expect("a pid is no name");
            }
        }
        let _tell = Tell(me);
        never().await
    });
    process::sleep(MS).await;
    let pid = task.pid().expect("it has a process");
    let monitor = process::monitor(pid);
    assert_eq!(task.shutdown(Shutdown::default()).await, None);
    assert!(!process::alive(pid));
    assert_eq!(process::receive::<&str>().await, "dropped");
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    quiet().await;
}

/// TASK-049: what is done within the time is an answer.
#[otp::test(start_paused = true)]
async fn a_task_that_finishes_within_the_time_gives_its_answer() {
    let task = Task::async_(async {
        process::trap_exit(true);
        process::receive::<Exit>().await;
        after(MS * 100, "in time").await
    });
    process::sleep(MS).await;
    assert_eq!(task.shutdown(GENTLE).await, Some(Ok("in time")));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn a_task_that_is_done_gives_its_answer() {
    for how in [GENTLE, BRUTAL] {
        let task = Task::async_(async { 1 });
        process::sleep(MS).await;
        assert_eq!(task.shutdown(how).await, Some(Ok(1)));
    }
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_051_a_task_that_had_ended_by_itself_gives_its_reason() {
    check(async {
        process::trap_exit(true);
        for how in [GENTLE, BRUTAL] {
            for reason in [ExitReason::Normal, ExitReason::other("no paper")] {
                let task: Task = Task::async_(exits(reason.clone()));
                assert_eq!(process::receive::<Exit>().await.reason, reason);
                assert_eq!(task.shutdown(how).await, Some(Err(reason)));
            }
        }
        quiet().await;
    })
    .await;
}

/// A task that has ended for this reason.
async fn ended_with(reason: ExitReason) -> Task {
    let task: Task = Task::async_(never());
    let pid = task.pid().expect("it has a process");
    process::exit(pid, reason);
    process::wait(pid).await;
    task
}

#[otp::test(start_paused = true)]
async fn task_052_a_gentle_shutdown_expects_shutdown() {
    check(async {
        process::trap_exit(true);
        assert_eq!(ended_with(ExitReason::Shutdown).await.shutdown(GENTLE).await, None);
        let killed = ended_with(ExitReason::Kill).await;
        assert_eq!(killed.shutdown(GENTLE).await, Some(Err(ExitReason::Killed)));
    })
    .await;
}

#[otp::test(start_paused = true)]
async fn task_053_a_brutal_shutdown_expects_killed() {
    check(async {
        process::trap_exit(true);
        assert_eq!(ended_with(ExitReason::Kill).await.shutdown(BRUTAL).await, None);
        let shut = ended_with(ExitReason::Shutdown).await;
        assert_eq!(shut.shutdown(BRUTAL).await, Some(Err(ExitReason::Shutdown)));
    })
    .await;
}

#[otp::test(start_paused = true)]
async fn task_055_a_task_that_traps_exits_dies_brutally() {
    let task = Task::async_(stubborn());
    process::sleep(MS).await;
    let pid = task.pid().expect("it has a process");
    let began = tokio::time::Instant::now();
    assert_eq!(task.shutdown(BRUTAL).await, None);
    assert!(!process::alive(pid) && began.elapsed() < MS * 10);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn a_task_that_does_not_go_in_time_is_killed() {
    let task = Task::async_(stubborn());
    process::sleep(MS).await;
    let pid = task.pid().expect("it has a process");
    let began = tokio::time::Instant::now();
    assert_eq!(task.shutdown(MS * 200).await, None);
    assert!(!process::alive(pid));
    assert!(began.elapsed() >= MS * 200 && began.elapsed() < MS * 300);
    quiet().await;
}

#[otp::test]
async fn task_056_a_task_whose_outcome_was_taken_is_no_process() {
    for how in [GENTLE, BRUTAL] {
        let mut task = Task::async_(async { 1 });
        assert_eq!(task.yield_for(MS * 1_000).await, Some(Ok(1)));
        assert_eq!(task.shutdown(how).await, Some(Err(ExitReason::NoProc)));
    }
}

#[otp::test(start_paused = true)]
async fn its_owner_does_not_end_with_the_task_it_shuts_down() {
    check(async {
        let task: Task = Task::async_(never());
        assert_eq!(task.shutdown(GENTLE).await, None);
        let task: Task = Task::async_(never());
        assert_eq!(task.shutdown(BRUTAL).await, None);
        assert_eq!(Task::async_(never::<u8>()).shutdown(Shutdown::Infinity).await, None);
        quiet().await;
    })
    .await;
}
