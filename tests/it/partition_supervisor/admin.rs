//! Counting and stopping.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildCounts, partition::RouteError};

#[otp::test]
async fn psup_019_the_number_of_partitions_can_be_asked_for() -> otp::Result {
    let supervisor = numbered(3).name("psup_019").start_link().await?;
    assert_eq!(supervisor.partitions(), Ok(3));
    assert_eq!(PartitionSupervisorRef::<Numbered>::named("psup_019").partitions(), Ok(3));
    let by_pid = PartitionSupervisorRef::<Numbered>::from_pid(supervisor.pid().unwrap()).unwrap();
    assert_eq!(by_pid.partitions(), Ok(3));
    supervisor.stop().await?;
    for gone in [supervisor, by_pid, PartitionSupervisorRef::named("psup_019")] {
        assert!(matches!(gone.partitions(), Err(RouteError::NoProc { .. })));
    }
    let unknown = PartitionSupervisorRef::<Numbered>::via(OneName::default()).partitions();
    assert_eq!(unknown, Err(RouteError::NoProc { supervisor: "one name".into() }));
    Ok(())
}

fn shown(counts: ChildCounts) -> (usize, usize, usize, usize) {
    (counts.specs, counts.active, counts.supervisors, counts.workers)
}

#[otp::test]
async fn psup_021_partitions_are_counted_as_what_they_are() -> otp::Result {
    let workers = numbered(3).start_link().await?;
    assert_eq!(shown(workers.count_children().await?), (3, 3, 0, 3));

    let name = OneName::default();
    let spec = PartitionSupervisor::of::<DynamicSupervisor>(|_| DynamicSupervisor::builder()).partitions(4);
    let _supervisors = spec.via(name.clone()).start_link().await?;
    let named = PartitionSupervisorRef::<DynamicSupervisor>::via(name);
    assert_eq!(shown(named.count_children().await?), (4, 4, 4, 0));
    Ok(())
}

#[otp::test]
async fn psup_022_the_children_of_nobody_are_not_counted() {
    let nobody = PartitionSupervisorRef::<Numbered>::named("psup_022");
    assert!(nobody.count_children().await.unwrap_err().is_noproc());
    assert!(nobody.which_children().await.unwrap_err().is_noproc());
}

#[otp::test]
async fn psup_023_a_stop_ends_it_and_frees_its_name() -> otp::Result {
    let supervisor = numbered(3).name("psup_023").start_link().await?;
    let partitions: Vec<Pid> = supervisor.all()?.iter().map(|handle| handle.pid().unwrap()).collect();
    PartitionSupervisorRef::<Numbered>::named("psup_023").stop().await?;
    assert!(!supervisor.is_alive());
    assert!(partitions.iter().all(|pid| !process::alive(*pid)));
    assert_eq!(otp::name::whereis("psup_023"), None);
    Ok(())
}

/// Introspection shows what it is.
#[otp::test]
async fn it_is_a_supervisor() -> otp::Result {
    let supervisor = numbered(1).start_link().await?;
    let info = process::info(supervisor.pid().unwrap()).unwrap();
    assert_eq!((info.behaviour, info.initial_call), ("supervisor", "otp::supervisor::PartitionSupervisor"));
    Ok(())
}
