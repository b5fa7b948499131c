//! Routing by key.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::partition::RouteError;
use std::collections::BTreeSet;

#[otp::test]
async fn psup_003_a_hundred_keys_spread_over_the_partitions() -> otp::Result {
    let spec = PartitionSupervisor::of::<DynamicSupervisor>(|_| DynamicSupervisor::builder());
    let supervisor = spec.partitions(4).name("psup_003").start_link().await?;
    let by_name = PartitionSupervisorRef::<DynamicSupervisor>::named("psup_003");
    let mut started = BTreeSet::new();
    for key in 0..100 {
        let agent = by_name.route(&key)?.start::<Agent<i32>>(move || otp::agent::Initial::new(move || key)).await?;
        assert_eq!(agent.get(|n| *n).await?, key);
        started.insert(agent.pid().unwrap());
    }
    assert_eq!(started.len(), 100);

    let mut found = BTreeSet::new();
    for partition in supervisor.all()? {
        let children = partition.which_children().await?;
        assert!((1..100).contains(&children.len()), "{} in one partition", children.len());
        found.extend(children.into_iter().filter_map(|child| child.status.pid()));
    }
    assert_eq!(found, started);
    Ok(())
}

#[otp::test]
async fn psup_014_equal_keys_reach_the_same_partition() -> otp::Result {
    let supervisor = numbered(8).name("psup_014").start_link().await?;
    let other = PartitionSupervisorRef::<Numbered>::named("psup_014");
    for n in 0..50_u32 {
        let text = format!("key {n}");
        let expected = supervisor.route(text.as_str())?.partition().await?;
        assert_eq!(other.route(&text)?.partition().await?, expected, "a `String` is the key that its text is");
        assert_eq!(other.route(&(n, "pair"))?.pid(), supervisor.route(&(n, "pair"))?.pid());
    }
    // By number too, round and round.
    for n in 0..20 {
        assert_eq!(supervisor.partition(n)?.partition().await?, n % 8);
    }
    // It stays so when the partition is restarted, also for a handle that was made before.
    let before = supervisor.route("ada")?;
    let partition = before.partition().await?;
    let pid = before.pid().unwrap();
    crash(&supervisor, pid).await;
    assert_ne!(before.pid(), Some(pid));
    assert_eq!(before.partition().await?, partition);
    assert_eq!(other.route("ada")?.pid(), before.pid());
    Ok(())
}

#[otp::test]
async fn psup_015_a_process_s_own_pid_is_a_key() -> otp::Result {
    let supervisor = numbered(4).start_link().await?;
    let me = process::self_pid();
    let first = supervisor.route(&me)?.partition().await?;
    for _ in 0..10 {
        assert_eq!(supervisor.route(&me)?.partition().await?, first);
    }
    Ok(())
}

#[otp::test]
async fn psup_018_a_route_through_nobody_fails() -> otp::Result {
    let nobody = PartitionSupervisorRef::<Numbered>::named("psup_018");
    let error = nobody.route("key").unwrap_err();
    assert_eq!(error, RouteError::NoProc { supervisor: "psup_018".into() });
    assert_eq!(error.to_string(), "noproc: there is no partition supervisor psup_018");
    assert!(nobody.partition(0).is_err() && nobody.all().is_err());

    // Neither does another process that has the name.
    let _other = Supervisor::builder().start_link().name("psup_018").await?;
    assert!(matches!(nobody.route("key"), Err(RouteError::NoProc { .. })));
    let pid = otp::name::whereis("psup_018").unwrap();
    assert!(PartitionSupervisorRef::<Numbered>::from_pid(pid).is_none());
    Ok(())
}

/// Under a supervisor its handles stay right when it is restarted itself.
#[otp::test]
async fn routes_outlive_a_restart_of_the_partition_supervisor() -> otp::Result {
    #[supervisor]
    struct App {
        #[child(args = numbered(3))]
        counters: PartitionSupervisor<Numbered>,
    }

    let app = App::start_link().await?;
    let counters: PartitionSupervisorRef<Numbered> = app.counters();
    let routed = counters.route("key")?;
    let partition = routed.partition().await?;
    counters.resize(1).await?;
    let before = counters.pid().unwrap();
    crash(&app, before).await;
    assert_ne!(counters.pid(), Some(before));
    assert_eq!(counters.partitions()?, 3, "it starts with all of them");
    assert_eq!(routed.partition().await?, partition);
    assert_eq!(counters.route("key")?.pid(), routed.pid());
    Ok(())
}
