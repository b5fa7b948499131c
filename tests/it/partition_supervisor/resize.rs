//! Changing the number of partitions.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::partition::{ResizeError, RouteError};

#[otp::test]
async fn psup_025_a_resize_answers_the_number_before() -> otp::Result {
    let supervisor = numbered(8).name("psup_025").start_link().await?;
    let before: Vec<Pid> = supervisor.all()?.iter().map(|handle| handle.pid().unwrap()).collect();
    assert_eq!(supervisor.resize(0).await?, 8);
    assert!(before.iter().all(|pid| !process::alive(*pid)));
    assert_eq!(supervisor.partitions()?, 0);
    assert_eq!(PartitionSupervisorRef::<Numbered>::named("psup_025").resize(8).await?, 0);
    assert_eq!(supervisor.partitions()?, 8);
    for (partition, handle) in supervisor.all()?.into_iter().enumerate() {
        assert_eq!(handle.partition().await?, partition);
    }

    // Keys lead only to those that are left.
    assert_eq!(supervisor.resize(3).await?, 8);
    for key in 0..50 {
        assert!(supervisor.route(&key)?.partition().await? < 3);
    }
    assert_eq!(supervisor.partition(5)?.partition().await?, 2);
    assert_eq!(supervisor.resize(3).await?, 3);
    assert_eq!(supervisor.count_children().await?.active, 3);
    Ok(())
}

#[otp::test]
async fn psup_026_without_partitions_no_key_leads_anywhere() -> otp::Result {
    let supervisor = numbered(2).name("psup_026").start_link().await?;
    supervisor.resize(0).await?;
    let error = supervisor.route("key").unwrap_err();
    assert!(matches!(error, RouteError::ZeroPartitions { .. }), "{error:?}");
    assert!(error.to_string().contains("has zero partitions"), "{error}");
    assert!(supervisor.partition(0).is_err());
    assert!(supervisor.all()?.is_empty());
    Ok(())
}

#[otp::test]
async fn psup_027_there_are_never_more_than_at_the_start() -> otp::Result {
    let supervisor = numbered(4).start_link().await?;
    supervisor.resize(2).await?;
    let error = supervisor.resize(5).await.unwrap_err();
    assert_eq!(error, ResizeError::OutOfRange { max: 4, asked: 5 });
    assert!(error.to_string().contains("from 0 to 4") && error.to_string().contains("not 5"), "{error}");
    assert_eq!((supervisor.partitions()?, supervisor.count_children().await?.active), (2, 2));
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn psup_029_resizes_are_done_one_after_another() -> otp::Result {
    let supervisor = numbered(6).start_link().await?;
    let me = process::self_pid();
    for _ in 0..50 {
        for n in 0..4 {
            let supervisor = supervisor.clone();
            process::spawn(async move {
                let before = supervisor.resize(n + 1).await.unwrap();
                process::send(me, (before, n + 1)).unwrap();
            });
        }
        // Each was preceded by the one whose number it saw: a chain from the number at first to that at last.
        let mut done = Vec::new();
        for _ in 0..4 {
            done.push(process::receive::<(usize, usize)>().await);
        }
        let last = supervisor.partitions()?;
        assert!((1..=4).contains(&last));
        let mut after: Vec<usize> = done.iter().map(|(_, after)| *after).collect();
        let mut before: Vec<usize> = done.iter().map(|(before, _)| *before).collect();
        after.retain(|n| *n != last);
        before.sort();
        // All but the last one were somebody's number before; the rest is what there was at first.
        for n in after {
            let place = before.iter().position(|before| *before == n).unwrap_or_else(|| panic!("{done:?}"));
            before.remove(place);
        }
        assert_eq!(before.len(), 1, "{done:?}");
        assert_eq!(supervisor.count_children().await?.active, last);
        assert_eq!(supervisor.resize(6).await?, last);
    }
    Ok(())
}

#[otp::test]
async fn psup_030_nobody_cannot_be_resized() {
    let nobody = PartitionSupervisorRef::<Numbered>::named("psup_030");
    let error = nobody.resize(1).await.unwrap_err();
    assert_eq!(error, ResizeError::NoProc { supervisor: "psup_030".into() });
}

/// PSUP-025: a partition that cannot be started again leaves those before it.
#[otp::test]
async fn a_partition_that_does_not_come_back_is_told() -> otp::Result {
    let broken = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let breaks = broken.clone();
    let spec = PartitionSupervisor::of::<Agent<usize>>(move |partition| {
        let fails = partition == 2 && breaks.load(std::sync::atomic::Ordering::Relaxed);
        otp::agent::Initial::new(move || {
            assert!(!fails, "it is broken");
            partition
        })
    });
    let supervisor = spec.partitions(4).start_link().await?;
    supervisor.resize(1).await?;
    broken.store(true, std::sync::atomic::Ordering::Relaxed);
    let error = supervisor.resize(4).await.unwrap_err();
    assert!(matches!(error, ResizeError::NotStarted { partition: 2, .. }), "{error:?}");
    assert_eq!((supervisor.partitions()?, supervisor.count_children().await?.active), (2, 2));
    broken.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(supervisor.resize(4).await?, 2);
    assert_eq!(supervisor.count_children().await?.active, 4);
    Ok(())
}
