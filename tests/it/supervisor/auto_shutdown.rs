//! Supervisors that end because significant children have ended.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{SpecError, StartChildError};
use std::time::Duration;

const MODES: [AutoShutdown; 3] = [AutoShutdown::Never, AutoShutdown::AnySignificant, AutoShutdown::AllSignificant];

fn significant(name: &'static str, restart: Restart, journal: &Journal) -> ChildSpec {
    Job::new(name, journal).spec().restart(restart).significant(true)
}

fn reasons() -> [ExitReason; 4] {
    [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("x"), ExitReason::other("bad")]
}

#[otp::test]
async fn sup_093_without_automatic_shutdown_no_child_is_significant() -> otp::Result {
    let journal = Journal::default();
    let spec = || significant("a", Restart::Transient, &journal);
    let wrong = SpecError::SignificantWithoutAutoShutdown { id: "a".to_owned() };
    let says = wrong.to_string();
    assert!(
        says.contains("significant") && says.contains("auto_shutdown is never") && says.contains("\"a\""),
        "{says}"
    );

    let listed = Supervisor::builder().child(spec());
    assert_eq!(listed.check(), Err(wrong.clone()));
    let error = listed.start_link().await.unwrap_err();
    assert_eq!(error, StartError::BadOption { option: "significant", problem: says });

    let supervisor = Supervisor::builder().start_link().await?;
    assert_eq!(supervisor.start_child(spec()).await.unwrap_err(), StartChildError::BadSpec(wrong));
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    assert_eq!(journal.take(), Vec::<String>::new());
    Ok(())
}

/// SUP-094: where it is not known when the program is compiled.
#[otp::test]
async fn sup_094_a_permanent_child_cannot_be_significant() -> otp::Result {
    let journal = Journal::default();
    let wrong = SpecError::PermanentSignificant { id: "a".to_owned() };
    let says = wrong.to_string();
    assert!(says.contains("significant") && says.contains("permanent"), "{says}");
    for mode in MODES {
        let spec = || significant("a", Restart::Permanent, &journal);
        let error = Supervisor::builder().auto_shutdown(mode).child(spec()).start_link().await.unwrap_err();
        assert_eq!(error, StartError::BadOption { option: "significant", problem: says.clone() });
        let supervisor = Supervisor::builder().auto_shutdown(mode).start_link().await?;
        assert_eq!(supervisor.start_child(spec()).await.unwrap_err(), StartChildError::BadSpec(wrong.clone()));
    }
    assert_eq!(journal.take(), Vec::<String>::new());
    Ok(())
}

#[otp::test]
async fn sup_095_any_significant_child_that_ends_ends_the_supervisor() -> otp::Result {
    for reason in reasons() {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .auto_shutdown(AutoShutdown::AnySignificant)
            .child(Job::new("other", &journal).cleanup(Duration::ZERO).spec())
            .child(significant("a", Restart::Temporary, &journal))
            .child(significant("b", Restart::Temporary, &journal))
            .start()
            .await?;
        let monitor = supervisor.monitor();
        journal.take();
        leave(&supervisor, "a", reason.clone()).await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{reason}");
        assert_eq!(journal.take()[2..], ["b gone", "other terminate shutdown", "other gone"], "{reason}");
    }
    Ok(())
}

/// SUP-095: one that is restarted has not ended.
#[otp::test]
async fn a_significant_child_that_is_restarted_ends_nothing() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .auto_shutdown(AutoShutdown::AnySignificant)
        .child(significant("a", Restart::Transient, &journal))
        .start()
        .await?;
    let monitor = supervisor.monitor();
    crash(&supervisor, "a").await;
    leave(&supervisor, "a", ExitReason::other("bad")).await;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    leave(&supervisor, "a", ExitReason::Normal).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}

#[otp::test]
async fn sup_097_all_significant_waits_for_the_last() -> otp::Result {
    for restart in [Restart::Temporary, Restart::Transient] {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .auto_shutdown(AutoShutdown::AllSignificant)
            .child(significant("a", restart, &journal))
            .child(significant("b", restart, &journal))
            .child(Job::new("other", &journal).cleanup(Duration::ZERO).spec())
            .start()
            .await?;
        let monitor = supervisor.monitor();
        let before = pids(&supervisor, ["b", "other"]).await;

        leave(&supervisor, "a", ExitReason::Normal).await;
        assert_eq!(pids(&supervisor, ["b", "other"]).await, before, "{restart:?}");
        journal.take();
        leave(&supervisor, "b", ExitReason::Shutdown).await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{restart:?}");
        assert_eq!(journal.take()[2..], ["other terminate shutdown", "other gone"], "{restart:?}");
    }
    Ok(())
}

#[otp::test]
async fn sup_098_a_significant_child_that_is_terminated_ends_nothing() -> otp::Result {
    for mode in [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant] {
        for restart in [Restart::Temporary, Restart::Transient] {
            let journal = Journal::default();
            let supervisor = Supervisor::builder()
                .auto_shutdown(mode)
                .child(significant("a", restart, &journal))
                .child(idle("other"))
                .start_link()
                .await?;
            let other = pid(&supervisor, "other").await;
            supervisor.terminate_child("a").await?;
            assert_eq!(pid(&supervisor, "other").await, other, "{mode:?} {restart:?}");
            assert_eq!(counts(&supervisor).await.1, 1);
        }
    }
    Ok(())
}

#[otp::test]
async fn sup_100_other_children_may_end_as_they_like() -> otp::Result {
    for mode in MODES {
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            for reason in reasons() {
                let journal = Journal::default();
                let supervisor = Supervisor::builder()
                    .auto_shutdown(mode)
                    .child(idle("other"))
                    .child(Job::new("a", &journal).spec().restart(restart))
                    .start_link()
                    .await?;
                let other = pid(&supervisor, "other").await;
                leave(&supervisor, "a", reason.clone()).await;
                assert_eq!(pid(&supervisor, "other").await, other, "{mode:?} {restart:?} {reason}");
                supervisor.stop().await?;
            }
        }
    }
    Ok(())
}

#[supervisor(auto_shutdown = any_significant, args(journal: Journal))]
struct Inner {
    #[child(args = Job::new("worker", journal), restart = transient, significant = true)]
    worker: Worker,
}

#[supervisor(auto_shutdown = any_significant, args(journal: Journal))]
struct Outer {
    #[child(args = journal.clone(), restart = transient, significant = true)]
    inner: Inner,
    #[child(args = Job::new("other", journal))]
    other: Worker,
}

#[supervisor(auto_shutdown = any_significant, args(journal: Journal))]
struct Calm {
    #[child(args = journal.clone(), restart = transient)]
    inner: Inner,
    #[child(args = Job::new("other", journal))]
    other: Worker,
}

#[otp::test]
async fn sup_101_an_automatic_shutdown_goes_up_through_significant_supervisors() -> otp::Result {
    let outer = Outer::start(Journal::default()).await?;
    let (gone, inner) = (outer.monitor(), outer.inner().monitor());
    let other = outer.other().monitor();
    outer.inner().worker().leave(ExitReason::Normal);
    assert_eq!(down(inner).await, ExitReason::Shutdown);
    assert_eq!(down(other).await, ExitReason::Shutdown);
    assert_eq!(down(gone).await, ExitReason::Shutdown);

    let calm = Calm::start_link(Journal::default()).await?;
    let inner = calm.inner().monitor();
    let other = calm.other().pid();
    calm.inner().worker().leave(ExitReason::Normal);
    assert_eq!(down(inner).await, ExitReason::Shutdown);
    assert_eq!(counts(&calm).await, (2, 1, 1, 1));
    assert_eq!(calm.other().pid(), other);
    assert!(other.is_some_and(process::alive));
    Ok(())
}
