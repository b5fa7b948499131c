//! How many restarts are too many.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn sup_056_one_restart_too_many_ends_the_supervisor() -> otp::Result {
    for strategy in [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll] {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .max_restarts(2)
            .max_seconds(10)
            .child(Job::new("a", &journal).cleanup(Duration::ZERO).spec())
            .child(Job::new("b", &journal).spec())
            .child(Job::new("c", &journal).cleanup(Duration::ZERO).spec())
            .start()
            .await?;
        let monitor = supervisor.monitor();
        let children = ["a", "b", "c"];
        crash(&supervisor, "b").await;
        process::sleep(seconds(9)).await;
        crash(&supervisor, "b").await;
        assert_eq!(counts(&supervisor).await, (3, 3, 0, 3), "{strategy:?}");
        let before = pids(&supervisor, children).await;
        journal.take();

        crash(&supervisor, "b").await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{strategy:?}");
        assert_eq!(
            journal.take(),
            ["b gone", "c terminate shutdown", "c gone", "a terminate shutdown", "a gone"],
            "{strategy:?}: shut down in reverse, and b is not restarted"
        );
        assert!(before.into_iter().all(|pid| !process::alive(pid)), "{strategy:?}");
    }
    Ok(())
}

/// SUP-056: a group restart is one restart.
#[otp::test]
async fn a_group_restart_counts_once() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .strategy(Strategy::OneForAll)
        .max_restarts(3)
        .children(workers(&["a", "b", "c", "d", "e"], &journal))
        .start_link()
        .await?;
    for id in ["a", "c", "e"] {
        crash(&supervisor, id).await;
    }
    assert_eq!(counts(&supervisor).await, (5, 5, 0, 5));
    Ok(())
}

#[otp::test]
async fn sup_057_no_restarts_allowed_means_none() -> otp::Result {
    let journal = Journal::default();
    for reason in [ExitReason::Normal, ExitReason::other("bad")] {
        let supervisor = Supervisor::builder()
            .max_restarts(0)
            .child(Job::new("temporary", &journal).spec().restart(Restart::Temporary))
            .child(Job::new("transient", &journal).spec().restart(Restart::Transient))
            .child(Job::new("permanent", &journal).spec())
            .start()
            .await?;
        let monitor = supervisor.monitor();
        // These ends cause no restart.
        crash(&supervisor, "temporary").await;
        leave(&supervisor, "transient", ExitReason::Normal).await;
        assert_eq!(counts(&supervisor).await, (2, 1, 0, 2));
        journal.take();

        leave(&supervisor, "permanent", reason).await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown);
        assert!(!journal.take().iter().any(|line| line.ends_with("init")));
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_058_restarts_older_than_the_period_do_not_count() -> otp::Result {
    let journal = Journal::default();
    let supervisor =
        Supervisor::builder().max_restarts(1).max_seconds(1).child(Job::new("a", &journal).spec()).start().await?;
    let monitor = supervisor.monitor();
    for _ in 0..50 {
        let before = pid(&supervisor, "a").await;
        crash(&supervisor, "a").await;
        assert_ne!(pid(&supervisor, "a").await, before);
        process::sleep(Duration::from_millis(2_100)).await;
    }
    crash(&supervisor, "a").await;
    process::sleep(Duration::from_millis(900)).await;
    crash(&supervisor, "a").await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}

#[otp::test]
async fn sup_060_restarts_of_all_children_count_together() -> otp::Result {
    let journal = Journal::default();
    let supervisor =
        Supervisor::builder().max_restarts(3).children(workers(&["a", "b", "c", "d"], &journal)).start().await?;
    let monitor = supervisor.monitor();
    for id in ["a", "b", "c"] {
        crash(&supervisor, id).await;
    }
    assert_eq!(counts(&supervisor).await, (4, 4, 0, 4));
    crash(&supervisor, "d").await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}

/// A supervisor that gives up is restarted by its own, and there it counts as one restart.
#[otp::test]
async fn a_supervisor_that_gives_up_is_its_supervisors_business() -> otp::Result {
    let journal = Journal::default();
    let inner = Supervisor::builder().max_restarts(1).children(workers(&["a", "b"], &journal)).child_spec("inner");
    let outer = Supervisor::builder().max_restarts(2).child(inner).child(idle("other")).start().await?;
    let monitor = outer.monitor();
    let other = pid(&outer, "other").await;

    for round in 0..3 {
        let inner = SupervisorRef::from_pid(pid(&outer, "inner").await).unwrap();
        let gone = inner.monitor();
        crash(&inner, "a").await;
        assert_eq!(counts(&inner).await, (2, 2, 0, 2));
        crash(&inner, "a").await;
        assert_eq!(down(gone).await, ExitReason::Shutdown);
        if round < 2 {
            let again = SupervisorRef::from_pid(pid(&outer, "inner").await).unwrap();
            assert_eq!(counts(&again).await, (2, 2, 0, 2));
            assert_eq!(pid(&outer, "other").await, other);
        }
    }
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}
