//! When a child is restarted, and what of it is left then.

use super::fixtures::*;
use otp::child::Started;
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildNotFound, ChildStatus, RestartChildError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Reasons a worker may stop with by itself.
fn orderly() -> [ExitReason; 3] {
    [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("details")]
}

fn abnormal() -> [ExitReason; 3] {
    [ExitReason::other("bad"), ExitReason::error("worse"), ExitReason::NoProc]
}

/// A supervisor with one worker, which allows any number of restarts.
async fn with_one(restart: Restart, journal: &Journal) -> SupervisorRef {
    let spec = Supervisor::builder().max_restarts(u32::MAX).child(Job::new("a", journal).spec().restart(restart));
    spec.start_link().await.unwrap()
}

#[otp::test]
async fn sup_031_a_permanent_child_is_always_restarted() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(Restart::Permanent, &journal).await;
    for reason in orderly().into_iter().chain(abnormal()) {
        let before = pid(&supervisor, "a").await;
        journal.take();
        leave(&supervisor, "a", reason.clone()).await;
        assert_ne!(pid(&supervisor, "a").await, before, "{reason}");
        assert_eq!(journal.take()[1..], ["a gone", "a init", "a runs"], "the same start, after {reason}");
    }
    for signal in [ExitReason::Kill, ExitReason::Shutdown] {
        let before = pid(&supervisor, "a").await;
        end(before, signal).await;
        assert_ne!(pid(&supervisor, "a").await, before);
    }
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    Ok(())
}

#[otp::test]
async fn sup_032_a_transient_child_that_ends_in_order_is_kept_stopped() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(Restart::Transient, &journal).await;
    for reason in orderly() {
        leave(&supervisor, "a", reason.clone()).await;
        assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped, "{reason}");
        assert_eq!(counts(&supervisor).await, (1, 0, 0, 1), "{reason}");
        let started = supervisor.restart_child("a").await?;
        assert_eq!(started.pid, Some(pid(&supervisor, "a").await));
    }
    end(pid(&supervisor, "a").await, ExitReason::Shutdown).await;
    assert_eq!(status(&supervisor, "a").await, ChildStatus::Stopped);
    Ok(())
}

#[otp::test]
async fn sup_033_a_transient_child_that_fails_is_restarted() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(Restart::Transient, &journal).await;
    for reason in abnormal() {
        let before = pid(&supervisor, "a").await;
        leave(&supervisor, "a", reason.clone()).await;
        assert_ne!(pid(&supervisor, "a").await, before, "{reason}");
    }
    let before = pid(&supervisor, "a").await;
    assert_eq!(end(before, ExitReason::Kill).await, ExitReason::Killed);
    assert_ne!(pid(&supervisor, "a").await, before);
    let monitor = process::monitor(pid(&supervisor, "a").await);
    supervisor.child::<Worker>("a").crash();
    assert!(matches!(down(monitor).await, ExitReason::Panic(_)));
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    Ok(())
}

#[otp::test]
async fn sup_034_a_temporary_child_is_forgotten_when_it_ends() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(Restart::Temporary, &journal).await;
    for reason in orderly().into_iter().chain(abnormal()) {
        assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
        leave(&supervisor, "a", reason.clone()).await;
        assert_eq!(counts(&supervisor).await, (0, 0, 0, 0), "{reason}");
        assert_eq!(supervisor.get_child("a").await, Err(ChildNotFound::NotFound));
        assert_eq!(supervisor.restart_child("a").await.unwrap_err(), RestartChildError::NotFound);
        // The id is free for another.
        supervisor.start_child(Job::new("a", &journal).spec().restart(Restart::Temporary)).await?;
    }
    crash(&supervisor, "a").await;
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

#[otp::test]
async fn sup_036_a_temporary_bystander_is_forgotten() -> otp::Result {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .strategy(strategy)
            .child(Job::new("a", &journal).spec())
            .child(Job::new("bystander", &journal).spec().restart(Restart::Temporary))
            .child(Job::new("c", &journal).spec())
            .start_link()
            .await?;
        journal.take();

        crash(&supervisor, "a").await;
        assert_eq!(ids(&supervisor).await, ["c", "a"], "{strategy:?}");
        assert_eq!(counts(&supervisor).await, (2, 2, 0, 2), "{strategy:?}");
        assert_eq!(
            journal.take(),
            ["a gone", "c gone", "bystander gone", "a init", "a runs", "c init", "c runs"],
            "{strategy:?}"
        );
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_037_nothing_of_the_old_state_is_left() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(Restart::Permanent, &journal).await;
    let worker = supervisor.child::<Worker>("a");
    assert_eq!(worker.add(5).await?, 5);
    assert_eq!(worker.add(1).await?, 6);

    // These lie unread when it ends: among them a stop, which the next one must not get.
    worker.sleep(seconds(60));
    let unread = worker.add(100);
    let lost = async {
        let error = unread.infinity().await.unwrap_err();
        assert_eq!(error.exit_reason(), Some(&ExitReason::Killed));
    };
    let kill = async {
        worker.leave(ExitReason::other("unread"));
        crash(&supervisor, "a").await;
    };
    futures_util::join!(lost, kill);

    let now = pid(&supervisor, "a").await;
    assert_eq!(worker.add(1).await?, 1);
    assert_eq!(pid(&supervisor, "a").await, now);
    Ok(())
}

/// SUP-037: the argument is evaluated at each start.
#[otp::test]
async fn the_arguments_are_made_anew_at_every_start() -> otp::Result {
    let journal = Journal::default();
    let starts = Arc::new(AtomicU32::new(0));
    let counted = starts.clone();
    let job = Job::new("a", &journal);
    let spec = Worker::child_spec(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        job.clone()
    });
    let supervisor = Supervisor::builder().child(spec.id("a")).start_link().await?;
    crash(&supervisor, "a").await;
    supervisor.terminate_child("a").await?;
    supervisor.restart_child("a").await?;
    assert_eq!(starts.load(Ordering::SeqCst), 3);
    Ok(())
}

#[gen_server(name = "sup_038_named")]
struct Named;

#[gen_server]
impl Named {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn who(&self) -> Pid {
        process::self_pid()
    }
}

#[otp::test]
async fn sup_038_a_name_leads_to_the_new_process() -> otp::Result {
    let supervisor = Supervisor::builder().child(Named::child_spec(|| ())).start_link().await?;
    let named = NamedRef::named("sup_038_named");
    let before = named.who().await?;
    assert_eq!(before, pid(&supervisor, "Named").await);

    crash(&supervisor, "Named").await;
    let after = pid(&supervisor, "Named").await;
    assert_ne!(after, before);
    assert_eq!(named.who().await?, after);
    assert_eq!(process::whereis("sup_038_named"), Some(after));

    supervisor.terminate_child("Named").await?;
    assert!(named.who().await.unwrap_err().is_noproc());
    Ok(())
}

struct Do(fn());

#[otp::test]
async fn sup_039_however_a_child_ends_the_supervisor_lives() -> otp::Result {
    let spec = ChildSpec::new("a", |_slot| async {
        let life = async {
            let Do(what) = process::receive::<Do>().await;
            what();
        };
        Ok(Started::new(process::spawn_link(life)))
    });
    let supervisor =
        Supervisor::builder().max_restarts(100).child(spec.restart(Restart::Transient)).start_link().await?;
    let me = supervisor.pid();

    let ways: [(fn(), &str, bool); 5] = [
        (|| panic!("a panic"), "a panic", true),
        (|| process::exit_with(ExitReason::other("left")), "\"left\"", true),
        (|| process::exit_with(ExitReason::Shutdown), "shutdown", false),
        (|| process::exit(process::self_pid(), ExitReason::Kill), "killed", true),
        (|| (), "normal", false),
    ];
    for (way, says, restarted) in ways {
        let before = pid(&supervisor, "a").await;
        let monitor = process::monitor(before);
        process::send(before, Do(way))?;
        let reason = down(monitor).await;
        // A kill acts at the next await, of which there is none: it returned first.
        let returned = says == "killed" && reason == ExitReason::Normal;
        assert!(reason.to_string().contains(says) || returned, "{reason}");
        let after = status(&supervisor, "a").await;
        if restarted && !returned {
            assert!(after.pid().is_some_and(|after| after != before), "{reason}");
        } else {
            assert_eq!(after, ChildStatus::Stopped, "{reason}");
            supervisor.restart_child("a").await?;
        }
    }
    assert_eq!(end(pid(&supervisor, "a").await, ExitReason::Kill).await, ExitReason::Killed);
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert_eq!(supervisor.pid(), me);
    assert!(supervisor.is_alive());
    Ok(())
}

/// SUP-039: a process that is over before the supervisor looks at it.
#[otp::test]
async fn a_child_that_returns_at_once_is_seen_to_end() -> otp::Result {
    let spec = ChildSpec::new("brief", |_slot| async {
        let pid = process::spawn_link(async {});
        process::wait(pid).await;
        Ok(Started::new(pid))
    });
    let supervisor = Supervisor::builder().start_link().await?;
    let started = supervisor.start_child(spec.clone().restart(Restart::Temporary)).await?;
    assert!(!process::alive(started.pid.unwrap()));
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));

    let supervisor = Supervisor::builder().max_restarts(5).child(spec).start().await?;
    assert_eq!(process::wait(supervisor.pid().unwrap()).await, ExitReason::Shutdown);
    Ok(())
}
