//! Tasks as children of a static supervisor.

use super::never;
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildStatus;

#[otp::test]
async fn task_012_a_supervisor_does_not_wait_for_a_task_to_be_done() -> otp::Result {
    let me = process::self_pid();
    let tree = supervision_tree! {
        Task::child_spec(never::<()>) { id: "first" },
        Task::child_spec(move || async move { process::send(me, "second").expect("a pid is no name") }) { id: "second" },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    assert_eq!(process::receive::<&str>().await, "second");
    let first = supervisor.get_child("first").await?;
    assert!(matches!(first.status, ChildStatus::Running(pid) if process::alive(pid)), "{first:?}");
    supervisor.stop().await?;
    Ok(())
}
