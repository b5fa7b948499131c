//! Waiting for a task for some time, and again.

use super::{MS, after, check, exits, never, quiet};
use otp::prelude::*;
use otp::process;

#[otp::test(start_paused = true)]
async fn task_034_an_answer_is_taken_and_the_end_that_follows_is_swallowed() {
    let mut task = Task::async_(async { 1 });
    assert_eq!(task.yield_for(MS * 100).await, Some(Ok(1)));
    // Both lie in the mailbox before it is looked at.
    let mut task = Task::async_(async { 2 });
    process::sleep(MS).await;
    assert_eq!(task.yield_for(std::time::Duration::ZERO).await, Some(Ok(2)));
    quiet().await;
}

/// TASK-034: also when the end is abnormal.
#[otp::test(start_paused = true)]
async fn task_034_an_abnormal_end_behind_the_answer_is_swallowed() {
    /// Does harm when the task's future is dropped, after its answer.
    struct Harm;
    impl Drop for Harm {
        fn drop(&mut self) {
            process::exit(process::self_pid(), ExitReason::Kill);
        }
    }
    let mut task = Task::async_(async {
        let _harm = Harm;
        3
    });
    assert_eq!(task.yield_for(MS * 100).await, Some(Ok(3)));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_035_without_an_answer_in_time_it_goes_on_and_can_be_waited_for_again() {
    let mut task = Task::async_(after(MS * 100, 1));
    let pid = task.pid().expect("it has a process");
    assert_eq!(task.yield_for(std::time::Duration::ZERO).await, None);
    assert_eq!(task.yield_for(MS * 50).await, None);
    assert!(process::alive(pid));
    assert_eq!(task.yield_for(MS * 100).await, Some(Ok(1)));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_036_an_end_without_an_answer_is_told() {
    check(async {
        process::trap_exit(true);
        for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("no paper")] {
            let mut task = Task::async_(exits::<u8>(reason.clone()));
            assert_eq!(task.yield_for(MS * 100).await, Some(Err(reason.clone())));
            assert_eq!(process::receive::<Exit>().await.reason, reason);
        }
        let mut task = Task::async_(never::<u8>());
        process::exit(task.pid().expect("it has a process"), ExitReason::Kill);
        assert_eq!(task.yield_for(MS * 100).await, Some(Err(ExitReason::Killed)));
        process::receive::<Exit>().await;
        quiet().await;
    })
    .await;
}
