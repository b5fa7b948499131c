//! What the caller of an unlinked task sees when the task ends, and when its supervisor is restarted.

use super::{MS, never, quiet};
use otp::prelude::*;
use otp::process;

#[supervisor(max_restarts = 10)]
struct App {
    #[child(args = TaskSupervisor::builder())]
    tasks: TaskSupervisor,
}

/// For one test: names are the program's.
#[supervisor(max_restarts = 10)]
struct Named {
    #[child(args = TaskSupervisor::builder().name("ends"))]
    tasks: TaskSupervisor,
}

#[otp::test(start_paused = true)]
async fn the_end_of_a_task_is_seen_once() -> otp::Result {
    let app = App::start_link().await?;
    // It answers: the answer, then the end.
    let reference = app.tasks().async_nolink(async { 1 }).await?.reference();
    assert_eq!(process::receive::<TaskDone<i32>>().await.reference, reference);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (reference, ExitReason::Normal));
    // It fails: the end only.
    let failing: Task<u8> = app.tasks().async_nolink(async { panic!("no paper") }).await?;
    let down = process::receive::<Info>().await.take::<Down>().expect("there is no answer");
    assert!(matches!(down.reason, ExitReason::Panic(_)) && down.reference == failing.reference());
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_restart_of_the_supervisor_ends_its_tasks_and_starts_none_again() -> otp::Result {
    let app = Named::start_link().await?;
    let tasks = app.tasks();
    let mut task = tasks.async_nolink(never::<u8>()).await?;
    let stubborn = tasks.async_nolink(async {
        process::trap_exit(true);
        process::receive::<Exit>().await.reason
    });
    let stubborn = stubborn.await?;
    assert_eq!(task.yield_for(MS).await, None);
    let before = tasks.pid().expect("it runs");
    process::exit(before, ExitReason::Kill);
    // The reason comes once, under the reference that was there.
    assert_eq!(task.yield_for(MS * 100).await, Some(Err(ExitReason::Killed)));
    // One that traps exits learns of it, and may still answer.
    assert_eq!(stubborn.await, Ok(ExitReason::Killed));
    // Whoever has the handle, or the name, reaches the new one, which has no tasks.
    process::sleep(MS).await;
    let after = tasks.pid().expect("it was restarted");
    assert_ne!(before, after);
    assert_eq!(process::whereis("ends"), Some(after));
    assert_eq!(TaskSupervisorRef::named("ends").children().await?, []);
    assert_eq!(app.tasks().async_nolink(async { 1 }).await?.await, Ok(1));
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_stopped_supervisor_shuts_its_tasks_down() -> otp::Result {
    let app = App::start_link().await?;
    let task = app.tasks().async_nolink(never::<u8>()).await?;
    app.terminate_child("tasks").await?;
    let error = task.await.expect_err("it was shut down");
    assert_eq!(error.exit_reason(), Some(&ExitReason::Shutdown));
    quiet().await;
    Ok(())
}
