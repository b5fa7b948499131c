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

/// Whoever starts, in whatever way, there are never more tasks than may be, and exactly as many are told so.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_starts_do_not_exceed_max_children() -> otp::Result {
    for round in 0..200_usize {
        let max = round % 7;
        let tasks = TaskSupervisor::builder().max_children(max).start_link().await?;
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        for n in 0..12_u32 {
            let (tasks, tell) = (tasks.clone(), tell.clone());
            process::spawn(async move {
                let started = match n % 3 {
                    0 => tasks.start_child(never::<()>()).await,
                    1 => tasks.start_child_with(never::<()>).await,
                    _ => tasks.async_nolink(never::<()>()).await.map(|task| task.pid().expect("it runs")),
                };
                tell.send(started).expect("it waits");
            });
        }
        let mut started = Vec::new();
        for _ in 0..12 {
            match told.recv().await.expect("they answer") {
                Ok(pid) => started.push(pid),
                Err(error) => assert_eq!(error, otp::task::StartChildError::MaxChildren { max }),
            }
        }
        let mut children = tasks.children().await?;
        started.sort_unstable();
        children.sort_unstable();
        assert_eq!((started.len(), &started), (max, &children), "round {round}");
        tasks.stop().await?;
        for pid in started {
            assert!(!process::alive(pid), "round {round}");
        }
    }
    Ok(())
}

/// What was started when a supervisor is stopped meanwhile is gone with it, and whoever waits is answered.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shutdown_during_starts_leaves_no_task() -> otp::Result {
    for round in 0..200_u32 {
        let tasks = TaskSupervisor::builder().start().await?;
        let supervisor = tasks.pid().expect("it runs");
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        for n in 0..3_u32 {
            let (tasks, tell) = (tasks.clone(), tell.clone());
            process::spawn(async move {
                for i in 0..20_u32 {
                    if n == 0 && i == round % 20 {
                        // Asked and not waited for: the others are in the middle of their starts.
                        process::exit(&tasks, ExitReason::Shutdown);
                        tasks.stop().await.ok();
                    }
                    let started = match i % 2 {
                        0 => tasks.start_child(never::<()>()).await,
                        _ => tasks.async_nolink(never::<()>()).await.map(|task| task.pid().expect("it runs")),
                    };
                    match started {
                        Ok(pid) => tell.send(pid).expect("it waits"),
                        Err(otp::task::StartChildError::Call(error)) => {
                            assert!(error.is_noproc() || error.exit_reason().is_some(), "{error}");
                            break;
                        }
                        Err(error) => panic!("round {round}: {error}"),
                    }
                }
            });
        }
        drop(tell);
        process::wait(supervisor).await;
        // Ends when all three are done: none of them waits for an answer that never comes.
        while let Some(pid) = told.recv().await {
            process::wait(pid).await;
        }
    }
    Ok(())
}

/// An owner that loses interest: with the flush neither answer nor `Down` comes later, whatever the task is about to do.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn demonitor_with_flush_races_with_the_end_of_a_task() -> otp::Result {
    let tasks = tasks().await;
    for round in 0..2_000_u32 {
        let work = async move {
            for _ in 0..round % 5 {
                tokio::task::yield_now().await;
            }
            if round % 3 == 0 {
                process::exit_with(ExitReason::other("late"));
            }
            round
        };
        let task = tasks.async_nolink(work).await?;
        let (pid, reference) = (task.pid().expect("it has a process"), task.reference());
        for _ in 0..round % 11 * 40 {
            std::hint::spin_loop();
        }
        process::demonitor_flush(reference);
        // An answer that had come before is there still, and is the only one.
        let answer = process::receive_timeout::<TaskDone<u32>>(Duration::ZERO).await;
        assert!(answer.is_none_or(|done| done.reference == reference && done.value == round), "round {round}");
        process::wait(pid).await;
        let info = process::receive_timeout::<Info>(Duration::ZERO).await;
        assert!(info.is_none(), "round {round}: {info:?}");
        drop(task);
    }
    none_left(&tasks).await;
    assert_eq!(process::info(process::self_pid()).expect("I live").monitors, []);
    Ok(())
}
