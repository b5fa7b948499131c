//! Asking a supervisor, and changing what it supervises.

use super::fixtures::*;
use otp::child::{ChildKind, Started};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{
    ChildNotFound, ChildStatus, DeleteChildError, RestartChildError, StartChildError, TerminateChildError,
};
use std::time::Duration;
use tokio::time::Instant;

#[otp::test]
async fn sup_078_the_life_of_a_child_in_counts() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    assert_eq!(supervisor.which_children().await?, []);
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));

    supervisor.start_child(Job::new("a", &journal).spec()).await?;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    supervisor.terminate_child("a").await?;
    assert_eq!(counts(&supervisor).await, (1, 0, 0, 1));
    supervisor.restart_child("a").await?;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    supervisor.terminate_child("a").await?;
    supervisor.delete_child("a").await?;
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    assert_eq!(supervisor.which_children().await?, []);
    Ok(())
}

#[otp::test]
async fn sup_079_children_are_listed_with_the_latest_first() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .child(Job::new("a", &journal).spec())
        .child(Supervisor::builder().child_spec("s"))
        .child(Job::new("ignores", &journal).next([Begin::Ignore]).spec())
        .start_link()
        .await?;
    supervisor.start_child(idle("late")).await?;

    let children = supervisor.which_children().await?;
    let seen: Vec<_> =
        children.iter().map(|child| (child.id.as_str(), child.status.pid().is_some(), child.kind)).collect();
    assert_eq!(
        seen,
        [
            ("late", true, ChildKind::Worker),
            ("ignores", false, ChildKind::Worker),
            ("s", true, ChildKind::Supervisor),
            ("a", true, ChildKind::Worker),
        ]
    );
    assert_eq!(children[3].type_name, std::any::type_name::<Worker>());
    assert!(process::alive(children[3].status.pid().unwrap()));

    // A restart, by itself or by hand, changes no place.
    crash(&supervisor, "a").await;
    supervisor.terminate_child("s").await?;
    supervisor.restart_child("s").await?;
    assert_eq!(ids(&supervisor).await, ["late", "ignores", "s", "a"]);

    // Restarting: see the tests of failing restarts.
    let fails = Job::new("fails", &journal).next([Begin::Run]);
    fails.always(Begin::Fail("always"));
    let supervisor = Supervisor::builder().max_restarts(u32::MAX).child(fails.spec()).start_link().await?;
    crash(&supervisor, "fails").await;
    assert_eq!(supervisor.which_children().await?[0].status, ChildStatus::Restarting);
    assert_eq!(counts(&supervisor).await, (1, 0, 0, 1));
    Ok(())
}

#[otp::test]
async fn sup_080_one_child_can_be_asked_for() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().children(workers(&["a", "b"], &journal)).start_link().await?;
    for child in supervisor.which_children().await? {
        assert_eq!(supervisor.get_child(child.id.clone()).await?, child);
    }
    let error = supervisor.get_child("c").await.unwrap_err();
    assert_eq!(error, ChildNotFound::NotFound);
    assert!(error.to_string().starts_with("not_found"), "{error}");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_081_a_terminated_child_is_kept_without_a_process() -> otp::Result {
    for restart in [Restart::Permanent, Restart::Transient] {
        let journal = Journal::default();
        let a = Job::new("a", &journal).cleanup(seconds(10)).spec().restart(restart).shutdown(seconds(3));
        let supervisor = Supervisor::builder().max_restarts(0).child(a).child(idle("b")).start_link().await?;
        let (old, b) = (pid(&supervisor, "a").await, pid(&supervisor, "b").await);
        journal.take();

        let before = Instant::now();
        supervisor.terminate_child("a").await?;
        assert!(!process::alive(old));
        assert!(before.elapsed() >= seconds(3) && before.elapsed() < seconds(4), "by its shutdown value");
        assert_eq!(journal.take(), ["a terminate shutdown", "a gone"]);
        assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
        assert_eq!(counts(&supervisor).await, (2, 1, 0, 2));
        process::sleep(seconds(10)).await;
        assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped, "it is not restarted");
        assert_eq!(pid(&supervisor, "b").await, b);
    }
    Ok(())
}

#[otp::test]
async fn sup_082_terminating_what_does_not_run_is_fine() -> otp::Result {
    let journal = Journal::default();
    let ignores = Job::new("ignores", &journal).next([Begin::Ignore]).spec();
    let supervisor = Supervisor::builder().child(idle("a")).child(ignores).start_link().await?;
    supervisor.terminate_child("a").await?;
    supervisor.terminate_child("a").await?;
    supervisor.terminate_child("ignores").await?;
    assert_eq!(counts(&supervisor).await, (2, 0, 0, 2));
    let error = supervisor.terminate_child("nobody").await.unwrap_err();
    assert_eq!(error, TerminateChildError::NotFound);
    assert!(error.to_string().starts_with("not_found"), "{error}");
    Ok(())
}

#[otp::test]
async fn sup_083_a_temporary_child_that_is_terminated_is_forgotten() -> otp::Result {
    let supervisor = Supervisor::builder().child(idle("a").restart(Restart::Temporary)).start_link().await?;
    let a = pid(&supervisor, "a").await;
    supervisor.terminate_child("a").await?;
    assert!(!process::alive(a));
    assert_eq!(supervisor.restart_child("a").await.unwrap_err(), RestartChildError::NotFound);
    assert_eq!(supervisor.delete_child("a").await.unwrap_err(), DeleteChildError::NotFound);
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

#[otp::test]
async fn sup_084_only_a_stopped_child_can_be_deleted() -> otp::Result {
    let supervisor = Supervisor::builder().child(idle("a")).child(idle("b")).start_link().await?;
    let a = pid(&supervisor, "a").await;
    let error = supervisor.delete_child("a").await.unwrap_err();
    assert_eq!(error, DeleteChildError::Running);
    assert!(error.to_string().starts_with("running"), "{error}");
    assert_eq!(pid(&supervisor, "a").await, a);

    supervisor.terminate_child("a").await?;
    supervisor.delete_child("a").await?;
    assert_eq!(ids(&supervisor).await, ["b"]);
    let error = supervisor.delete_child("a").await.unwrap_err();
    assert_eq!(error, DeleteChildError::NotFound);
    assert!(error.to_string().starts_with("not_found"), "{error}");
    // The id is free, for another specification.
    supervisor.start_child(idle("a").restart(Restart::Transient)).await?;
    assert_eq!(ids(&supervisor).await, ["a", "b"]);
    assert_eq!(supervisor.get_child_spec("a").await?.get_restart(), Restart::Transient);
    Ok(())
}

#[otp::test]
async fn sup_085_a_stopped_child_can_be_restarted() -> otp::Result {
    let journal = Journal::default();
    let supervisor =
        Supervisor::builder().max_restarts(1).children(workers(&["a", "b"], &journal)).start_link().await?;
    let error = supervisor.restart_child("a").await.unwrap_err();
    assert_eq!(error, RestartChildError::Running);
    assert!(error.to_string().starts_with("running"), "{error}");
    let error = supervisor.restart_child("nobody").await.unwrap_err();
    assert_eq!(error, RestartChildError::NotFound);
    assert!(error.to_string().starts_with("not_found"), "{error}");

    // By hand as often as one likes: it does not count.
    for _ in 0..20 {
        let before = pid(&supervisor, "a").await;
        supervisor.terminate_child("a").await?;
        journal.take();
        let started = supervisor.restart_child("a").await?;
        assert_eq!(journal.take(), ["a init", "a runs"]);
        assert_eq!(started.pid, Some(pid(&supervisor, "a").await));
        assert_ne!(started.pid, Some(before));
    }
    // And a restart by itself is still allowed.
    crash(&supervisor, "a").await;
    assert_eq!(counts(&supervisor).await, (2, 2, 0, 2));
    Ok(())
}

#[otp::test]
async fn sup_086_a_child_whose_restart_by_hand_fails_stays_stopped() -> otp::Result {
    let journal = Journal::default();
    let begins = [Begin::Run, Begin::Fail("no luck"), Begin::Panic("oh dear")];
    let supervisor =
        Supervisor::builder().max_restarts(0).child(Job::new("a", &journal).next(begins).spec()).start_link().await?;
    supervisor.terminate_child("a").await?;

    let error = supervisor.restart_child("a").await.unwrap_err();
    assert_eq!(error, RestartChildError::Failed(StartError::Failed(ExitReason::other("no luck"))));
    assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
    let RestartChildError::Failed(StartError::Failed(ExitReason::Panic(report))) =
        supervisor.restart_child("a").await.unwrap_err()
    else {
        panic!("it panicked")
    };
    assert_eq!(report.message, "oh dear");
    assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
    assert_eq!(counts(&supervisor).await, (1, 0, 0, 1));
    supervisor.restart_child("a").await?;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    Ok(())
}

#[otp::test]
async fn sup_087_a_restart_by_hand_may_be_ignored() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .child(Job::new("a", &journal).next([Begin::Run, Begin::Ignore]).spec())
        .start_link()
        .await?;
    supervisor.terminate_child("a").await?;
    let started = supervisor.restart_child("a").await?;
    assert!(started.pid.is_none() && started.info.is_none());
    assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
    Ok(())
}

/// That every operation answers `noproc`.
async fn nobody(supervisor: &SupervisorRef) {
    let start = supervisor.start_child(idle("a")).await.unwrap_err();
    let StartChildError::Call(start) = start else { panic!("{start}") };
    let restart = supervisor.restart_child("a").await.unwrap_err();
    let RestartChildError::Call(restart) = restart else { panic!("{restart}") };
    let terminate = supervisor.terminate_child("a").await.unwrap_err();
    let TerminateChildError::Call(terminate) = terminate else { panic!("{terminate}") };
    let delete = supervisor.delete_child("a").await.unwrap_err();
    let DeleteChildError::Call(delete) = delete else { panic!("{delete}") };
    let get = supervisor.get_child("a").await.unwrap_err();
    let ChildNotFound::Call(get) = get else { panic!("{get}") };
    let spec = supervisor.get_child_spec("a").await.unwrap_err();
    let ChildNotFound::Call(spec) = spec else { panic!("{spec}") };
    let which = supervisor.which_children().await.unwrap_err();
    let count = supervisor.count_children().await.unwrap_err();

    let errors = [
        (start, "start_child"),
        (restart, "restart_child"),
        (terminate, "terminate_child"),
        (delete, "delete_child"),
        (get, "get_child"),
        (spec, "get_child_spec"),
        (which, "which_children"),
        (count, "count_children"),
    ];
    for (error, request) in errors {
        assert!(error.is_noproc(), "{error}");
        assert_eq!(error.request(), request);
        assert_eq!(error.timeout(), None);
    }
}

#[otp::test(start_paused = true)]
async fn sup_088_nobody_answers_noproc_and_somebody_busy_is_waited_for() -> otp::Result {
    nobody(&SupervisorRef::named("sup_088_nobody")).await;
    let stopped = Supervisor::builder().start_link().await?;
    stopped.stop().await?;
    nobody(&stopped).await;

    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    let day = seconds(86_400);
    let slow = Job::new("slow", &journal).next([Begin::Wait(day)]);
    let before = Instant::now();
    let (started, children) = futures_util::join!(supervisor.start_child(slow.spec()), supervisor.which_children());
    assert!(started.is_ok());
    assert_eq!(children?.len(), 1);
    assert!(before.elapsed() >= day);
    Ok(())
}

#[otp::test]
async fn sup_089_supervisors_are_counted_as_such_alive_or_not() -> otp::Result {
    let supervisor = Supervisor::builder()
        .child(Supervisor::builder().child_spec("alive"))
        .child(Supervisor::builder().child_spec("terminated"))
        .child(idle("called one").kind(ChildKind::Supervisor))
        .child(idle("worker"))
        .start_link()
        .await?;
    assert_eq!(counts(&supervisor).await, (4, 4, 3, 1));
    supervisor.terminate_child("terminated").await?;
    assert_eq!(counts(&supervisor).await, (4, 3, 3, 1));
    Ok(())
}

/// Information that a start gives along reaches whoever asked, of any type, and nobody else.
#[otp::test]
async fn information_is_of_any_type() -> otp::Result {
    struct Port(u16);
    let spec = ChildSpec::new("listener", |_slot| async {
        Ok(Started::new(process::spawn_link(process::sleep_forever())).with_info(Port(80)))
    });
    let supervisor = Supervisor::builder().start_link().await?;
    let started = supervisor.start_child(spec).await?;
    let Port(port) = *started.info.unwrap().downcast::<Port>().expect("it is a port");
    assert_eq!(port, 80);
    Ok(())
}

/// A supervisor that ends answers those that wait for it.
#[otp::test(start_paused = true)]
async fn who_waits_for_a_supervisor_that_ends_is_told() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start().await?;
    let slow = Job::new("slow", &journal).next([Begin::Wait(seconds(10))]);
    let target = supervisor.pid().unwrap();
    let kill = async {
        process::sleep(seconds(1)).await;
        process::exit(target, ExitReason::Kill);
    };
    let (started, counted, ()) =
        futures_util::join!(supervisor.start_child(slow.spec()), supervisor.count_children(), kill);
    let StartChildError::Call(error) = started.unwrap_err() else { panic!("the call failed") };
    assert_eq!(error.exit_reason(), Some(&ExitReason::Killed));
    assert_eq!(counted.unwrap_err().exit_reason(), Some(&ExitReason::Killed));
    // What it was starting is linked to it.
    process::sleep(Duration::from_millis(1)).await;
    assert_eq!(journal.take(), ["slow init"]);
    Ok(())
}
