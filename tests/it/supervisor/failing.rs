//! Restarts that fail.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildStatus, DeleteChildError, RestartChildError, StartChildError};
use tokio::time::Instant;

fn inits(noted: &[String], name: &str) -> usize {
    noted.iter().filter(|line| **line == format!("{name} init")).count()
}

#[otp::test(start_paused = true)]
async fn sup_048_a_restart_that_fails_is_tried_again_without_waiting() -> otp::Result {
    let journal = Journal::default();
    let job = Job::new("b", &journal).next([Begin::Run, Begin::Fail("once"), Begin::Panic("twice"), Begin::Run]);
    let supervisor = Supervisor::builder()
        .child(Job::new("a", &journal).spec())
        .child(job.spec())
        .child(Job::new("c", &journal).spec())
        .start_link()
        .await?;
    let [a, c] = pids(&supervisor, ["a", "c"]).await;
    journal.take();

    let before = Instant::now();
    crash(&supervisor, "b").await;
    while status(&supervisor, "b").await == ChildStatus::Restarting {}
    assert!(status(&supervisor, "b").await.pid().is_some());
    assert_eq!(before.elapsed(), std::time::Duration::ZERO);
    assert_eq!(journal.take(), ["b gone", "b init", "b init", "b init", "b runs"]);
    assert_eq!(pids(&supervisor, ["a", "c"]).await, [a, c]);
    assert_eq!(supervisor.child::<Worker>("b").add(1).await?, 1);
    Ok(())
}

/// SUP-048: each try counts, whatever the strategy.
#[otp::test]
async fn failing_restarts_exceed_the_intensity() -> otp::Result {
    for strategy in [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll] {
        let journal = Journal::default();
        let job = Job::new("b", &journal);
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .max_restarts(4)
            .child(Job::new("a", &journal).spec())
            .child(job.spec())
            .child(Job::new("c", &journal).spec())
            .start()
            .await?;
        job.always(Begin::Fail("again"));
        journal.take();
        let monitor = supervisor.monitor();
        crash(&supervisor, "b").await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{strategy:?}");

        let noted = journal.take();
        assert_eq!(inits(&noted, "b"), 4, "{strategy:?}");
        let (a, c) = (inits(&noted, "a"), inits(&noted, "c"));
        match strategy {
            Strategy::OneForOne | Strategy::RestForOne => assert_eq!((a, c), (0, 0), "{strategy:?}"),
            // The ones before it are started and stopped with each try.
            Strategy::OneForAll => assert_eq!((a, c), (4, 0)),
        }
        assert_eq!(noted.iter().filter(|line| *line == "a gone").count(), a + 1, "{strategy:?}");
    }
    Ok(())
}

/// SUP-048: the rest of the group comes up when it does.
#[otp::test]
async fn a_group_whose_restart_fails_comes_up_together_later() -> otp::Result {
    for strategy in [Strategy::RestForOne, Strategy::OneForAll] {
        let journal = Journal::default();
        let b = Job::new("b", &journal).next([Begin::Run, Begin::Fail("once"), Begin::Fail("twice")]);
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .children([Job::new("a", &journal).spec(), b.spec(), Job::new("c", &journal).spec()])
            .start_link()
            .await?;
        let a = pid(&supervisor, "a").await;
        crash(&supervisor, "b").await;
        while counts(&supervisor).await.1 < 3 {}
        assert_eq!(pid(&supervisor, "a").await == a, strategy == Strategy::RestForOne);
        assert_eq!(ids(&supervisor).await, ["c", "b", "a"]);
    }
    Ok(())
}

/// Restarts that fail for ever.
fn hopeless(journal: &Journal) -> (Job, SupervisorSpec) {
    let job = Job::new("2", journal).next([Begin::Run]);
    job.always(Begin::Fail("never again"));
    let spec = Supervisor::builder().max_restarts(u32::MAX).children([
        Job::new("1", journal).spec(),
        job.spec(),
        Job::new("3", journal).spec(),
    ]);
    (job, spec)
}

#[otp::test]
async fn sup_051_a_supervisor_can_be_stopped_between_failing_restarts() -> otp::Result {
    for strategy in [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll] {
        let journal = Journal::default();
        let supervisor = hopeless(&journal).1.strategy(strategy).start_link().await?;
        crash(&supervisor, "2").await;
        assert_eq!(status(&supervisor, "2").await, ChildStatus::Restarting);
        supervisor.stop().await?;

        // By its own supervisor.
        let spec = hopeless(&journal).1.strategy(strategy).child_spec("inner");
        let parent = Supervisor::builder().child(spec).start_link().await?;
        let inner = SupervisorRef::from_pid(pid(&parent, "inner").await).unwrap();
        crash(&inner, "2").await;
        let monitor = inner.monitor();
        parent.terminate_child("inner").await?;
        assert_eq!(down(monitor).await, ExitReason::Shutdown);

        // By the end of its parent.
        let supervisor = hopeless(&journal).1.strategy(strategy);
        let (parent, monitor) = process::spawn_monitor(async {
            let supervisor = supervisor.start_link().await.unwrap();
            crash(&supervisor, "2").await;
            process::exit_with(ExitReason::Shutdown)
        });
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{parent}");
    }
    Ok(())
}

#[otp::test]
async fn sup_054_those_behind_a_failing_restart_do_not_run() -> otp::Result {
    let journal = Journal::default();
    let (job, spec) = hopeless(&journal);
    let supervisor = spec.strategy(Strategy::RestForOne).start_link().await?;
    let first = pid(&supervisor, "1").await;
    crash(&supervisor, "2").await;

    for _ in 0..10 {
        assert_eq!(pid(&supervisor, "1").await, first);
        assert_eq!(status(&supervisor, "2").await, ChildStatus::Restarting);
        assert_eq!(status(&supervisor, "3").await, ChildStatus::Stopped);
        assert_eq!(counts(&supervisor).await, (3, 1, 0, 3));
    }
    // It is neither running nor stopped.
    assert_eq!(supervisor.restart_child("2").await.unwrap_err(), RestartChildError::Restarting);
    assert_eq!(supervisor.delete_child("2").await.unwrap_err(), DeleteChildError::Restarting);
    assert_eq!(supervisor.start_child(job.spec()).await.unwrap_err(), StartChildError::AlreadyPresent);

    supervisor.terminate_child("2").await?;
    assert_eq!(status(&supervisor, "2").await, ChildStatus::Stopped);
    journal.take();
    assert_eq!(counts(&supervisor).await, (3, 1, 0, 3));
    assert_eq!(journal.take(), Vec::<String>::new(), "it is not tried any more");

    job.always(Begin::Run);
    supervisor.restart_child("2").await?;
    supervisor.restart_child("3").await?;
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    Ok(())
}

#[otp::test]
async fn sup_055_a_restart_that_is_ignored_is_not_tried_again() -> otp::Result {
    for strategy in [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll] {
        let journal = Journal::default();
        let b = Job::new("b", &journal).next([Begin::Run, Begin::Ignore]);
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .children([Job::new("a", &journal).spec(), b.spec(), Job::new("c", &journal).spec()])
            .start_link()
            .await?;
        crash(&supervisor, "b").await;
        assert_eq!(status(&supervisor, "b").await, ChildStatus::Stopped, "{strategy:?}");
        assert_eq!(counts(&supervisor).await, (3, 2, 0, 3), "{strategy:?}");
        assert_eq!(inits(&journal.take(), "b"), 2, "{strategy:?}");
        assert!(supervisor.child::<Worker>("b").add(1).await.unwrap_err().is_noproc());
        supervisor.restart_child("b").await?;
        assert_eq!(supervisor.child::<Worker>("b").add(1).await?, 1);
    }
    Ok(())
}
