//! Tasks whose answer nobody waits for, and the list of all.

use super::{MS, linked, never, quiet, run, tasks};
use otp::prelude::*;
use otp::process::{self, callers, self_pid};
use otp::supervisor::TerminateChildError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[otp::test]
async fn tsup_025_start_child_runs_a_child_that_is_not_linked_to_the_caller() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let pid = tasks.start_child(async move {
        process::send(me, "runs").expect("a pid is no name");
        never::<()>().await;
    });
    let pid = pid.await?;
    assert_eq!(process::receive::<&str>().await, "runs");
    assert_eq!(tasks.children().await?, [pid]);
    assert!(!linked(pid, me) && linked(pid, tasks.pid().expect("it runs")));
    Ok(())
}

/// Starts a task that tells its pid and ends as it is told; answers how to tell it.
async fn restarting(tasks: &TaskSupervisorRef, restart: Restart) -> otp::Result<Pid> {
    let me = self_pid();
    let work = move || async move {
        process::send(me, self_pid()).expect("a pid is no name");
        process::receive::<ExitReason>().await
    };
    let pid = tasks.start_child_with(work).restart(restart).await?;
    assert_eq!(process::receive::<Pid>().await, pid);
    Ok(pid)
}

#[otp::test(start_paused = true)]
async fn tsup_026_a_permanent_task_is_run_again() -> otp::Result {
    let tasks = tasks().await;
    let first = restarting(&tasks, Restart::Permanent).await?;
    process::send(first, ExitReason::Shutdown)?;
    let second = process::receive::<Pid>().await;
    assert!(second != first && !process::alive(first));
    assert_eq!(tasks.children().await?, [second]);
    process::send(second, ExitReason::Normal)?;
    assert_ne!(process::receive::<Pid>().await, second);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_027_a_transient_task_is_run_again_when_it_fails() -> otp::Result {
    let tasks = tasks().await;
    let first = restarting(&tasks, Restart::Transient).await?;
    process::send(first, ExitReason::other("no paper"))?;
    let second = process::receive::<Pid>().await;
    process::send(second, ExitReason::Normal)?;
    quiet().await;
    assert_eq!(tasks.children().await?, []);

    let temporary = restarting(&tasks, Restart::Temporary).await?;
    process::send(temporary, ExitReason::other("no paper"))?;
    quiet().await;
    assert_eq!(tasks.children().await?, []);
    // An error and a panic are failures too.
    let starts = Arc::new(AtomicU32::new(0));
    let count = starts.clone();
    let work = move || {
        let start = count.fetch_add(1, Ordering::Relaxed);
        async move {
            match start {
                0 => Err("no paper"),
                1 => panic!("no ink"),
                _ => Ok(()),
            }
        }
    };
    tasks.start_child_with(work).restart(Restart::Transient).await?;
    process::sleep(MS * 100).await;
    assert_eq!((starts.load(Ordering::Relaxed), tasks.children().await?), (3, vec![]));
    Ok(())
}

#[otp::test]
async fn tsup_028_a_task_may_be_killed_with_its_supervisor() -> otp::Result {
    let tasks = tasks().await;
    let brutal = tasks.start_child(never::<()>()).shutdown(Shutdown::BrutalKill).await?;
    let again = tasks.start_child_with(never::<()>).shutdown(Shutdown::BrutalKill).await?;
    let gentle = tasks.start_child(never::<()>()).await?;
    let monitors = [brutal, again, gentle].map(process::monitor);
    tasks.stop().await?;
    for (monitor, expected) in monitors.into_iter().zip([ExitReason::Killed, ExitReason::Killed, ExitReason::Shutdown])
    {
        let reason = otp::receive! { down: Down if down.reference == monitor => down.reason };
        assert_eq!(reason, expected);
    }
    Ok(())
}

#[otp::test]
async fn tsup_029_callers_and_ancestors_are_recorded() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let supervisor = tasks.pid().expect("it runs");
    let inner = tasks.clone();
    let outer = tasks.start_child(async move {
        let tell = async move {
            let ancestors = process::info(self_pid()).expect("it lives").ancestors;
            process::send(me, (callers(), ancestors)).expect("a pid is no name");
        };
        inner.start_child(tell).await.expect("it starts");
        never::<()>().await;
    });
    let outer = outer.await?;
    let (of_inner, ancestors) = process::receive::<(Vec<Pid>, Vec<Pid>)>().await;
    assert_eq!((of_inner, ancestors), (vec![outer, me], vec![supervisor, me]));
    let restarted = move || async move { process::send(me, callers()).expect("a pid is no name") };
    tasks.start_child_with(restarted).await?;
    assert_eq!(process::receive::<Vec<Pid>>().await, [me]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_031_a_task_is_terminated_by_its_pid() -> otp::Result {
    let tasks = tasks().await;
    let stubborn = async {
        process::trap_exit(true);
        never::<()>().await;
    };
    let pid = tasks.start_child(stubborn).shutdown(MS * 200).await?;
    process::sleep(MS).await;
    let monitor = process::monitor(pid);
    let began = tokio::time::Instant::now();
    assert_eq!(tasks.terminate_child(pid).await, Ok(()));
    assert!(began.elapsed() >= MS * 200);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
    assert_eq!(tasks.children().await?, []);
    assert_eq!(tasks.terminate_child(pid).await, Err(TerminateChildError::NotFound));
    let pid = tasks.start_child_with(never::<()>).restart(Restart::Permanent).await?;
    assert_eq!(tasks.terminate_child(pid).await, Ok(()));
    assert_eq!(tasks.children().await?, []);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_032_only_running_tasks_are_listed() -> otp::Result {
    let tasks = TaskSupervisor::builder().max_restarts(u32::MAX).start_link().await?;
    let steady = tasks.start_child(never::<()>()).await?;
    tasks.start_child_with(|| async { Err::<(), _>("no paper") }).restart(Restart::Permanent).await?;
    for _ in 0..50 {
        let children = tasks.children().await?;
        assert!(children.contains(&steady) && children.len() <= 2, "{children:?}");
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_034_a_shutdown_gives_those_time_that_trap_exits() -> otp::Result {
    let me = self_pid();
    let reason = run(async move {
        let tasks = tasks().await;
        let careful = async move {
            process::trap_exit(true);
            process::send(me, self_pid()).expect("a pid is no name");
            process::receive::<Exit>().await;
            process::sleep(MS * 1_000).await;
            process::send(me, "saved").expect("a pid is no name");
        };
        tasks.start_child(careful).await.expect("it starts");
        let careless = async move {
            process::send(me, self_pid()).expect("a pid is no name");
            never::<()>().await
        };
        tasks.start_child(careless).await.expect("it starts");
        process::receive::<()>().await;
    });
    let mut reason = Box::pin(reason);
    assert!(futures_util::poll!(&mut reason).is_pending());
    let (careful, careless) = (process::receive::<Pid>().await, process::receive::<Pid>().await);
    let monitors = [careful, careless].map(process::monitor);
    let parent = process::info(careful).expect("it lives").ancestors[1];
    let began = tokio::time::Instant::now();
    process::exit(parent, ExitReason::Shutdown);
    assert_eq!(process::receive::<&str>().await, "saved");
    for (monitor, expected) in monitors.into_iter().zip([ExitReason::Normal, ExitReason::Shutdown]) {
        assert_eq!(otp::receive! { down: Down if down.reference == monitor => down.reason }, expected);
    }
    assert!(began.elapsed() >= MS * 1_000 && began.elapsed() < MS * 2_000);
    assert_eq!(reason.await, ExitReason::Shutdown);
    Ok(())
}
