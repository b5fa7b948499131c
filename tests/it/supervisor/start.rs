//! Starting children, with the supervisor and later.

use super::fixtures::*;
use futures_util::join;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildNotFound, ChildStatus, FailedToStartChild, StartChildError};
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn sup_021_children_start_one_after_another_in_order() -> otp::Result {
    let journal = Journal::default();
    let slow = |name| Job::new(name, &journal).next([Begin::Wait(seconds(1))]).spec();
    let before = tokio::time::Instant::now();
    let supervisor = Supervisor::builder().children([slow("a"), slow("b"), slow("c")]).start_link().await?;

    assert_eq!(journal.take(), ["a init", "a runs", "b init", "b runs", "c init", "c runs"]);
    assert!(before.elapsed() >= seconds(3));
    assert!(supervisor.pid().is_some_and(process::alive));
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    Ok(())
}

/// SUP-021: what stands in the way of the last.
#[otp::test]
async fn a_child_that_cannot_start_ends_the_supervisor_and_those_before_it() {
    for (begin, says) in [(Begin::Fail("no luck"), "\"no luck\""), (Begin::Panic("oh dear"), "oh dear")] {
        let journal = Journal::default();
        let children = [
            Job::new("a", &journal).cleanup(Duration::ZERO),
            Job::new("b", &journal).cleanup(Duration::ZERO),
            Job::new("c", &journal).next([begin]),
            Job::new("d", &journal),
        ];
        process::trap_exit(true);
        let spec = Supervisor::builder().children(children.map(|job| job.spec()));
        let error = spec.start_link().name("sup_021_fails").await.unwrap_err();

        let StartError::Failed(reason) = error else { panic!("{error}") };
        assert!(matches!(reason, ExitReason::ShutdownWith(_)), "{reason}");
        let failed = reason.downcast_ref::<FailedToStartChild>().expect("it says which child");
        assert_eq!(failed.id, "c");
        assert!(matches!(failed.error, StartError::Failed(_)));
        assert!(failed.to_string().contains(says), "{failed}");
        assert_eq!(
            journal.take(),
            [
                "a init",
                "a runs",
                "b init",
                "b runs",
                "c init",
                "b terminate shutdown",
                "b gone",
                "a terminate shutdown",
                "a gone"
            ]
        );
        assert_eq!(process::whereis("sup_021_fails"), None);
        // The supervisor was linked to this process.
        assert_eq!(process::receive::<Exit>().await.reason, reason);
    }
}

#[otp::test]
async fn sup_023_a_child_that_ignores_its_start_is_kept_without_a_process() -> otp::Result {
    let journal = Journal::default();
    let first = Job::new("first", &journal).next([Begin::Ignore]);
    let supervisor = Supervisor::builder()
        .child(first.spec())
        .child(Job::new("second", &journal).next([Begin::Ignore]).spec().restart(Restart::Transient))
        .children(workers(&["third"], &journal))
        .start_link()
        .await?;

    assert_eq!(ids(&supervisor).await, ["third", "second", "first"]);
    assert_eq!(status(&supervisor, "first").await, ChildStatus::Stopped);
    assert_eq!(status(&supervisor, "second").await, ChildStatus::Stopped);
    assert_eq!(counts(&supervisor).await, (3, 1, 0, 3));
    assert!(supervisor.child::<Worker>("first").add(1).await.unwrap_err().is_noproc());

    let started = supervisor.restart_child("first").await?;
    assert_eq!(started.pid, Some(pid(&supervisor, "first").await));
    assert_eq!(supervisor.child::<Worker>("first").add(1).await?, 1);
    assert_eq!(counts(&supervisor).await, (3, 2, 0, 3));
    Ok(())
}

#[otp::test]
async fn sup_024_a_temporary_child_that_ignores_its_start_is_not_kept() -> otp::Result {
    let journal = Journal::default();
    let spec = |name| Job::new(name, &journal).next([Begin::Ignore]).spec().restart(Restart::Temporary);
    let supervisor = Supervisor::builder().child(spec("a")).child(idle("b")).start_link().await?;
    assert_eq!(ids(&supervisor).await, ["b"]);

    assert_eq!(supervisor.start_child(spec("c")).await?.pid, None);
    assert_eq!(ids(&supervisor).await, ["b"]);
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert_eq!(journal.take(), ["a init", "c init"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_025_a_child_can_be_added_behind_all_others() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().children(workers(&["a", "b"], &journal)).start_link().await?;
    journal.take();

    let late = Job::new("late", &journal).next([Begin::Wait(seconds(1))]).cleanup(Duration::ZERO);
    let started = supervisor.start_child(late.spec()).await?;
    assert_eq!(journal.take(), ["late init", "late runs"]);
    let late = started.pid.unwrap();
    assert_eq!(pid(&supervisor, "late").await, late);
    assert_eq!(ids(&supervisor).await, ["late", "b", "a"]);

    let info = process::info(late).unwrap();
    assert_eq!(info.links, [supervisor.pid().unwrap()]);
    assert_eq!(info.ancestors, [supervisor.pid().unwrap(), process::self_pid()]);

    // The last to be started is the first to be stopped.
    supervisor.stop().await?;
    assert_eq!(journal.take(), ["late terminate shutdown", "late gone", "b gone", "a gone"]);
    Ok(())
}

#[otp::test]
async fn sup_026_an_id_that_is_there_is_not_started_again() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().children(workers(&["a"], &journal)).start_link().await?;
    let a = pid(&supervisor, "a").await;
    journal.take();
    let again = || Job::new("a", &journal).spec().restart(Restart::Temporary);

    let error = supervisor.start_child(again()).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyStarted(a));
    assert!(error.to_string().contains("already_started"), "{error}");
    assert_eq!(pid(&supervisor, "a").await, a);

    supervisor.terminate_child("a").await?;
    let error = supervisor.start_child(again()).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyPresent);
    assert!(error.to_string().contains("already_present"), "{error}");
    assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
    assert_eq!(supervisor.get_child_spec("a").await?.get_restart(), Restart::Permanent);
    assert_eq!(journal.take(), ["a gone"], "nothing was started");
    Ok(())
}

#[otp::test]
async fn sup_027_a_child_that_fails_to_start_is_not_kept() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().children(workers(&["a"], &journal)).start_link().await?;
    let a = pid(&supervisor, "a").await;
    let failure = |result: Result<_, StartChildError>| match result.unwrap_err() {
        StartChildError::Failed(error) => error,
        other => panic!("{other}"),
    };

    let fails = Job::new("b", &journal).next([Begin::Fail("no luck")]).spec();
    let error = failure(supervisor.start_child(fails).await);
    assert_eq!(error, StartError::Failed(ExitReason::other("no luck")));

    let panics = Job::new("b", &journal).next([Begin::Panic("oh dear")]).spec();
    let StartError::Failed(ExitReason::Panic(report)) = failure(supervisor.start_child(panics).await) else { panic!() };
    assert_eq!(report.message, "oh dear");

    // Also the start function itself may panic, before and in its future, or answer an error.
    let early = ChildSpec::new("b", |_| -> std::future::Ready<_> { panic!("early") });
    let late = ChildSpec::new("b", |_| async { panic!("late") });
    let error = ChildSpec::new("b", |_| async { Err(StartError::Failed(ExitReason::Shutdown)) });
    for (spec, says) in [(early, "early"), (late, "late"), (error, "shutdown")] {
        let error = failure(supervisor.start_child(spec).await);
        assert!(error.to_string().contains(says), "{error}");
    }

    assert_eq!(supervisor.get_child("b").await, Err(ChildNotFound::NotFound));
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert_eq!(pid(&supervisor, "a").await, a);
    // The id is free.
    supervisor.start_child(idle("b")).await?;
    Ok(())
}

#[gen_server(name = "sup_028_taken")]
struct Named;

#[gen_server]
impl Named {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[otp::test]
async fn sup_028_a_name_that_is_held_outside_is_told_with_its_owner() -> otp::Result {
    let owner = Named::start(()).await?;
    let supervisor = Supervisor::builder().start_link().await?;

    let error = supervisor.start_child(Named::child_spec(|| ())).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyStarted(owner.pid().unwrap()));
    assert_eq!(supervisor.get_child("Named").await, Err(ChildNotFound::NotFound));
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    assert!(owner.is_alive());

    owner.stop().await?;
    let started = supervisor.start_child(Named::child_spec(|| ())).await?;
    assert_eq!(process::whereis("sup_028_taken"), started.pid);
    Ok(())
}

#[otp::test]
async fn sup_029_a_start_that_is_ignored_is_no_error() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    for (id, restart) in [("permanent", Restart::Permanent), ("transient", Restart::Transient)] {
        let spec = Job::new(id, &journal).next([Begin::Ignore]).spec().restart(restart);
        let started = supervisor.start_child(spec).await?;
        assert!(started.pid.is_none() && started.info.is_none());
        assert_eq!(status(&supervisor, id).await, ChildStatus::Stopped);
    }
    assert_eq!(counts(&supervisor).await, (2, 0, 0, 2));
    assert!(supervisor.restart_child("transient").await?.pid.is_some());
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_030_requests_wait_for_a_start_and_are_answered_in_order() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    let slow = Job::new("slow", &journal).next([Begin::Wait(seconds(60))]);
    let at = |what: &str| {
        journal.note(what);
        tokio::time::Instant::now()
    };

    let before = tokio::time::Instant::now();
    let (first, counted, second, terminated, last) = join!(
        async {
            supervisor.start_child(slow.spec()).await.unwrap();
            at("started")
        },
        async {
            assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
            at("counted")
        },
        async {
            supervisor.start_child(idle("second")).await.unwrap();
            at("second")
        },
        async {
            supervisor.terminate_child("slow").await.unwrap();
            at("terminated")
        },
        async {
            assert_eq!(counts(&supervisor).await, (2, 1, 0, 2));
            at("last")
        },
    );

    for answered in [first, counted, second, terminated, last] {
        assert!(answered - before >= seconds(60));
    }
    let noted = journal.take();
    assert_eq!(noted[..2], ["slow init", "slow runs"]);
    // Each was answered in its turn: what the answers say shows the order in which they were handled.
    assert_eq!(noted.len(), 8, "{noted:?}");
    Ok(())
}
