//! Starting partition supervisors.

use super::fixtures::*;
use otp::child::ChildKind;
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[otp::test]
async fn psup_001_its_id_is_its_name() -> otp::Result {
    let spec = ChildSpec::from(numbered(2).name("psup_001"));
    assert_eq!((spec.get_id(), spec.get_kind()), ("psup_001", ChildKind::Supervisor));
    assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
    assert_eq!(ChildSpec::from(numbered(2).via(OneName::default())).get_id(), "one name");
    assert_eq!(ChildSpec::from(numbered(2)).get_id(), "PartitionSupervisor");
    assert_eq!(numbered(2).child_spec("mine").get_id(), "mine");

    let app = Supervisor::builder().child(numbered(2).name("psup_001")).start_link().await?;
    let running = app.get_child("psup_001").await?;
    assert_eq!((running.kind, running.status.pid()), (ChildKind::Supervisor, otp::name::whereis("psup_001")));
    Ok(())
}

#[otp::test]
async fn psup_002_there_are_as_many_as_cores_or_as_was_said() -> otp::Result {
    let cores = std::thread::available_parallelism()?.get();
    let spec = PartitionSupervisor::of::<Numbered>(|partition| partition);
    for (spec, expected) in [(spec.clone(), cores), (spec.partitions(5), 5)] {
        let supervisor = spec.start_link().await?;
        assert_eq!(supervisor.partitions()?, expected);
        let mut children = supervisor.which_children().await?;
        children.reverse();
        let ids: Vec<_> = children.iter().map(|child| child.id.clone()).collect();
        assert_eq!(ids, (0..expected).map(|n| n.to_string()).collect::<Vec<_>>());
        assert!(children.iter().all(|child| matches!(child.status, ChildStatus::Running(_))));
    }
    Ok(())
}

#[otp::test]
async fn psup_004_it_may_have_a_name_in_a_registry() -> otp::Result {
    let name = OneName::default();
    let started = numbered(3).start_link().via(name.clone()).await?;
    let supervisor = PartitionSupervisorRef::<Numbered>::via(name.clone());
    assert_eq!(supervisor.pid(), started.pid());
    assert_eq!(supervisor.partitions()?, 3);
    let partition = supervisor.route("key")?.partition().await?;
    assert_eq!(supervisor.route("key")?.partition().await?, partition);
    supervisor.stop().await?;
    assert_eq!(otp::name::Via::whereis(&name), None);
    assert!(supervisor.route("key").is_err());
    Ok(())
}

#[otp::test]
async fn psup_005_each_partition_has_arguments_of_its_own() -> otp::Result {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let spec = PartitionSupervisor::of::<Numbered>(move |partition| {
        count.fetch_add(1, Ordering::Relaxed);
        partition * 100
    });
    let supervisor = spec.partitions(4).start_link().await?;
    assert_eq!(calls.load(Ordering::Relaxed), 4);
    for (partition, handle) in supervisor.all()?.into_iter().enumerate() {
        assert_eq!(handle.partition().await?, partition * 100);
    }
    // At a restart they are made again.
    let third = supervisor.partition(3)?;
    crash(&supervisor, third.pid().unwrap()).await;
    assert_eq!(third.partition().await?, 300);
    assert_eq!(calls.load(Ordering::Relaxed), 5);
    Ok(())
}

#[otp::test]
async fn psup_007_no_partitions_at_all_are_refused() -> otp::Result {
    let error = numbered(0).name("psup_007").start_link().await.unwrap_err();
    assert_eq!(error.to_string(), "bad option partitions: partitions is 0: it must be at least 1");
    assert_eq!(otp::name::whereis("psup_007"), None);
    // Also below another supervisor, and with a window of zero.
    let error = Supervisor::builder().child(numbered(0)).start().await.unwrap_err();
    assert!(error.to_string().contains("partitions is 0"), "{error}");
    let error = numbered(1).max_seconds(0).start().await.unwrap_err();
    assert!(matches!(error, StartError::BadOption { option: "max_seconds", .. }), "{error:?}");
    Ok(())
}

#[otp::test]
async fn psup_010_the_options_are_those_of_supervisors() -> otp::Result {
    let supervisor = numbered(3).start().await?;
    let pids = |supervisor: &PartitionSupervisorRef<Numbered>| -> Vec<Pid> {
        supervisor.all().unwrap().iter().map(|handle| handle.pid().unwrap()).collect()
    };
    // One for one, three in five seconds.
    let before = pids(&supervisor);
    for _ in 0..3 {
        crash(&supervisor, supervisor.partition(1)?.pid().unwrap()).await;
    }
    let after = pids(&supervisor);
    assert_eq!((after[0], after[2]), (before[0], before[2]));
    assert_ne!(after[1], before[1]);
    let root = supervisor.pid().unwrap();
    process::exit(after[1], ExitReason::Kill);
    assert_eq!(process::wait(root).await, ExitReason::Shutdown);

    let all = numbered(3).strategy(Strategy::OneForAll).max_restarts(1).max_seconds(60).start().await?;
    let before = pids(&all);
    crash(&all, before[1]).await;
    assert!(pids(&all).iter().all(|pid| !before.contains(pid)));
    let root = all.pid().unwrap();
    process::exit(pids(&all)[0], ExitReason::Kill);
    assert_eq!(process::wait(root).await, ExitReason::Shutdown);
    Ok(())
}

/// PSUP-010: how partitions are restarted and shut down can be said of all of them.
#[otp::test]
async fn partitions_may_be_restarted_and_shut_down_otherwise() -> otp::Result {
    let spec = numbered(2).restart(Restart::Transient).shutdown(Shutdown::BrutalKill);
    let supervisor = spec.start_link().await?;
    let spec = supervisor.get_child_spec("1").await?;
    assert_eq!((spec.get_restart(), spec.get_shutdown()), (Restart::Transient, Shutdown::BrutalKill));
    Ok(())
}

#[otp::test]
async fn psup_012_a_taken_name_is_already_started() -> otp::Result {
    let supervisor = numbered(2).name("psup_012").start_link().await?;
    let error = numbered(2).start_link().name("psup_012").await.unwrap_err();
    assert_eq!(error, StartError::AlreadyStarted { name: "psup_012".into(), pid: supervisor.pid().unwrap() });
    assert_eq!(supervisor.partitions()?, 2);
    Ok(())
}

/// A partition that cannot start ends the others, as with any supervisor.
#[otp::test]
async fn a_partition_that_cannot_start_fails_the_start() -> otp::Result {
    let spec = PartitionSupervisor::of::<Agent<usize>>(|partition| {
        otp::agent::Initial::new(move || {
            assert!(partition < 2, "no third partition");
            partition
        })
    });
    let error = spec.partitions(3).start().await.unwrap_err();
    assert!(error.to_string().contains("no third partition"), "{error}");
    Ok(())
}
