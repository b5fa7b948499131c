//! Races, with real threads, in many rounds.

use super::super::fixtures::*;
use super::fixtures::{counts, running, start};
use otp::prelude::*;
use otp::process;
use otp::supervisor::TerminateChildError;
use otp::supervisor::dynamic::StartChildError;
use std::collections::BTreeSet;

/// Runs this many processes at the same time, and answers what each of them does.
async fn at_once<T, F>(n: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let me = process::self_pid();
    for i in 0..n {
        let work = work(i);
        process::spawn(async move {
            let done = work.await;
            process::send(me, Some(done)).unwrap();
        });
    }
    let mut all = Vec::new();
    for _ in 0..n {
        all.extend(process::receive::<Option<T>>().await);
    }
    all
}

/// DSUP-023: whoever starts, there are never more children than may be, and exactly as many are told so.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_starts_do_not_exceed_max_children() -> otp::Result {
    for round in 0..200 {
        let max = round % 9;
        let supervisor = DynamicSupervisor::builder().max_children(max).start_link().await?;
        let start = |n: usize| {
            let supervisor = supervisor.clone();
            async move {
                if n.is_multiple_of(2) {
                    return supervisor.start_child(idle("a")).await.map(|started| started.pid);
                }
                let journal = Journal::default();
                let worker = supervisor.start_temporary::<Worker>(Job::new("w", &journal)).await?;
                Ok(worker.pid().unwrap())
            }
        };
        let answers = at_once(16, start).await;
        let started: BTreeSet<Pid> = answers.iter().filter_map(|answer| answer.as_ref().ok().copied()).collect();
        assert_eq!(started.len(), max);
        let refused = answers.iter().filter(|answer| **answer == Err(StartChildError::MaxChildren { max })).count();
        assert_eq!(refused, 16 - max);
        assert_eq!(running(&supervisor).await, started.into_iter().collect::<Vec<_>>());
        supervisor.stop().await?;
    }
    Ok(())
}

/// DSUP-052: what was started when a supervisor is stopped meanwhile is gone with it, and whoever waits is answered.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shutdown_during_starts_leaves_nothing_behind() -> otp::Result {
    for round in 0..200 {
        let supervisor = DynamicSupervisor::builder().start().await?;
        let work = |n: usize| {
            let supervisor = supervisor.clone();
            async move {
                let mut started = Vec::new();
                for i in 0..20 {
                    if n == 0 && i == round % 20 {
                        if round % 3 == 0 {
                            process::exit(&supervisor, ExitReason::Kill);
                        } else {
                            let _ = supervisor.stop().await;
                        }
                    }
                    match supervisor.start_child(idle("a")).await {
                        Ok(child) => started.push(child.pid),
                        Err(StartChildError::Call(error)) => {
                            assert!(error.is_noproc() || error.exit_reason().is_some(), "{error}");
                            break;
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
                started
            }
        };
        let started: Vec<Pid> = at_once(4, work).await.into_iter().flatten().collect();
        process::wait(supervisor.pid().unwrap()).await;
        for pid in started {
            process::wait(pid).await;
        }
    }
    Ok(())
}

/// DSUP-054, DSUP-058: a child that is killed by others while it is terminated is gone all the same, is not restarted, and
/// is terminated by one of those that ask.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn children_that_are_killed_while_they_are_terminated() -> otp::Result {
    for round in 0..200 {
        let supervisor = DynamicSupervisor::builder().max_restarts(0).start_link().await?;
        let restart = [Restart::Temporary, Restart::Transient][round % 2];
        let mut children = Vec::new();
        for _ in 0..8 {
            // Killed with `shutdown`, so that it is no failure of a transient one.
            children.push(start(&supervisor, idle("a").restart(restart)).await);
        }
        let work = |n: usize| {
            let (supervisor, children) = (supervisor.clone(), children.clone());
            async move {
                let mut terminated = 0;
                for pid in children {
                    if n == 0 {
                        process::exit(pid, ExitReason::Shutdown);
                        continue;
                    }
                    match supervisor.terminate_child(pid).await {
                        Ok(()) => terminated += 1,
                        Err(error) => assert_eq!(error, TerminateChildError::NotFound),
                    }
                    assert!(!process::alive(pid));
                }
                terminated
            }
        };
        let terminated: usize = at_once(3, work).await.into_iter().sum();
        assert!(terminated <= children.len());
        assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
        let links = process::info(supervisor.pid().unwrap()).unwrap().links;
        assert_eq!(links, [process::self_pid()]);
        supervisor.stop().await?;
    }
    Ok(())
}

/// DSUP-031, DSUP-058: a permanent child that is killed by others while it is terminated may be restarted before its turn; then
/// its old pid is no child's, and the new one can be terminated.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn restarts_race_with_terminations() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(u32::MAX).start_link().await?;
    for _ in 0..300 {
        let pid = start(&supervisor, idle("a")).await;
        let work = |n: usize| {
            let supervisor = supervisor.clone();
            async move {
                if n == 0 {
                    process::exit(pid, ExitReason::Kill);
                    return true;
                }
                supervisor.terminate_child(pid).await.is_ok()
            }
        };
        let terminated = at_once(2, work).await.into_iter().all(|done| done);
        process::wait(pid).await;
        let left = running(&supervisor).await;
        assert_eq!(left.len(), usize::from(!terminated));
        assert!(!left.contains(&pid));
        for pid in left {
            supervisor.terminate_child(pid).await?;
        }
    }
    assert_eq!(process::info(supervisor.pid().unwrap()).unwrap().links, [process::self_pid()]);
    Ok(())
}
