//! The server of Elixir's documentation: it starts one task at a time and remembers its reference.

use super::{MS, tasks};
use otp::prelude::*;
use otp::process;

#[gen_server]
struct Starter {
    tasks: TaskSupervisorRef,
    running: Option<MonitorRef>,
    starts: u32,
    log: Vec<String>,
}

/// What the task is to do.
#[derive(Clone, Copy)]
enum Work {
    Answer(u32),
    Fail,
    Wait,
}

#[gen_server]
impl Starter {
    #[init]
    fn init(tasks: TaskSupervisorRef) -> Self {
        Self { tasks, running: None, starts: 0, log: Vec::new() }
    }

    #[call]
    async fn start_task(&mut self, work: Work) -> Result<u32, otp::task::StartChildError> {
        if self.running.is_none() {
            let task = self.tasks.async_nolink(async move {
                match work {
                    Work::Answer(n) => n,
                    Work::Fail => panic!("no paper"),
                    Work::Wait => std::future::pending().await,
                }
            });
            self.running = Some(task.await?.reference());
            self.starts += 1;
        }
        Ok(self.starts)
    }

    #[call]
    fn state(&self) -> (Option<MonitorRef>, Vec<String>) {
        (self.running, self.log.clone())
    }

    #[info]
    fn succeeded(&mut self, done: TaskDone<u32>) {
        if self.running == Some(done.reference) {
            process::demonitor_flush(done.reference);
            self.running = None;
            self.log.push(format!("answer {}", done.value));
        }
    }

    #[info]
    fn failed(&mut self, down: Down) {
        if self.running == Some(down.reference) {
            self.running = None;
            self.log.push(format!("failure {}", down.reason));
        } else {
            self.log.push("a `Down` of a task that had answered".into());
        }
    }
}

#[otp::test(start_paused = true)]
async fn tsup_023_a_server_runs_one_task_at_a_time() -> otp::Result {
    let tasks = tasks().await;
    let server = Starter::start_link(tasks.clone()).await?;
    assert_eq!(server.start_task(Work::Wait).await??, 1);
    assert_eq!(server.start_task(Work::Answer(5)).await??, 1, "one runs");
    let running = tasks.children().await?;
    process::exit(running[0], ExitReason::Kill);
    process::sleep(MS).await;
    assert_eq!(server.state().await?, (None, vec!["failure killed".to_string()]));

    assert_eq!(server.start_task(Work::Answer(5)).await??, 2);
    process::sleep(MS).await;
    assert_eq!(server.start_task(Work::Fail).await??, 3);
    process::sleep(MS).await;
    let (running, log) = server.state().await?;
    assert!(running.is_none() && log.len() == 3, "{log:?}");
    assert!(log[1] == "answer 5" && log[2].contains("no paper"), "{log:?}");
    assert_eq!(server.start_task(Work::Wait).await??, 4);
    Ok(())
}
