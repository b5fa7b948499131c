//! Starting dynamic supervisors: names, options, links.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, start, supervisor};
use otp::child::{Child, ChildKind};
use otp::prelude::*;
use otp::process::{self, Priority};
use otp::supervisor::dynamic::StartChildError;

#[otp::test]
async fn dsup_001_it_is_a_child_of_an_ordinary_supervisor() -> otp::Result {
    let app = Supervisor::builder().child(DynamicSupervisor::builder().name("dsup_001")).start_link().await?;
    let rooms = DynamicSupervisorRef::<()>::named("dsup_001");
    assert_eq!(rooms.pid(), Some(pid(&app, "dsup_001").await));
    assert_eq!(counts(&rooms).await, (0, 0, 0, 0));
    assert_eq!(rooms.which_children().await?, []);

    // Also typed, through its place; right after it was restarted, and without children then.
    let placed = app.child::<DynamicSupervisor>("dsup_001");
    start(&placed, idle("a")).await;
    assert_eq!(counts(&rooms).await, (1, 1, 0, 1));
    crash(&app, "dsup_001").await;
    assert_eq!(counts(&placed).await, (0, 0, 0, 0));
    assert_eq!(placed.pid(), rooms.pid());
    Ok(())
}

/// A registry with one name.
#[derive(Clone, Default)]
struct OneName(std::sync::Arc<std::sync::Mutex<Option<Pid>>>);

impl otp::name::Via for OneName {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        match *self.0.lock().unwrap() {
            Some(holder) => Err(holder),
            ref mut free => {
                *free = Some(pid);
                Ok(())
            }
        }
    }
    fn unregister(&self, pid: Pid) {
        let mut holder = self.0.lock().unwrap();
        if *holder == Some(pid) {
            *holder = None;
        }
    }
    fn whereis(&self) -> Option<Pid> {
        *self.0.lock().unwrap()
    }
    fn describe(&self) -> String {
        "dsup_002 via".into()
    }
}

#[otp::test]
async fn dsup_002_ids_come_from_names() -> otp::Result {
    let via = OneName::default();
    let app = Supervisor::builder()
        .child(DynamicSupervisor::builder().name("dsup_002"))
        .child(DynamicSupervisor::builder().name(Name::global("dsup_002")))
        .child(DynamicSupervisor::builder().via(via.clone()))
        .start_link()
        .await?;
    let handles: [DynamicSupervisorRef; 3] = [
        DynamicSupervisorRef::named("dsup_002"),
        DynamicSupervisorRef::named(Name::global("dsup_002")),
        DynamicSupervisorRef::via(via),
    ];
    for (handle, id) in handles.iter().zip(["dsup_002", "global:dsup_002", "dsup_002 via"]) {
        assert_eq!(handle.pid(), Some(pid(&app, id).await));
        assert_eq!(counts(handle).await, (0, 0, 0, 0));
    }
    assert_eq!(super::super::fixtures::counts(&app).await, (3, 3, 3, 0));
    Ok(())
}

/// DSUP-002: without a name it is the type's; an id of its own can be given.
#[test]
fn a_supervisor_without_a_name_has_the_id_of_its_type() {
    assert_eq!(ChildSpec::from(DynamicSupervisor::builder()).get_id(), "DynamicSupervisor");
    let spec = DynamicSupervisor::builder().name("n").child_spec("mine");
    assert_eq!((spec.get_id(), spec.get_shutdown()), ("mine", Shutdown::Infinity));
    let options = <DynamicSupervisor as Child>::child_options();
    assert_eq!(options, otp::child::ChildOptions::supervisor("DynamicSupervisor").kind(ChildKind::Supervisor));
}

#[otp::test]
async fn dsup_005_three_restarts_in_five_seconds_are_allowed_by_default() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().start().await?;
    let monitor = supervisor.monitor();
    let mut others = Vec::new();
    for _ in 0..1_000 {
        others.push(start(&supervisor, idle("many").restart(Restart::Temporary)).await);
    }
    let other = start(&supervisor, idle("other")).await;
    others.push(other);
    start(&supervisor, idle("crashes")).await;
    let crashing = async || {
        let running = super::fixtures::running(&supervisor).await;
        running.into_iter().find(|pid| !others.contains(pid)).expect("it is restarted")
    };
    for _ in 0..3 {
        let crashing = crashing().await;
        end_child(&supervisor, crashing, ExitReason::Kill).await;
        assert_eq!(counts(&supervisor).await, (1_002, 1_002, 0, 1_002));
    }
    assert!(process::alive(other), "one for one");
    end(crashing().await, ExitReason::Kill).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    assert!(!process::alive(other));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn the_window_is_as_long_as_was_said() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().max_restarts(1).max_seconds(2).start().await?;
    let monitor = supervisor.monitor();
    start(&supervisor, idle("crashes")).await;
    for _ in 0..5 {
        end_child(&supervisor, super::fixtures::only(&supervisor).await, ExitReason::Kill).await;
        process::sleep(std::time::Duration::from_millis(2_001)).await;
    }
    for _ in 0..2 {
        end_child(&supervisor, super::fixtures::only(&supervisor).await, ExitReason::Kill).await;
    }
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}

#[otp::test]
async fn dsup_006_a_period_of_zero_is_refused() {
    let spec = DynamicSupervisor::builder().max_seconds(0).name("dsup_006");
    for start in [spec.clone().start_link(), spec.start()] {
        let error = start.await.unwrap_err();
        assert!(matches!(error, StartError::BadOption { option: "max_seconds", .. }), "{error:?}");
        assert_eq!(error.to_string(), "bad option max_seconds: max_seconds is 0: it must be at least 1");
        assert_eq!(otp::name::whereis("dsup_006"), None);
    }
}

#[otp::test]
async fn dsup_008_a_started_one_is_linked_and_found_by_its_name() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().start_link().name("dsup_008").await?;
    let pid = supervisor.pid().unwrap();
    assert_eq!(otp::name::whereis("dsup_008"), Some(pid));
    assert!(process::info(process::self_pid()).unwrap().links.contains(&pid));
    let taken = DynamicSupervisor::builder().name("dsup_008").start_link().await.unwrap_err();
    assert_eq!(taken, StartError::AlreadyStarted { name: "dsup_008".into(), pid });

    DynamicSupervisorRef::<()>::named("dsup_008").stop().await?;
    assert!(!process::alive(pid));
    assert_eq!(otp::name::whereis("dsup_008"), None);
    assert_eq!(process::info(process::self_pid()).unwrap().links, []);

    let alone = DynamicSupervisor::start(DynamicSupervisor::builder()).await?;
    assert_eq!(process::info(process::self_pid()).unwrap().links, []);
    alone.stop().await?;
    Ok(())
}

#[otp::test]
async fn dsup_009_it_may_have_another_priority() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().start_link().priority(Priority::High).label("rooms").await?;
    let info = process::info(supervisor.pid().unwrap()).unwrap();
    assert_eq!((info.priority, info.label.as_deref()), (Priority::High, Some("rooms")));
    Ok(())
}

#[otp::test]
async fn dsup_010_both_kinds_are_supervisors() -> otp::Result {
    let dynamic = supervisor().await;
    let ordinary = Supervisor::builder().start_link().await?;
    let info = |pid: Option<Pid>| process::info(pid.unwrap()).unwrap();
    let (dynamic, ordinary) = (info(dynamic.pid()), info(ordinary.pid()));
    assert_eq!((dynamic.behaviour, ordinary.behaviour), ("supervisor", "supervisor"));
    assert_eq!(dynamic.initial_call, "otp::supervisor::DynamicSupervisor");
    assert_eq!(ordinary.initial_call, "otp::supervisor::Supervisor");
    assert!(dynamic.trap_exit && ordinary.trap_exit);
    Ok(())
}

/// A handle of something else leads nowhere.
#[otp::test]
async fn only_a_dynamic_supervisor_is_one() -> otp::Result {
    let dynamic = supervisor().await;
    let ordinary = Supervisor::builder().start_link().await?;
    assert!(DynamicSupervisorRef::<()>::from_pid(dynamic.pid().unwrap()).is_some());
    assert!(DynamicSupervisorRef::<()>::from_pid(ordinary.pid().unwrap()).is_none());
    assert!(SupervisorRef::from_pid(dynamic.pid().unwrap()).is_none());

    let nobody = DynamicSupervisorRef::<()>::named("nobody");
    assert!(nobody.count_children().await.unwrap_err().is_noproc());
    let error = nobody.start_child(idle("a")).await.unwrap_err();
    assert!(matches!(&error, StartChildError::Call(error) if error.is_noproc()), "{error:?}");
    dynamic.stop().await?;
    assert!(dynamic.terminate_child(process::self_pid()).await.is_err());
    Ok(())
}
