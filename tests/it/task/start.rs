//! Starting tasks.

use super::{MS, after, check, empty, exits, linked, never, quiet, run};
use otp::prelude::*;
use otp::process;

#[otp::test]
async fn task_001_an_async_task_is_linked_and_tells_its_answer_before_its_end() {
    let me = process::self_pid();
    let task = Task::async_(async { 42 });
    let pid = task.pid().expect("it has a process");
    assert_eq!((task.owner(), task.reference().reference().owner()), (me, me));
    assert!(linked(pid, me) && linked(me, pid));

    let first = process::receive::<Info>().await;
    let done = first.take::<TaskDone<i32>>().expect("the answer comes first");
    assert_eq!((done.reference, done.value), (task.reference(), 42));
    let second = process::receive::<Info>().await;
    let down = second.take::<Down>().expect("then the end");
    assert_eq!((down.reference, down.pid, down.reason), (task.reference(), Some(pid), ExitReason::Normal));
    empty().await;
}

#[otp::test(start_paused = true)]
async fn task_002_an_awaited_task_leaves_nothing_behind() {
    for time in [std::time::Duration::ZERO, MS, MS * 1_000] {
        assert_eq!(Task::async_(after(time, "done")).await, Ok("done"));
    }
    // Also one that was done before it was awaited.
    let task = Task::async_(async { 1 });
    process::sleep(MS).await;
    assert_eq!(task.await, Ok(1));
    quiet().await;
    assert_eq!(process::info(process::self_pid()).expect("I live").links, []);
}

#[otp::test]
async fn task_003_start_runs_without_a_link() {
    let me = process::self_pid();
    let pid = Task::start(async move { process::send(me, process::self_pid()).expect("a pid is no name") });
    assert!(!linked(pid, me));
    assert_eq!(process::receive::<Pid>().await, pid);
    assert!(matches!(process::wait(pid).await, ExitReason::Normal | ExitReason::NoProc));
    empty().await;
}

#[otp::test]
async fn start_works_outside_of_a_process() {
    let (done, answer) = tokio::sync::oneshot::channel();
    let outside = tokio::spawn(async move {
        Task::start(async move { done.send(process::callers()).expect("somebody waits") });
    });
    outside.await.expect("it does not panic");
    assert_eq!(answer.await.expect("it ran"), []);
}

#[otp::test]
async fn task_004_start_link_runs_with_a_link_and_answers_nobody() {
    let me = process::self_pid();
    let pid = Task::start_link(async move { process::send(me, "ran").expect("a pid is no name") });
    assert!(linked(pid, me));
    assert_eq!(process::receive::<&str>().await, "ran");
    process::wait(pid).await;
    empty().await;
}

#[otp::test]
async fn what_an_unawaited_task_returns_is_how_it_ended() {
    process::trap_exit(true);
    let ended = async |pid| process::wait(pid).await;
    assert_eq!(ended(Task::start(async {})).await, ExitReason::Normal);
    assert_eq!(ended(Task::start(async { Ok::<_, std::fmt::Error>(()) })).await, ExitReason::Normal);
    assert_eq!(ended(Task::start(async { ExitReason::Shutdown })).await, ExitReason::Shutdown);
    let reason = ended(Task::start_link(async { Err::<(), _>("no paper") })).await;
    assert!(matches!(&reason, ExitReason::Error(error) if error.to_string() == "no paper"), "{reason}");
    assert_eq!(process::receive::<Exit>().await.reason, reason);
}

async fn fetch_the_page() {
    std::future::pending().await
}

#[otp::test]
async fn task_005_a_task_shows_what_it_runs() {
    let tasks = [Task::async_(fetch_the_page()).pid().expect("it has a process"), Task::start(fetch_the_page())];
    for pid in tasks.into_iter().chain([Task::start_link(fetch_the_page())]) {
        let info = process::info(pid).expect("it lives");
        assert_eq!(info.behaviour, "task");
        assert!(info.initial_call.contains("start::fetch_the_page"), "{}", info.initial_call);
    }
    let task = Task::async_(fetch_the_page());
    assert!(task.to_string().contains("fetch_the_page") && format!("{task:?}").contains("fetch_the_page"));
}

#[otp::test]
async fn task_006_a_completed_task_has_no_process() {
    let task = Task::completed(7);
    assert_eq!(task.pid(), None);
    assert_eq!(task.await, Ok(7));
    let mut task = Task::completed(7);
    assert_eq!(task.yield_for(MS).await, Some(Ok(7)));
    assert_eq!(Task::completed(7).ignore(), Some(Ok(7)));
    assert_eq!(Task::completed(7).shutdown(Shutdown::default()).await, Some(Ok(7)));
    assert_eq!(Task::completed(7).shutdown(Shutdown::BrutalKill).await, Some(Ok(7)));
    empty().await;
    // One that nobody awaits comes as any other does.
    let reference = Task::completed("known").reference();
    let done = process::receive::<TaskDone<&str>>().await;
    assert_eq!((done.reference, done.value), (reference, "known"));
}

/// TASK-057
#[otp::test]
async fn task_057_a_task_without_a_process_gives_what_it_has() {
    assert_eq!(Task::completed("there").shutdown(MS).await, Some(Ok("there")));
    let mut taken = Task::completed("there");
    assert_eq!(taken.yield_for(MS).await, Some(Ok("there")));
    assert_eq!(taken.shutdown(MS).await, Some(Err(ExitReason::NoProc)));
}

#[otp::test]
async fn task_008_a_failing_task_ends_its_busy_owner() {
    let reason = run(async {
        let _task: Task = Task::async_(exits(ExitReason::other("broken")));
        never::<()>().await;
    });
    assert_eq!(reason.await, ExitReason::other("broken"));
}

#[otp::test(start_paused = true)]
async fn task_010_the_normal_end_of_its_owner_leaves_a_task_alone() {
    let me = process::self_pid();
    let owner = process::spawn(async move {
        let task = Task::async_(async move {
            process::sleep(MS * 100).await;
            process::send(me, "still here").expect("a pid is no name");
        });
        process::send(me, task.pid().expect("it has a process")).expect("a pid is no name");
    });
    let task = process::receive::<Pid>().await;
    assert!(matches!(process::wait(owner).await, ExitReason::Normal | ExitReason::NoProc));
    assert!(process::alive(task));
    assert_eq!(process::receive::<&str>().await, "still here");
}

#[otp::test]
async fn the_failure_of_its_owner_ends_a_task() {
    let me = process::self_pid();
    let owner = process::spawn(async move {
        let task: Task = Task::async_(never());
        process::send(me, task.pid().expect("it has a process")).expect("a pid is no name");
        never::<()>().await;
    });
    let task = process::receive::<Pid>().await;
    let monitor = process::monitor(task);
    process::exit(owner, ExitReason::other("gone"));
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::other("gone")));
}

#[otp::test]
async fn a_task_is_a_process_that_may_receive_and_trap_exits() {
    let task = Task::async_(async {
        process::trap_exit(true);
        let exit = process::receive::<Exit>().await;
        (exit.reason, process::receive::<u8>().await)
    });
    let pid = task.pid().expect("it has a process");
    process::send(pid, 5_u8).expect("a pid is no name");
    while !process::info(pid).is_some_and(|info| info.trap_exit) {
        tokio::task::yield_now().await;
    }
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(task.await, Ok((ExitReason::Shutdown, 5)));
}

#[otp::test]
async fn dropping_the_handle_forgets_nothing() {
    let reference = Task::async_(async { 1 }).reference();
    let done = process::receive::<TaskDone<i32>>().await;
    assert_eq!(done.reference, reference);
    assert_eq!(process::receive::<Down>().await.reference, reference);
}

#[otp::test]
async fn an_owner_that_traps_exits_sees_the_link_too() {
    check(async {
        process::trap_exit(true);
        let task = Task::async_(async { 1 });
        let pid = task.pid();
        assert_eq!(task.await, Ok(1));
        let exit = process::receive::<Exit>().await;
        assert_eq!((Some(exit.from), exit.reason), (pid, ExitReason::Normal));
    })
    .await;
}
