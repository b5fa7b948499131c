//! Who is restarted with whom.

use super::fixtures::*;
use otp::prelude::*;
use otp::supervisor::ChildStatus;
use std::time::Duration;
use tokio::time::Instant;

async fn three(strategy: Strategy, journal: &Journal) -> SupervisorRef {
    let supervisor =
        Supervisor::builder().strategy(strategy).children(workers(&["a", "b", "c"], journal)).start_link().await;
    journal.take();
    supervisor.unwrap()
}

#[otp::test]
async fn sup_040_one_for_one_restarts_that_one() -> otp::Result {
    let journal = Journal::default();
    let supervisor = three(Strategy::OneForOne, &journal).await;
    let [a, b, c] = pids(&supervisor, ["a", "b", "c"]).await;
    crash(&supervisor, "b").await;
    let after = pids(&supervisor, ["a", "b", "c"]).await;
    assert_eq!([after[0], after[2]], [a, c]);
    assert_ne!(after[1], b);
    assert_eq!(journal.take(), ["b gone", "b init", "b runs"]);
    Ok(())
}

#[otp::test]
async fn sup_041_one_for_all_stops_all_in_reverse_and_starts_all_in_order() -> otp::Result {
    let journal = Journal::default();
    let supervisor = three(Strategy::OneForAll, &journal).await;
    let before = pids(&supervisor, ["a", "b", "c"]).await;
    crash(&supervisor, "b").await;
    let after = pids(&supervisor, ["a", "b", "c"]).await;
    assert!(after.iter().all(|pid| !before.contains(pid)));
    assert_eq!(
        journal.take(),
        ["b gone", "c gone", "a gone", "a init", "a runs", "b init", "b runs", "c init", "c runs"]
    );
    assert_eq!(ids(&supervisor).await, ["c", "b", "a"]);
    Ok(())
}

#[otp::test]
async fn rest_for_one_restarts_that_one_and_those_behind_it() -> otp::Result {
    let journal = Journal::default();
    let supervisor = three(Strategy::RestForOne, &journal).await;
    let [a, b, c] = pids(&supervisor, ["a", "b", "c"]).await;
    crash(&supervisor, "b").await;
    let after = pids(&supervisor, ["a", "b", "c"]).await;
    assert_eq!(after[0], a);
    assert!(after[1] != b && after[2] != c);
    assert_eq!(journal.take(), ["b gone", "c gone", "b init", "b runs", "c init", "c runs"]);

    crash(&supervisor, "c").await;
    assert_eq!(journal.take(), ["c gone", "c init", "c runs"]);
    assert_eq!(pids(&supervisor, ["a", "b"]).await, [a, after[1]]);
    Ok(())
}

#[otp::test]
async fn sup_043_an_end_without_a_restart_touches_nobody_else() -> otp::Result {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .child(Job::new("transient", &journal).spec().restart(Restart::Transient))
            .child(Job::new("temporary", &journal).spec().restart(Restart::Temporary))
            .child(Job::new("permanent", &journal).spec())
            .start_link()
            .await?;
        let permanent = pid(&supervisor, "permanent").await;
        let temporary = pid(&supervisor, "temporary").await;

        leave(&supervisor, "transient", ExitReason::Normal).await;
        assert_eq!(status(&supervisor, "transient").await, ChildStatus::Stopped, "{strategy:?}");
        assert_eq!(pid(&supervisor, "temporary").await, temporary, "{strategy:?}");
        crash(&supervisor, "temporary").await;
        assert_eq!(counts(&supervisor).await, (2, 1, 0, 2), "{strategy:?}");
        assert_eq!(pid(&supervisor, "permanent").await, permanent, "{strategy:?}");
    }
    Ok(())
}

/// SUP-043: that it did not run does not keep a child from being started with the group.
#[otp::test]
async fn a_group_restart_starts_also_those_that_did_not_run() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .strategy(Strategy::OneForAll)
        .child(Job::new("a", &journal).spec())
        .child(Job::new("ended", &journal).spec().restart(Restart::Transient))
        .child(Job::new("terminated", &journal).spec())
        .start_link()
        .await?;
    leave(&supervisor, "ended", ExitReason::Normal).await;
    supervisor.terminate_child("terminated").await?;
    assert_eq!(counts(&supervisor).await, (3, 1, 0, 3));
    crash(&supervisor, "a").await;
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    Ok(())
}

#[otp::test]
async fn sup_045_a_child_that_was_added_is_the_last() -> otp::Result {
    let journal = Journal::default();
    let supervisor = three(Strategy::RestForOne, &journal).await;
    supervisor.start_child(Job::new("late", &journal).spec()).await?;
    let before = pids(&supervisor, ["a", "b", "c", "late"]).await;
    journal.take();

    crash(&supervisor, "late").await;
    assert_eq!(journal.take(), ["late gone", "late init", "late runs"]);
    assert_eq!(pids(&supervisor, ["a", "b", "c"]).await, before[..3]);

    crash(&supervisor, "c").await;
    assert_eq!(journal.take(), ["c gone", "late gone", "c init", "c runs", "late init", "late runs"]);
    assert_eq!(pids(&supervisor, ["a", "b"]).await, before[..2]);

    // A child that is restarted by hand keeps its place.
    supervisor.terminate_child("b").await?;
    supervisor.restart_child("b").await?;
    journal.take();
    supervisor.stop().await?;
    assert_eq!(journal.take(), ["late gone", "c gone", "b gone", "a gone"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_046_siblings_have_their_own_time_to_shut_down() -> otp::Result {
    let journal = Journal::default();
    let in_time = Job::new("in time", &journal).cleanup(Duration::from_millis(500));
    let too_slow = Job::new("too slow", &journal).cleanup(seconds(60));
    let patient = Job::new("patient", &journal).cleanup(seconds(30));
    let brutal = Job::new("brutal", &journal).cleanup(seconds(60));
    let supervisor = Supervisor::builder()
        .strategy(Strategy::OneForAll)
        .child(Job::new("a", &journal).spec())
        .child(in_time.spec().shutdown(seconds(1)))
        .child(too_slow.spec().shutdown(seconds(2)))
        .child(patient.spec().shutdown(Shutdown::Infinity))
        .child(brutal.spec().shutdown(Shutdown::BrutalKill))
        .start_link()
        .await?;
    journal.take();

    let before = Instant::now();
    crash(&supervisor, "a").await;
    assert_eq!(counts(&supervisor).await, (5, 5, 0, 5));
    let took = before.elapsed();
    assert!(took >= Duration::from_millis(32_500) && took < Duration::from_millis(32_600), "{took:?}");
    assert_eq!(
        journal.take()[..10],
        [
            "a gone",
            "brutal gone",
            "patient terminate shutdown",
            "patient clean",
            "patient gone",
            "too slow terminate shutdown",
            "too slow gone",
            "in time terminate shutdown",
            "in time clean",
            "in time gone",
        ]
    );
    Ok(())
}

/// Two that end at the same time are one group: the second end is no reason of its own.
#[otp::test]
async fn a_sibling_that_has_ended_meanwhile_is_not_restarted_twice() -> otp::Result {
    let journal = Journal::default();
    let supervisor = three(Strategy::OneForAll, &journal).await;
    let [a, b] = pids(&supervisor, ["a", "b"]).await;
    let (first, second) = (otp::process::monitor(a), otp::process::monitor(b));
    otp::process::exit(a, ExitReason::Kill);
    otp::process::exit(b, ExitReason::Kill);
    down(first).await;
    down(second).await;
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    let noted = journal.take();
    assert_eq!(noted.iter().filter(|line| line.ends_with("init")).count(), 3, "{noted:?}");
    Ok(())
}
