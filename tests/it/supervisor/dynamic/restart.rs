//! What becomes of children that end by themselves.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, only, running, start, supervisor};
use otp::child::Started;
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An orderly end by a signal, which a worker that does not trap exits ends with.
fn orderly() -> [ExitReason; 2] {
    [ExitReason::Shutdown, ExitReason::shutdown_with("details")]
}

/// Has a worker stop by itself, and waits until its supervisor has dealt with that.
async fn leave(supervisor: &DynamicSupervisorRef, pid: Pid, reason: ExitReason) {
    let worker = WorkerRef::from_pid(pid).unwrap();
    let monitor = worker.monitor();
    worker.leave(reason.clone());
    assert_eq!(down(monitor).await, reason);
    let _ = supervisor.count_children().await;
}

#[otp::test]
async fn dsup_029_a_temporary_child_is_never_restarted() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let spec = || Job::new("a", &journal).spec().restart(Restart::Temporary);
    for reason in orderly().into_iter().chain([ExitReason::Normal, ExitReason::other("bad")]) {
        let pid = start(&supervisor, spec()).await;
        leave(&supervisor, pid, reason).await;
        assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    }
    end_child(&supervisor, start(&supervisor, spec()).await, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

#[otp::test]
async fn dsup_030_a_transient_child_is_restarted_after_a_failure() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let spec = || Job::new("a", &journal).spec().restart(Restart::Transient);
    for reason in orderly().into_iter().chain([ExitReason::Normal]) {
        let pid = start(&supervisor, spec()).await;
        leave(&supervisor, pid, reason).await;
        assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    }
    let pid = start(&supervisor, spec()).await;
    leave(&supervisor, pid, ExitReason::other("bad")).await;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert_ne!(only(&supervisor).await, pid);
    Ok(())
}

#[otp::test]
async fn dsup_031_a_permanent_child_is_always_restarted() -> otp::Result {
    let journal = Journal::default();
    let supervisor = DynamicSupervisor::builder().max_restarts(10).start_link().await?;
    let mut before = Vec::new();
    for reason in orderly().into_iter().chain([ExitReason::other("bad")]) {
        let pid = start(&supervisor, Job::new("a", &journal).spec()).await;
        leave(&supervisor, pid, reason).await;
        before.push(pid);
    }
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    assert!(running(&supervisor).await.iter().all(|pid| !before.contains(pid)));
    leave(&supervisor, running(&supervisor).await[0], ExitReason::Normal).await;
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    Ok(())
}

#[otp::test]
async fn dsup_032_a_restarted_child_is_listed_under_its_new_pid() -> otp::Result {
    let supervisor = supervisor().await;
    let spec = ChildSpec::new("info", |_slot| async {
        Ok(Started::new(process::spawn_link(process::sleep_forever())).with_info("more"))
    });
    for spec in [spec, idle("plain")] {
        let first = start(&supervisor, spec).await;
        end_child(&supervisor, first, ExitReason::Kill).await;
        let second = only(&supervisor).await;
        assert_ne!(second, first);
        assert!(supervisor.terminate_child(first).await.is_err(), "it is no child any more");
        supervisor.terminate_child(second).await?;
    }
    Ok(())
}

/// A restart that is ignored takes the child out.
#[otp::test]
async fn a_child_that_ignores_its_restart_is_forgotten() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let job = Job::new("a", &journal).next([Begin::Run, Begin::Ignore]);
    let pid = start(&supervisor, job.spec()).await;
    end_child(&supervisor, pid, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

/// A start that takes a permit, if there is one, and otherwise fails; it counts its tries.
#[derive(Clone, Default)]
struct Gate {
    tries: Arc<AtomicUsize>,
    open: Arc<std::sync::atomic::AtomicBool>,
}

impl Gate {
    fn spec(&self, restart: Restart) -> ChildSpec {
        let gate = self.clone();
        let spec = ChildSpec::new("gate", move |_slot| {
            let gate = gate.clone();
            async move {
                if gate.tries.fetch_add(1, Ordering::Relaxed) == 0 || gate.open.load(Ordering::Relaxed) {
                    return Ok(Started::new(process::spawn_link(process::sleep_forever())));
                }
                Err(StartError::Failed(ExitReason::other("closed")))
            }
        });
        spec.restart(restart)
    }

    fn tries(&self) -> usize {
        self.tries.load(Ordering::Relaxed)
    }
}

#[otp::test]
async fn dsup_034_a_child_whose_restart_fails_is_restarting() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(u32::MAX).max_children(1).start_link().await?;
    let gate = Gate::default();
    let first = start(&supervisor, gate.spec(Restart::Transient)).await;
    end_child(&supervisor, first, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (1, 0, 0, 1));
    let children = supervisor.which_children().await?;
    assert_eq!((children.len(), children[0].status), (1, ChildStatus::Restarting));
    assert!(supervisor.start_child(idle("b")).await.is_err(), "it has its place");

    let tries = gate.tries();
    while gate.tries() == tries {
        supervisor.count_children().await?;
    }
    gate.open.store(true, Ordering::Relaxed);
    while counts(&supervisor).await.1 == 0 {}
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert_ne!(only(&supervisor).await, first);
    Ok(())
}

#[otp::test]
async fn dsup_036_one_failing_restart_is_too_many_of_one() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(1).start().await?;
    let (monitor, gate) = (supervisor.monitor(), Gate::default());
    end(start(&supervisor, gate.spec(Restart::Permanent)).await, ExitReason::Kill).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    assert_eq!(gate.tries(), 2);
    Ok(())
}

#[otp::test]
async fn dsup_037_ten_failing_restarts_are_too_many_of_ten() -> otp::Result {
    process::trap_exit(true);
    let supervisor = DynamicSupervisor::builder().max_restarts(10).start_link().await?;
    let gate = Gate::default();
    let other = start(&supervisor, idle("other")).await;
    end(start(&supervisor, gate.spec(Restart::Permanent)).await, ExitReason::Kill).await;
    let exit = process::receive::<Exit>().await;
    assert_eq!((Some(exit.from), exit.reason), (supervisor.pid(), ExitReason::Shutdown));
    assert_eq!(gate.tries(), 1 + 10);
    assert!(!process::alive(other));
    Ok(())
}

#[otp::test]
async fn dsup_039_other_children_are_not_touched() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(100).start_link().await?;
    let mut children = Vec::new();
    for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary, Restart::Permanent] {
        children.push(start(&supervisor, idle("a").restart(restart)).await);
    }
    for _ in 0..10 {
        let all = running(&supervisor).await;
        let crashing = *all.iter().find(|pid| !children[..3].contains(pid)).unwrap();
        end_child(&supervisor, crashing, ExitReason::Kill).await;
        assert!(children[..3].iter().all(|pid| process::alive(*pid)));
    }
    assert_eq!(counts(&supervisor).await, (4, 4, 0, 4));
    Ok(())
}

#[otp::test]
async fn dsup_041_between_failing_tries_a_supervisor_answers() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(u32::MAX).start_link().await?;
    let gates = [Gate::default(), Gate::default(), Gate::default()];
    let mut last = Vec::new();
    for gate in &gates {
        last.push(start(&supervisor, gate.spec(Restart::Permanent)).await);
    }
    for pid in &last {
        end_child(&supervisor, *pid, ExitReason::Kill).await;
    }
    assert_eq!(counts(&supervisor).await, (3, 0, 0, 3));
    // By the pid it had last; its tries end with it.
    supervisor.terminate_child(last[1]).await?;
    assert_eq!(counts(&supervisor).await, (2, 0, 0, 2));
    let tries = gates[1].tries();
    let others = gates[0].tries();
    while gates[0].tries() < others + 10 {
        supervisor.which_children().await?;
    }
    assert_eq!(gates[1].tries(), tries);
    assert!(supervisor.terminate_child(last[1]).await.is_err());
    start(&supervisor, idle("in between")).await;
    supervisor.stop().await?;
    Ok(())
}
