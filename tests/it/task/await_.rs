//! Awaiting one task.

use super::{MS, after, check, exits, linked, never, quiet, run};
use crate::cost::Cost;
use otp::prelude::*;
use otp::process;
use otp::task::{AwaitFailure, NotOwner};
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn task_015_await_waits_for_five_seconds() {
    assert_eq!(Task::async_(after(MS * 4_990, 1)).await, Ok(1));
    let task: Task = Task::async_(never());
    let shown = task.to_string();
    let began = tokio::time::Instant::now();
    let error = task.await.expect_err("it never answers");
    assert!(began.elapsed() >= Duration::from_secs(5) && began.elapsed() < Duration::from_secs(6));
    assert_eq!((error.task(), error.timeout()), (&*shown, Some(Duration::from_secs(5))));
}

#[otp::test(start_paused = true)]
async fn task_016_a_timeout_is_an_error_that_names_task_and_time() {
    let task: Task = Task::async_(never());
    let shown = task.to_string();
    let error = task.timeout(MS * 50).await.expect_err("it never answers");
    assert!(error.is_timeout());
    assert_eq!(error.failure(), &AwaitFailure::Timeout);
    assert_eq!(error.to_string(), format!("await of {shown} timed out after 50ms"));
}

#[otp::test(start_paused = true)]
async fn task_018_a_task_that_timed_out_goes_on_until_its_owner_really_ends() {
    let me = process::self_pid();
    let owner = process::spawn(async move {
        let task: Task = Task::async_(never());
        let pid = task.pid().expect("it has a process");
        let error = task.timeout(MS).await.expect_err("it never answers");
        assert!(process::alive(pid) && linked(pid, process::self_pid()));
        process::send(me, pid).expect("a pid is no name");
        process::receive::<()>().await;
        process::exit_with(ExitReason::error(error));
    });
    let task = process::receive::<Pid>().await;
    let monitor = process::monitor(task);
    process::send(owner, ()).expect("a pid is no name");
    let down = otp::receive! { down: Down if down.reference == monitor => down };
    assert!(matches!(down.reason, ExitReason::Error(_)), "{}", down.reason);
}

#[otp::test(start_paused = true)]
async fn nothing_of_a_task_that_timed_out_comes_later() {
    let task = Task::async_(after(MS * 100, 1));
    assert!(task.timeout(MS).await.is_err());
    quiet().await;
}

#[otp::test]
async fn task_019_a_normal_end_without_an_answer_is_an_error() {
    let task: Task = Task::async_(exits(ExitReason::Normal));
    let shown = task.to_string();
    let error = task.await.expect_err("it does not answer");
    assert_eq!(error.exit_reason(), Some(&ExitReason::Normal));
    assert_eq!(error.to_string(), format!("await of {shown} failed: the task ended: normal (timeout 5s)"));
}

#[otp::test]
async fn task_020_the_reason_of_the_end_is_in_the_error() {
    check(async {
        process::trap_exit(true);
        let task: Task = Task::async_(exits(ExitReason::other("no paper")));
        let shown = task.to_string();
        let error = task.timeout(MS * 70).await.expect_err("it does not answer");
        assert_eq!(error.exit_reason(), Some(&ExitReason::other("no paper")));
        let text = format!("await of {shown} failed: the task ended: \"no paper\" (timeout 70ms)");
        assert_eq!(error.to_string(), text);
    })
    .await;
}

#[otp::test]
async fn task_021_a_panic_comes_back_with_message_and_place() {
    check(async {
        process::trap_exit(true);
        let line = line!() + 1;
        let task: Task = Task::async_(async { panic!("page {} is missing", 7) });
        let error = task.await.expect_err("it panics");
        let Some(ExitReason::Panic(report)) = error.exit_reason() else { panic!("it panicked: {error}") };
        assert_eq!(report.message, "page 7 is missing");
        let place = report.location.as_deref().expect("the place is known");
        assert!(place.contains("await_.rs") && place.contains(&format!(":{line}:")), "{place}");
        assert!(error.to_string().contains("page 7 is missing"));
    })
    .await;
}

#[otp::test]
async fn task_024_only_its_owner_may_wait_for_a_task() {
    let task = Task::async_(after(MS, 1));
    let (me, reference) = (process::self_pid(), task.reference());
    let shown = task.to_string();
    let other = process::spawn(async move {
        let named = |reason: &ExitReason| {
            let error = reason.error_ref::<NotOwner>().expect("it is another's");
            assert_eq!((error.owner, error.caller, &error.task), (me, Some(process::self_pid()), &shown));
        };
        let mut task = task;
        match task.yield_for(MS).await {
            Some(Err(reason)) => named(&reason),
            other => panic!("{other:?}"),
        }
        let mut tasks = [task];
        match &Task::yield_many(&mut tasks).await[..] {
            [Some(Err(reason))] => named(reason),
            other => panic!("{other:?}"),
        }
        let error = Task::await_many(tasks).await.expect_err("it is another's");
        assert!(matches!(error.failure, AwaitFailure::NotOwner(_)), "{error}");
        process::send(me, "tried").expect("a pid is no name");
    });
    assert_eq!(process::wait(other).await, ExitReason::Normal);
    assert_eq!(process::receive::<&str>().await, "tried");
    // It was not disturbed.
    let done = process::receive::<TaskDone<i32>>().await;
    assert_eq!((done.reference, done.value), (reference, 1));

    let (first, second, third) = (Task::async_(after(MS, 1)), Task::async_(after(MS, 2)), Task::async_(after(MS, 3)));
    let pids = [&first, &second, &third].map(|task| task.pid().expect("it has a process"));
    check(async move {
        let error = first.await.expect_err("it is another's");
        assert!(error.to_string().contains(&me.to_string()), "{error}");
        assert!(error.to_string().contains(&process::self_pid().to_string()), "{error}");
        assert!(matches!(second.ignore(), Some(Err(_))));
        assert!(matches!(third.shutdown(Shutdown::BrutalKill).await, Some(Err(_))));
    })
    .await;
    for value in [1, 2, 3] {
        otp::receive! { done: TaskDone<i32> if done.value == value => () }
    }
    assert!(pids.iter().all(|pid| !linked(*pid, me)), "they have ended");
}

#[otp::test]
async fn outside_of_a_process_nobody_owns_a_task() {
    let task = Task::async_(async { 1 });
    let outside = tokio::spawn(async move { task.await });
    let error = outside.await.expect("it does not panic").expect_err("it is no process");
    assert!(matches!(error.failure(), AwaitFailure::NotOwner(error) if error.caller.is_none()), "{error}");
}

#[otp::test(start_paused = true)]
async fn task_026_without_a_limit_await_waits_as_long_as_it_takes() {
    assert_eq!(Task::async_(after(Duration::from_secs(3_600), 1)).infinity().await, Ok(1));
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn task_027_an_awaiting_owner_ends_by_the_link_before_it_sees_the_error() {
    for round in 0..500 {
        let reason = run(async move {
            let task: Task = Task::async_(exits(ExitReason::other(round)));
            let result = task.await;
            panic!("it went on with {result:?}");
        });
        assert_eq!(reason.await, ExitReason::other(round));
    }
}

#[otp::test]
async fn an_outcome_is_taken_once() {
    let mut task = Task::async_(async { 1 });
    assert_eq!(task.yield_for(MS * 1_000).await, Some(Ok(1)));
    assert_eq!(task.yield_for(MS).await, None);
    let error = task.await.expect_err("it was taken");
    assert_eq!(error.failure(), &AwaitFailure::Taken);
}

#[otp::test]
async fn tasks_may_be_awaited_together_and_in_any_order() -> otp::Result {
    let slow = Task::async_(after(MS * 20, "slow"));
    let fast = Task::async_(async { "fast" });
    let (slow, fast) = tokio::join!(slow.into_future(), fast.into_future());
    assert_eq!((slow?, fast?), ("slow", "fast"));
    use futures_util::stream::{FuturesUnordered, StreamExt};
    let all: FuturesUnordered<_> = (0..20).map(|n| Task::async_(async move { n }).into_future()).collect();
    let mut answers: Vec<_> = all.map(|answer| answer.expect("it answers")).collect().await;
    answers.sort_unstable();
    assert!(answers.into_iter().eq(0..20));
    Ok(())
}

/// What waits in a mailbox costs an await nothing, and stays there.
#[otp::test]
async fn a_long_mailbox_does_not_slow_an_await_down() {
    let me = process::self_pid();
    let rounds = |n: u32| async move {
        let cost = Cost::begin();
        for i in 0..n {
            assert_eq!(Task::async_(async move { i }).await, Ok(i));
        }
        cost.end()
    };
    rounds(100).await;
    let short = rounds(1_000).await;
    for _ in 0..300_000 {
        process::send(me, "waiting").expect("a pid is no name");
    }
    let long = rounds(1_000).await;
    assert!(long < short * 10, "{long:?} instead of {short:?}");
    assert_eq!(process::info(me).expect("I live").message_queue_len, 300_000);
}

#[otp::test(start_paused = true)]
async fn messages_that_are_taken_meanwhile_do_not_hide_an_answer() {
    let me = process::self_pid();
    for n in 0..10_u8 {
        process::send(me, n).expect("a pid is no name");
    }
    let mut task = Task::async_(after(MS * 10, "here"));
    assert_eq!(process::receive::<u8>().await, 0);
    assert_eq!(task.yield_for(MS).await, None);
    // Before and behind the answer, in the front and in the middle.
    assert_eq!(otp::receive! { n: u8 if n == 5 => n }, 5);
    process::send(me, 10_u8).expect("a pid is no name");
    process::sleep(MS * 20).await;
    process::send(me, 11_u8).expect("a pid is no name");
    for _ in 0..8 {
        process::receive::<u8>().await;
    }
    assert_eq!(task.await, Ok("here"));
    assert_eq!((process::receive::<u8>().await, process::receive::<u8>().await), (10, 11));
    quiet().await;
}
