//! Starting children: every answer there is.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, only, running, start, supervisor};
use otp::child::Started;
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildStatus;
use otp::supervisor::dynamic::StartChildError;
use std::sync::Arc;

#[otp::test]
async fn dsup_012_a_child_runs_when_its_start_returns() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let job = Job::new("a", &journal).next([Begin::Wait(std::time::Duration::from_millis(5))]);
    let started = supervisor.start_child(job.spec()).await?;
    assert_eq!(journal.take(), ["a init", "a runs"]);
    assert!(started.info.is_none());
    let info = process::info(started.pid).unwrap();
    assert_eq!(info.links, [supervisor.pid().unwrap()]);
    assert_eq!(info.ancestors[..2], [supervisor.pid().unwrap(), process::self_pid()]);

    // A type and its arguments: restarted as it declares, or used up.
    let typed: WorkerRef = supervisor.start::<Worker>(move || job.clone()).await?;
    assert_eq!(typed.add(2).await?, 2);
    let once: WorkerRef = supervisor.start_temporary::<Worker>(Job::new("once", &journal)).await?;
    assert_eq!(once.add(3).await?, 3);
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));

    let (before, gone) = (typed.pid().unwrap(), once.pid().unwrap());
    end_child(&supervisor, gone, ExitReason::other("bad")).await;
    end_child(&supervisor, before, ExitReason::other("bad")).await;
    assert_eq!(counts(&supervisor).await, (2, 2, 0, 2));
    assert_ne!(typed.pid(), Some(before), "the handle is right after a restart");
    assert_eq!(typed.add(1).await?, 1);
    assert_eq!(once.pid(), None);
    assert!(once.add(1).await.unwrap_err().is_noproc());
    Ok(())
}

#[otp::test]
async fn dsup_014_ids_are_not_looked_at() -> otp::Result {
    let supervisor = supervisor().await;
    let first = start(&supervisor, idle("same")).await;
    let second = start(&supervisor, idle("same")).await;
    assert_ne!(first, second);
    assert_eq!(counts(&supervisor).await, (2, 2, 0, 2));
    Ok(())
}

/// A child that registers a name.
fn named(name: &'static str) -> ChildSpec {
    ChildSpec::new("named", move |_slot| async move {
        let pid = process::options().link().name(name).spawn(process::sleep_forever())?;
        Ok(Started::new(pid))
    })
}

#[otp::test]
async fn dsup_015_a_taken_name_is_already_started() -> otp::Result {
    let supervisor = supervisor().await;
    let first = start(&supervisor, named("dsup_015")).await;
    let error = supervisor.start_child(named("dsup_015")).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyStarted(first));
    assert_eq!(error.to_string(), format!("already_started: {first} has the name that the child asks for"));
    assert_eq!(running(&supervisor).await, [first]);
    Ok(())
}

#[otp::test]
async fn dsup_019_a_child_cannot_be_significant() -> otp::Result {
    let supervisor = supervisor().await;
    for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
        let spec = idle("special").restart(restart).significant(true);
        let error = supervisor.start_child(spec).await.unwrap_err();
        assert_eq!(error, StartChildError::Significant { id: "special".into() });
        assert!(error.to_string().starts_with("invalid_significant"), "{error}");
    }
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

#[otp::test]
async fn dsup_020_every_answer_of_a_start_reaches_who_asked() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let spec = ChildSpec::new("info", |_slot| async {
        Ok(Started::new(process::spawn_link(process::sleep_forever())).with_info(17_u8))
    });
    let started = supervisor.start_child(spec).await?;
    assert_eq!(*started.info.unwrap().downcast::<u8>().unwrap(), 17);
    assert_eq!(only(&supervisor).await, started.pid);

    let job = |begin| Job::new("a", &journal).next([begin]);
    for restart in [Restart::Permanent, Restart::Temporary] {
        let start = |begin| supervisor.start_child(job(begin).spec().restart(restart));
        assert_eq!(start(Begin::Ignore).await.unwrap_err(), StartChildError::Ignored);
        let failed = StartChildError::Failed(StartError::Failed(ExitReason::other("why")));
        assert_eq!(start(Begin::Fail("why")).await.unwrap_err(), failed);
        let panicked = start(Begin::Panic("at all")).await.unwrap_err();
        assert!(panicked.to_string().contains("at all"), "{panicked}");
        assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    }
    let typed = job(Begin::Ignore);
    let error = supervisor.start::<Worker>(move || typed.clone()).await.unwrap_err();
    assert_eq!(error, StartChildError::Ignored);
    assert_eq!(only(&supervisor).await, started.pid);
    Ok(())
}

/// DSUP-020: what panics before there is a future, or while it makes its arguments, fails as well.
#[otp::test]
async fn a_start_that_panics_fails() -> otp::Result {
    let supervisor = supervisor().await;
    let early = ChildSpec::new("early", |_slot| -> std::future::Ready<Result<Started, StartError>> { panic!("early") });
    assert!(supervisor.start_child(early).await.unwrap_err().to_string().contains("early"));
    let error = supervisor.start::<Worker>(|| panic!("no arguments")).await.unwrap_err();
    assert!(error.to_string().contains("no arguments"), "{error}");
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}

#[otp::test]
async fn dsup_023_there_are_never_more_than_max_children() -> otp::Result {
    let none = DynamicSupervisor::builder().max_children(0).start_link().await?;
    let error = none.start_child(idle("a")).await.unwrap_err();
    assert_eq!(error, StartChildError::MaxChildren { max: 0 });
    assert!(error.to_string().starts_with("max_children: the supervisor has all the 0 children"), "{error}");

    let supervisor = DynamicSupervisor::builder().max_children(3).start_link().await?;
    let mut children = Vec::new();
    for _ in 0..3 {
        children.push(start(&supervisor, idle("a").restart(Restart::Temporary)).await);
    }
    for _ in 0..2 {
        let error = supervisor.start_child(idle("a")).await.unwrap_err();
        assert_eq!(error, StartChildError::MaxChildren { max: 3 });
    }
    // Whoever goes makes room.
    end_child(&supervisor, children[0], ExitReason::Kill).await;
    start(&supervisor, idle("a")).await;
    supervisor.terminate_child(children[1]).await?;
    start(&supervisor, idle("a")).await;
    assert!(supervisor.start_child(idle("a")).await.is_err());
    // Those that did not start take none.
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    Ok(())
}

#[otp::test]
async fn dsup_026_a_restarted_child_counts() -> otp::Result {
    let journal = Journal::default();
    let supervisor = DynamicSupervisor::builder().max_children(1).max_restarts(10).start_link().await?;
    let job = Job::new("a", &journal);
    let first = start(&supervisor, job.spec()).await;
    end_child(&supervisor, first, ExitReason::other("bad")).await;
    assert_ne!(only(&supervisor).await, first);
    assert_eq!(supervisor.start_child(idle("b")).await.unwrap_err(), StartChildError::MaxChildren { max: 1 });
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_027_starts_are_done_one_after_another() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let me = process::self_pid();
    for name in ["a", "b", "c"] {
        let spec = Job::new(name, &journal).next([Begin::Wait(seconds(10))]).spec();
        let supervisor = supervisor.clone();
        process::spawn(async move {
            let started = supervisor.start_child(spec).await.unwrap();
            process::send(me, started.pid).unwrap();
        });
    }
    let before = tokio::time::Instant::now();
    for n in 1..=3 {
        process::receive::<Pid>().await;
        assert_eq!(before.elapsed().as_secs(), 10 * n);
    }
    let noted = journal.take();
    for pair in noted.chunks(2) {
        assert_eq!(pair[0].replace("init", "runs"), pair[1], "{noted:?}");
    }
    Ok(())
}

/// Each kind of start gives its arguments to its child, and a temporary one leaves nothing of them behind.
#[otp::test]
async fn dsup_040_nothing_of_a_temporary_child_s_start_is_kept() -> otp::Result {
    let supervisor = supervisor().await;
    let large = Arc::new(vec![0_u8; 1_000_000]);
    let spec = |restart| {
        let large = large.clone();
        let spec = ChildSpec::new("large", move |_slot| {
            let length = large.len();
            async move {
                let life = async move {
                    assert_eq!(length, 1_000_000);
                    process::sleep_forever().await;
                };
                Ok(Started::new(process::spawn_link(life)))
            }
        });
        spec.restart(restart)
    };
    for _ in 0..10 {
        start(&supervisor, spec(Restart::Temporary)).await;
    }
    assert_eq!(Arc::strong_count(&large), 1);
    start(&supervisor, spec(Restart::Transient)).await;
    assert_eq!(Arc::strong_count(&large), 2);

    let given = Arc::new(());
    supervisor.start_temporary::<Holds>(given.clone()).await?;
    assert_eq!(Arc::strong_count(&given), 1, "its init dropped them");
    Ok(())
}

/// A server that drops what it is started with.
#[gen_server]
struct Holds;

#[gen_server]
impl Holds {
    #[init]
    fn init(given: Arc<()>) -> Self {
        drop(given);
        Self
    }
}

/// A child that asks its supervisor from its `init` would wait for ever: in debug builds that is found.
#[cfg(debug_assertions)]
#[otp::test]
async fn an_init_that_calls_its_supervisor_fails() -> otp::Result {
    let supervisor = supervisor().await;
    let asked = supervisor.clone();
    let error = supervisor.start::<Asks>(move || asked.clone()).await.unwrap_err();
    assert!(error.to_string().contains("wait for each other"), "{error}");
    assert_eq!(supervisor.which_children().await?, []);
    Ok(())
}

#[gen_server]
struct Asks;

#[gen_server]
impl Asks {
    #[init]
    async fn init(supervisor: DynamicSupervisorRef) -> Result<Self, CallError> {
        supervisor.count_children().await?;
        Ok(Self)
    }
}

/// The end of a child right after its start, and of one that is no child of anybody, are told apart.
#[otp::test]
async fn a_child_that_ends_at_once_is_forgotten_or_restarted() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(1_000_000).start_link().await?;
    let short = |restart| {
        let spec = ChildSpec::new("short", |_slot| async { Ok(Started::new(process::spawn_link(async {}))) });
        spec.restart(restart)
    };
    for restart in [Restart::Temporary, Restart::Transient] {
        for _ in 0..100 {
            start(&supervisor, short(restart)).await;
        }
        while counts(&supervisor).await.0 > 0 {}
    }
    let started = start(&supervisor, short(Restart::Permanent)).await;
    process::wait(started).await;
    let child = supervisor.which_children().await?[0];
    assert!(matches!(child.status, ChildStatus::Running(pid) if pid != started), "{child:?}");
    Ok(())
}
