//! On whose behalf a task runs.

use futures_util::StreamExt;
use otp::prelude::*;
use otp::process::{self, callers, self_pid};

/// Who is who, and what each of them says of its callers.
type Family = (Pid, Vec<Pid>, Pid, Vec<Pid>);

#[otp::test]
async fn task_007_callers_are_recorded_nearest_first() {
    let me = self_pid();
    assert_eq!(callers(), []);

    let family = Task::async_(async {
        let inner = Task::async_(async { (self_pid(), callers()) }).await.expect("it answers");
        (self_pid(), callers(), inner.0, inner.1)
    });
    let (outer, of_outer, _, of_inner): Family = family.await.expect("it answers");
    assert_eq!((of_outer, of_inner), (vec![me], vec![outer, me]));

    Task::start_link(async move {
        let outer = (self_pid(), callers());
        Task::start_link(async move {
            let family: Family = (outer.0, outer.1, self_pid(), callers());
            process::send(me, family).expect("a pid is no name");
        });
    });
    let (outer, of_outer, _, of_inner) = process::receive::<Family>().await;
    assert_eq!((of_outer, of_inner), (vec![me], vec![outer, me]));

    let stream = Task::async_stream([1], |_| async {
        let inner = Task::async_stream([1], |_| async { (self_pid(), callers()) });
        let inner = inner.collect::<Vec<_>>().await.remove(0).expect("it answers");
        (self_pid(), callers(), inner.0, inner.1)
    });
    let (outer, of_outer, _, of_inner) = stream.collect::<Vec<_>>().await.remove(0).expect("it answers");
    assert_eq!((of_outer, of_inner), (vec![me], vec![outer, me]));
}

#[otp::test]
async fn callers_and_ancestors_are_shown() {
    let me = self_pid();
    let task: Task = Task::async_(std::future::pending());
    let info = process::info(task.pid().expect("it has a process")).expect("it lives");
    assert_eq!((info.callers, info.ancestors), (vec![me], vec![me]));
    // A process that is no task runs on its own behalf.
    let task = Task::async_(async {
        let plain = process::spawn(std::future::pending());
        process::info(plain).map(|info| (info.callers, info.ancestors.len()))
    });
    assert_eq!(task.await, Ok(Some((vec![], 2))));
}
