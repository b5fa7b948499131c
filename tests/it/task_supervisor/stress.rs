//! Races, with real threads and in many rounds.

use super::{never, none_left, tasks};
use futures_util::StreamExt;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_dropped_at_any_moment_leaves_no_task_under_the_supervisor() -> otp::Result {
    let tasks = tasks().await;
    let me = process::self_pid();
    let supervisor = tasks.pid().expect("it runs");
    for round in 0..300_u32 {
        let work = move |n: u32| async move {
            for _ in 0..(n + round) % 5 {
                tokio::task::yield_now().await;
            }
            if n % 5 == 4 { never().await } else { n }
        };
        let stream = tasks.async_stream(0..50_u32, work).max_concurrency(6)?.ordered(round % 2 == 0);
        let mut stream = Box::pin(stream);
        for _ in 0..round % 5 {
            stream.next().await.expect("there are more")?;
        }
        for _ in 0..round % 7 {
            if futures_util::poll!(stream.next()).is_pending() {
                tokio::task::yield_now().await;
            }
        }
        drop(stream);
        none_left(&tasks).await;
        assert_eq!(process::info(me).expect("I live").links, [supervisor], "round {round}");
        let info = process::receive_timeout::<Info>(Duration::ZERO).await;
        assert!(info.is_none(), "round {round}: {info:?}");
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_killed_at_any_moment_ends_what_it_was_asked_for() -> otp::Result {
    process::trap_exit(true);
    for round in 0..300_u32 {
        let tasks = TaskSupervisor::builder().start().await?;
        let pid = tasks.pid().expect("it runs");
        let killer = process::spawn(async move {
            for _ in 0..round % 13 {
                tokio::task::yield_now().await;
            }
            process::exit(pid, ExitReason::Kill);
        });
        let mut started = Vec::new();
        for n in 0..10_u32 {
            match tasks.async_nolink(never::<u32>()).await {
                Ok(task) => started.push(task),
                Err(error) => {
                    assert!(matches!(error, otp::task::StartChildError::Call(_)), "round {round}, {n}: {error}");
                    break;
                }
            }
        }
        let stream = tasks.async_stream_nolink(0..3, |_| never::<u32>()).infinity();
        let items = stream.collect::<Vec<_>>().await;
        assert!(items.iter().all(Result::is_err), "round {round}: {items:?}");
        process::wait(killer).await;
        for task in started {
            assert!(task.await.is_err(), "round {round}");
        }
    }
    Ok(())
}
