//! Starting task supervisors.

use super::{never, tasks};
use otp::prelude::*;
use otp::process::{self, Priority};
use otp::supervisor::ChildCounts;
use otp::task::StartChildError;

#[otp::test]
async fn tsup_001_under_a_supervisor_it_starts_empty_and_answers_by_its_name() -> otp::Result {
    let tree = supervision_tree! {
        TaskSupervisor::builder().name("tsup-001"),
        task_supervisor "other" { name: "tsup-001-b", max_children: 1 },
    };
    Supervisor::start_link(tree).await?;
    let tasks = TaskSupervisorRef::named("tsup-001");
    assert_eq!(tasks.children().await?, []);
    assert_eq!(tasks.async_(async { 1 }).await?.await, Ok(1));
    let other = TaskSupervisorRef::named("tsup-001-b");
    other.start_child(never::<()>()).await?;
    assert_eq!(other.start_child(never::<()>()).await, Err(StartChildError::MaxChildren { max: 1 }));
    Ok(())
}

#[otp::test]
async fn tsup_002_child_ids_come_from_names() -> otp::Result {
    let global = || TaskSupervisor::builder().name(Name::global("tsup-002-g"));
    let tree = Supervisor::builder()
        .child(TaskSupervisor::builder().name("tsup-002"))
        .child(global())
        .child(TaskSupervisor::builder());
    let supervisor = Supervisor::start_link(tree).await?;
    let first = supervisor.get_child("TaskSupervisor").await?;
    assert!(supervisor.get_child("tsup-002").await.is_ok());
    assert!(supervisor.get_child(Name::global("tsup-002-g").to_string()).await.is_ok());
    let again = supervisor.start_child(TaskSupervisor::builder()).await.expect_err("it is there");
    let pid = first.status.pid().expect("it runs");
    assert!(again.to_string().contains(&pid.to_string()), "{again}");
    let named = TaskSupervisor::builder().name("tsup-002").start_link().await.expect_err("the name is taken");
    let holder = process::whereis("tsup-002").expect("it has the name");
    assert!(matches!(named, otp::process::StartError::AlreadyStarted { pid, .. } if pid == holder));
    Ok(())
}

#[otp::test]
async fn tsup_003_it_may_have_a_priority() -> otp::Result {
    let tasks = TaskSupervisor::start_link().priority(Priority::High).await?;
    let info = process::info(tasks.pid().expect("it runs")).expect("it lives");
    assert_eq!(info.priority, Priority::High);
    Ok(())
}

#[otp::test]
async fn tsup_004_a_new_one_has_no_children() -> otp::Result {
    let tasks = tasks().await;
    assert_eq!(tasks.children().await?, []);
    assert_eq!(tasks.count_children().await?, ChildCounts::default());
    let general = DynamicSupervisorRef::<()>::from_pid(tasks.pid().expect("it runs")).expect("it is one");
    assert!(general.which_children().await?.is_empty());
    assert_eq!(general.count_children().await?, ChildCounts::default());
    let pid = tasks.start_child(never::<()>()).await?;
    assert_eq!(general.which_children().await?[0].status.pid(), Some(pid));
    assert_eq!((general.count_children().await?.specs, general.count_children().await?.workers), (1, 1));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_005_its_options_are_those_of_dynamic_supervisors() -> otp::Result {
    let tasks = TaskSupervisor::builder().max_children(2).max_restarts(1).max_seconds(2).start().await?;
    tasks.start_child(never::<()>()).await?;
    let failing = tasks.start_child_with(|| async { Err::<(), _>("no paper") }).restart(Restart::Permanent);
    let monitor = process::monitor(&tasks);
    let _ = failing.await;
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));

    let tasks = TaskSupervisor::builder().max_children(2).start().await?;
    tasks.start_child(never::<()>()).await?;
    tasks.start_child(never::<()>()).await?;
    assert_eq!(tasks.start_child(never::<()>()).await, Err(StartChildError::MaxChildren { max: 2 }));
    Ok(())
}
