//! Terminating, listing, counting.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, only, running, start, supervisor};
use otp::child::ChildKind;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildStatus, TerminateChildError};
use otp_tests::reports;

#[otp::test]
async fn dsup_054_a_child_is_killed_by_its_pid() -> otp::Result {
    let supervisor = supervisor().await;
    let pid = start(&supervisor, idle("a").shutdown(Shutdown::BrutalKill)).await;
    let monitor = process::monitor(pid);
    supervisor.terminate_child(pid).await?;
    assert_eq!(down(monitor).await, ExitReason::Killed);
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    assert_eq!(supervisor.terminate_child(pid).await, Err(TerminateChildError::NotFound));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_055_a_child_is_shut_down_within_its_time() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let pid = start(&supervisor, idle("a").shutdown(seconds(1))).await;
    let monitor = process::monitor(pid);
    supervisor.terminate_child(pid).await?;
    assert!(!process::alive(pid));
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    assert_eq!(supervisor.terminate_child(pid).await, Err(TerminateChildError::NotFound));

    // Whoever takes longer is killed.
    let before = tokio::time::Instant::now();
    let slow = Job::new("slow", &journal).cleanup(seconds(100)).spec().shutdown(seconds(1));
    let pid = start(&supervisor, slow).await;
    let monitor = process::monitor(pid);
    supervisor.terminate_child(pid).await?;
    assert_eq!(down(monitor).await, ExitReason::Killed);
    assert_eq!(before.elapsed().as_secs(), 1);
    Ok(())
}

#[otp::test]
async fn dsup_057_who_is_no_child_is_not_touched() -> otp::Result {
    let supervisor = supervisor().await;
    let child = start(&supervisor, idle("a")).await;
    let stranger = process::spawn(process::sleep_forever());
    let linked = process::spawn(process::sleep_forever());
    for pid in [stranger, linked, supervisor.pid().unwrap(), process::self_pid()] {
        assert_eq!(supervisor.terminate_child(pid).await, Err(TerminateChildError::NotFound));
        assert!(process::alive(pid));
    }
    assert_eq!(only(&supervisor).await, child);
    Ok(())
}

#[otp::test]
async fn dsup_058_a_terminated_child_is_not_restarted_and_does_not_count() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(0).start_link().await?;
    for _ in 0..10 {
        let pid = start(&supervisor, idle("a").restart(Restart::Permanent)).await;
        supervisor.terminate_child(pid).await?;
        assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    }
    Ok(())
}

#[otp::test]
async fn dsup_059_children_are_listed_without_ids() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let worker = supervisor.start_temporary::<Worker>(Job::new("a", &journal)).await?;
    let nested = start(&supervisor, DynamicSupervisor::builder().into()).await;
    let mut children = supervisor.which_children().await?;
    children.sort_by_key(|child| child.status != ChildStatus::Running(worker.pid().unwrap()));
    assert_eq!(children.len(), 2);
    assert_eq!(children[0].status, ChildStatus::Running(worker.pid().unwrap()));
    assert_eq!(children[0].kind, ChildKind::Worker);
    assert!(children[0].type_name.ends_with("::Worker"), "{:?}", children[0]);
    assert_eq!(children[1].status, ChildStatus::Running(nested));
    assert_eq!(children[1].kind, ChildKind::Supervisor);
    assert!(children[1].type_name.contains("DynamicSupervisor"), "{:?}", children[1]);
    Ok(())
}

#[otp::test]
async fn dsup_060_counts_tell_workers_from_supervisors() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(10).start_link().await?;
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    let nested = start(&supervisor, DynamicSupervisor::builder().into()).await;
    start(&supervisor, Supervisor::builder().child_spec("s")).await;
    let worker = start(&supervisor, idle("a")).await;
    assert_eq!(counts(&supervisor).await, (3, 3, 2, 1));
    end_child(&supervisor, worker, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (3, 3, 2, 1));
    supervisor.terminate_child(nested).await?;
    assert_eq!(counts(&supervisor).await, (2, 2, 1, 1));
    Ok(())
}

#[otp::test]
async fn dsup_061_a_thousand_supervisors_are_counted_as_such() -> otp::Result {
    let supervisor = supervisor().await;
    for _ in 0..1_000 {
        start(&supervisor, Supervisor::builder().child_spec("s").restart(Restart::Temporary)).await;
    }
    assert_eq!(counts(&supervisor).await, (1_000, 1_000, 1_000, 0));
    for pid in running(&supervisor).await {
        process::exit(pid, ExitReason::Kill);
    }
    while counts(&supervisor).await.0 > 0 {}
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

/// DSUP-063: a request that it does not know does not compile; what is sent to its pid is logged.
#[otp::test]
async fn an_unexpected_message_is_logged() -> otp::Result {
    reports::collect();
    let supervisor = DynamicSupervisor::builder().start_link().name("dsup_063").await?;
    let child = start(&supervisor, idle("a")).await;
    process::send("dsup_063", "hello")?;
    let stranger = process::spawn(process::sleep_forever());
    end(stranger, ExitReason::Kill).await;
    assert_eq!(only(&supervisor).await, child);
    let report = reports::one("otp::gen_server", "name", "dsup_063");
    assert!(report.message.contains("dropped it"), "{report:?}");
    Ok(())
}

/// A look inside, as for any server.
#[otp::test]
async fn its_status_can_be_asked_for() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_children(7).start_link().await?;
    start(&supervisor, idle("a")).await;
    let status = otp::sys::get_status(&supervisor).await?;
    assert!(status.state.contains("max_children: 7") && status.state.contains("active: 1"), "{}", status.state);
    Ok(())
}
