//! Streams of tasks that fail, are late, or are not wanted any more.

use super::{MS, after, check, never, quiet, run};
use futures_util::StreamExt;
use otp::prelude::*;
use otp::process;
use otp::task::{OnTimeout, TaskFailure};
use std::time::Duration;

async fn exits_with(n: u32) -> u32 {
    process::exit_with(ExitReason::other(n))
}

fn exit(n: u32) -> TaskFailure {
    TaskFailure::Exit(ExitReason::other(n))
}

#[otp::test(start_paused = true)]
async fn task_067_failures_are_items_for_a_consumer_that_traps_exits() -> otp::Result {
    process::trap_exit(true);
    for concurrency in [1, 2, 4, 8] {
        let stream = Task::async_stream([1, 2, 3, 4], exits_with).max_concurrency(concurrency)?;
        let items: Vec<_> = stream.collect().await;
        assert_eq!(items, [1, 2, 3, 4].map(|n| Err(exit(n))));
        quiet().await;
    }
    Ok(())
}

/// TASK-067: whatever ended the task.
#[otp::test(start_paused = true)]
async fn every_end_without_an_answer_is_an_item() {
    process::trap_exit(true);
    let me = process::self_pid();
    let stream = Task::async_stream(0..4, move |n| async move {
        match n {
            0 => panic!("page {n} is missing"),
            1 => process::exit_with(ExitReason::Normal),
            2 => {
                process::send(me, process::self_pid()).expect("a pid is no name");
                never().await
            }
            n => n,
        }
    });
    let killer = process::spawn(async {
        let victim = process::receive::<Pid>().await;
        process::exit(victim, ExitReason::Kill);
    });
    let mut stream = std::pin::pin!(stream.infinity());
    let Some(Err(TaskFailure::Exit(ExitReason::Panic(report)))) = stream.next().await else { panic!("it panicked") };
    assert_eq!(report.message, "page 0 is missing");
    assert!(report.location.as_ref().is_some_and(|place| place.contains("stream_failures.rs")));
    assert_eq!(stream.next().await, Some(Err(TaskFailure::Exit(ExitReason::Normal))));
    // Consuming a stream is waiting for nothing else: the message lies where it came.
    assert!(futures_util::poll!(stream.next()).is_pending());
    let victim = process::receive::<Pid>().await;
    process::send(killer, victim).expect("a pid is no name");
    assert_eq!(stream.next().await, Some(Err(TaskFailure::Exit(ExitReason::Killed))));
    assert_eq!((stream.next().await, stream.next().await), (Some(Ok(3)), None));
    quiet().await;
}

#[otp::test]
async fn a_panic_of_the_function_itself_is_the_tasks() {
    fn work(n: u32) -> std::future::Ready<u32> {
        assert!(n != 1, "not one");
        std::future::ready(n)
    }
    process::trap_exit(true);
    let items: Vec<_> = Task::async_stream([0, 1, 2], work).collect().await;
    assert!(matches!(&items[1], Err(TaskFailure::Exit(ExitReason::Panic(report))) if report.message == "not one"));
    assert_eq!((&items[0], &items[2]), (&Ok(0), &Ok(2)));
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn task_068_a_consumer_that_does_not_trap_ends_with_its_task() {
    let me = process::self_pid();
    for round in 0..300 {
        let reason = run(async move {
            let stream = Task::async_stream([0, 1], move |n| async move {
                process::receive::<()>().await;
                if n == 1 { process::exit_with(ExitReason::other(round)) } else { never::<u32>().await }
            });
            let stream = stream.max_concurrency(2).expect("it is not zero").ordered(false);
            let mut stream = std::pin::pin!(stream);
            assert!(futures_util::poll!(stream.next()).is_pending());
            let links = process::info(process::self_pid()).expect("I live").links;
            process::send(me, links.clone()).expect("a pid is no name");
            links.into_iter().for_each(|task| process::send(task, ()).expect("a pid is no name"));
            panic!("it went on with {:?}", stream.next().await);
        });
        assert_eq!(reason.await, ExitReason::other(round));
        // The other task is stopped too.
        for task in process::receive::<Vec<Pid>>().await {
            process::wait(task).await;
        }
    }
}

#[otp::test(start_paused = true)]
async fn task_070_a_late_task_ends_the_stream() -> otp::Result {
    let me = process::self_pid();
    let stream = Task::async_stream([10_u32, 9_000, 20, 9_000], move |time| async move {
        process::send(me, process::self_pid()).expect("a pid is no name");
        after(MS * time, time).await
    });
    let began = tokio::time::Instant::now();
    let items: Vec<_> = stream.max_concurrency(4)?.collect().await;
    assert_eq!(items, [Ok(10), Err(TaskFailure::Timeout(Duration::from_secs(5)))]);
    assert!(began.elapsed() >= MS * 5_000 && began.elapsed() < MS * 5_200);
    for _ in 0..4 {
        assert!(!process::alive(process::receive::<Pid>().await));
    }
    assert_eq!(process::info(me).expect("I live").links, []);
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_late_task_may_be_killed_alone() -> otp::Result {
    let me = process::self_pid();
    for ordered in [true, false] {
        let stream = Task::async_stream([1_u32, 9_000, 2, 9_000, 3], move |time| async move {
            process::trap_exit(true);
            process::send(me, process::self_pid()).expect("a pid is no name");
            after(MS * time, time).await
        });
        let stream = stream.timeout(MS * 50).on_timeout(OnTimeout::KillTask).ordered(ordered).max_concurrency(2)?;
        let mut items: Vec<_> = stream.collect().await;
        let late = Err(TaskFailure::Timeout(MS * 50));
        if !ordered {
            items.sort_by_key(|item| item.clone().unwrap_or(u32::MAX));
            assert_eq!(items, [Ok(1), Ok(2), Ok(3), late.clone(), late]);
        } else {
            assert_eq!(items, [Ok(1), late.clone(), Ok(2), late, Ok(3)]);
        }
        for _ in 0..5 {
            assert!(!process::alive(process::receive::<Pid>().await));
        }
        quiet().await;
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_073_failures_may_carry_their_item() -> otp::Result {
    process::trap_exit(true);
    let stream = Task::async_stream([1_u32, 100], |time| after(MS * time, time));
    let stream = stream.timeout(MS * 50).on_timeout(OnTimeout::KillTask).zip_input_on_exit();
    let late = TaskFailure::Timeout(MS * 50);
    assert_eq!(stream.collect::<Vec<_>>().await, [Ok(1), Err((100, late.clone()))]);

    let stream = Task::async_stream([1_u32, 100], |time| after(MS * time, time));
    let stream = stream.timeout(MS * 50).zip_input_on_exit();
    assert_eq!(stream.collect::<Vec<_>>().await, [Ok(1), Err((100, late))]);

    let stream = Task::async_stream(1..=8, exits_with).max_concurrency(3)?.zip_input_on_exit();
    assert_eq!(stream.take(4).collect::<Vec<_>>().await, [1, 2, 3, 4].map(|n| Err((n, exit(n)))));
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_dropped_stream_stops_its_tasks() -> otp::Result {
    let me = process::self_pid();
    check(async move {
        let stream = Task::async_stream(0..10, move |_| async move {
            process::trap_exit(true);
            process::send(me, process::self_pid()).expect("a pid is no name");
            never::<u32>().await
        });
        let mut stream = Box::pin(stream.max_concurrency(10).expect("it is not zero").infinity());
        assert!(futures_util::poll!(stream.next()).is_pending());
        process::sleep(MS).await;
        drop(stream);
        assert_eq!(process::info(process::self_pid()).expect("I live").links, []);
        quiet().await;
    })
    .await;
    for _ in 0..10 {
        let reason = process::wait(process::receive::<Pid>().await).await;
        assert!(matches!(reason, ExitReason::Killed | ExitReason::NoProc), "{reason}");
    }
    Ok(())
}

#[otp::test]
#[should_panic(expected = "must be called from a process")]
async fn a_stream_belongs_to_a_process() {
    let stream = Task::async_stream([1], |n| async move { n });
    let outside = tokio::spawn(stream.collect::<Vec<_>>());
    std::panic::resume_unwind(outside.await.expect_err("it panics").into_panic());
}
