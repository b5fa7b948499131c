//! Tasks that are waited for, linked and not.

use super::{MS, after, check, exits, linked, never, none_left, quiet, run, tasks};
use otp::prelude::*;
use otp::process::{self, callers, self_pid};
use otp::task::StartChildError;

#[otp::test]
async fn tsup_007_a_linked_task_is_a_child_and_tells_its_answer_before_its_end() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let task = tasks.async_(async { process::receive::<u8>().await }).await?;
    let pid = task.pid().expect("it has a process");
    assert_eq!(tasks.children().await?, [pid]);
    assert!(linked(pid, me) && linked(pid, tasks.pid().expect("it runs")));
    process::send(pid, 7_u8)?;
    let done = process::receive::<Info>().await.take::<TaskDone<u8>>().expect("the answer comes first");
    assert_eq!((done.reference, done.value), (task.reference(), 7));
    let down = process::receive::<Info>().await.take::<Down>().expect("then the end");
    assert_eq!((down.reference, down.reason), (task.reference(), ExitReason::Normal));
    Ok(())
}

#[otp::test]
async fn tsup_008_an_answered_task_is_no_child_any_more() -> otp::Result {
    let tasks = tasks().await;
    assert_eq!(tasks.async_(async { 1 }).await?.await, Ok(1));
    none_left(&tasks).await;
    Ok(())
}

/// The reasons that two tasks end with when their supervisor is stopped: one killed brutally, one as it is without an option.
async fn stopped(link: bool) -> otp::Result<(ExitReason, ExitReason)> {
    process::trap_exit(true);
    let tasks = TaskSupervisor::builder().start().await?;
    let start = |future| if link { tasks.async_(future) } else { tasks.async_nolink(future) };
    let future = || Box::pin(never::<u8>());
    let (brutal, gentle) = (start(future()).shutdown(Shutdown::BrutalKill).await?, start(future()).await?);
    tasks.stop().await?;
    let reason = |result: Result<u8, otp::task::AwaitError>| {
        result.expect_err("it never answers").exit_reason().cloned().expect("it ended")
    };
    Ok((reason(brutal.await), reason(gentle.await)))
}

#[otp::test]
async fn tsup_009_tasks_are_shut_down_as_they_say() -> otp::Result {
    assert_eq!(stopped(true).await?, (ExitReason::Killed, ExitReason::Shutdown));
    Ok(())
}

#[otp::test]
async fn tsup_020_unlinked_tasks_are_shut_down_as_they_say() -> otp::Result {
    assert_eq!(stopped(false).await?, (ExitReason::Killed, ExitReason::Shutdown));
    Ok(())
}

/// TSUP-021
#[otp::test]
async fn tsup_010_tsup_021_one_too_many_is_an_error() -> otp::Result {
    let tasks = TaskSupervisor::builder().max_children(1).start_link().await?;
    let _task = tasks.async_(never::<()>()).await?;
    let full = StartChildError::MaxChildren { max: 1 };
    assert_eq!(tasks.async_(never::<()>()).await.expect_err("it is full"), full);
    assert_eq!(tasks.async_nolink(never::<()>()).await.expect_err("it is full"), full);
    assert!(full.to_string().contains("max_children"), "{full}");
    Ok(())
}

#[otp::test]
async fn without_a_supervisor_there_is_no_task() {
    let tasks = TaskSupervisorRef::named("no-such-tasks");
    let error = tasks.async_(async {}).await.expect_err("there is none");
    assert!(matches!(&error, StartChildError::Call(error) if error.is_noproc()), "{error}");
}

#[otp::test]
async fn tsup_012_a_failing_task_ends_its_owner_and_not_its_supervisor() -> otp::Result {
    let tasks = tasks().await;
    let of_owner = tasks.clone();
    let reason = run(async move {
        let task: Task = of_owner.async_(exits(ExitReason::other("broken"))).await.expect("it starts");
        let result = task.await;
        panic!("it went on with {result:?}");
    });
    assert_eq!(reason.await, ExitReason::other("broken"));
    none_left(&tasks).await;
    assert!(tasks.is_alive());
    Ok(())
}

#[otp::test]
async fn tsup_013_a_failing_owner_ends_its_task() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let owner = process::spawn(async move {
        let task: Task = tasks.async_(never()).await.expect("it starts");
        process::send(me, task.pid().expect("it has a process")).expect("a pid is no name");
        never::<()>().await;
    });
    let task = process::receive::<Pid>().await;
    let monitor = process::monitor(task);
    process::exit(owner, ExitReason::other("gone"));
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::other("gone")));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_014_nothing_of_a_task_that_timed_out_comes_later() -> otp::Result {
    let tasks = tasks().await;
    for link in [true, false] {
        let work = after(MS * 100, 1);
        let task = if link { tasks.async_(work).await? } else { tasks.async_nolink(work).await? };
        assert!(task.timeout(MS * 10).await.expect_err("it is late").is_timeout());
        quiet().await;
    }
    Ok(())
}

#[otp::test]
async fn tsup_015_a_failure_comes_back_with_task_and_time() -> otp::Result {
    check(async {
        process::trap_exit(true);
        let tasks = tasks().await;
        let task: Task = tasks.async_(exits(ExitReason::other("no paper"))).await.expect("it starts");
        let shown = task.to_string();
        let error = task.await.expect_err("it fails");
        assert_eq!(error.to_string(), format!("await of {shown} failed: the task ended: \"no paper\" (timeout 5s)"));
        let task: Task = tasks.async_(async { panic!("page 7 is missing") }).await.expect("it starts");
        let error = task.await.expect_err("it panics");
        let Some(ExitReason::Panic(report)) = error.exit_reason() else { panic!("it panicked: {error}") };
        assert_eq!(report.message, "page 7 is missing");
        assert!(report.location.as_ref().is_some_and(|place| place.contains("async_.rs")));
    })
    .await;
    Ok(())
}

#[otp::test]
async fn tsup_016_an_unlinked_task_is_a_child_and_monitored_only() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let task = tasks.async_nolink(async { process::receive::<u8>().await }).await?;
    let pid = task.pid().expect("it has a process");
    assert_eq!(tasks.children().await?, [pid]);
    assert!(!linked(pid, me) && process::info(me).expect("I live").monitors.contains(&pid));
    process::send(pid, 7_u8)?;
    assert_eq!(process::receive::<TaskDone<u8>>().await.reference, task.reference());
    assert_eq!(process::receive::<Down>().await.reference, task.reference());
    assert_eq!(tasks.async_nolink(async { 1 }).await?.await, Ok(1));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_017_the_failure_of_an_unlinked_task_is_one_down() -> otp::Result {
    let tasks = tasks().await;
    let task: Task = tasks.async_nolink(exits(ExitReason::other("no paper"))).await?;
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (task.reference(), ExitReason::other("no paper")));
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_019_an_unlinked_task_outlives_its_owner() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    for reason in [ExitReason::Normal, ExitReason::other("gone")] {
        let tasks = tasks.clone();
        process::spawn(async move {
            let work = async move {
                process::sleep(MS * 100).await;
                process::send(me, "went on").expect("a pid is no name");
            };
            let _task = tasks.async_nolink(work).await.expect("it starts");
            process::exit_with(reason)
        });
        assert_eq!(process::receive::<&str>().await, "went on");
    }
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_022_an_awaited_task_is_never_restarted() -> otp::Result {
    let tasks = tasks().await;
    for _ in 0..10 {
        let task: Task = tasks.async_nolink(exits(ExitReason::other("no paper"))).await?;
        assert!(task.await.is_err());
    }
    process::sleep(MS * 100).await;
    assert_eq!(tasks.count_children().await?.specs, 0);
    assert!(tasks.is_alive());
    Ok(())
}

#[otp::test]
async fn callers_and_ancestors_of_a_supervised_task_differ() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let ancestors = || process::info(self_pid()).expect("it lives").ancestors;
    let task = tasks.async_(async move { (callers(), ancestors()) }).await?;
    let (of_task, ancestors) = task.await?;
    assert_eq!((of_task, ancestors), (vec![me], vec![tasks.pid().expect("it runs"), me]));
    let nested = tasks.clone();
    let task = tasks.async_(async move {
        let inner = nested.async_(async { callers() }).await.expect("it starts");
        (self_pid(), inner.await.expect("it answers"))
    });
    let (outer, of_inner) = task.await?.await?;
    assert_eq!(of_inner, [outer, me]);
    Ok(())
}

/// An owner that gives up before its task is told to run leaves none behind.
#[otp::test]
async fn a_start_that_is_dropped_leaves_no_task() -> otp::Result {
    let tasks = tasks().await;
    for rounds in 0..6 {
        let mut starting = Box::pin(tasks.async_(never::<()>()).into_future());
        let mut started = false;
        for _ in 0..rounds {
            if let std::task::Poll::Ready(task) = futures_util::poll!(&mut starting) {
                assert_eq!(task?.shutdown(Shutdown::BrutalKill).await, None);
                started = true;
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(starting);
        none_left(&tasks).await;
        assert!(started || rounds < 5, "it takes no longer");
    }
    Ok(())
}
