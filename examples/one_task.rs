//! A server that runs one task at a time and serves meanwhile: the one of Elixir's `Task.Supervisor` documentation.
//!
//! ```text
//! cargo run -p otp-examples --bin one_task
//! ```

use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Makes a report when it is asked for one, in a task: while one is being made it starts no other.
#[gen_server]
pub struct Reports {
    /// The task that runs, by the reference that its messages name.
    running: Option<MonitorRef>,
    latest: Option<String>,
}

#[gen_server]
impl Reports {
    #[init]
    fn init() -> Self {
        Self { running: None, latest: None }
    }

    /// Answers at once, also while a task runs.
    #[call]
    pub fn latest(&self) -> Option<String> {
        self.latest.clone()
    }

    /// Starts a task, unless one runs. The handle is dropped: its messages come to the handlers below.
    #[call]
    pub async fn start_task(&mut self, pages: u32) -> Result<(), otp::task::StartChildError> {
        if self.running.is_none() {
            let task = TaskSupervisorRef::named("tasks").async_nolink(write_report(pages)).await?;
            self.running = Some(task.reference());
        }
        Ok(())
    }

    /// The task has answered.
    #[info]
    fn succeeded(&mut self, done: TaskDone<String>) {
        if self.running == Some(done.reference) {
            // How it ends is of no interest any more.
            process::demonitor_flush(done.reference);
            self.running = None;
            self.latest = Some(done.value);
        }
    }

    /// The task has failed.
    #[info]
    fn failed(&mut self, down: Down) {
        if self.running == Some(down.reference) {
            println!("no report: {}", down.reason);
            self.running = None;
        }
    }
}

async fn write_report(pages: u32) -> String {
    process::sleep(Duration::from_millis(20)).await;
    assert!(pages > 0, "a report has pages");
    format!("a report of {pages} pages")
}

/// The tasks, and who starts them.
#[supervisor]
pub struct App {
    #[child(args = TaskSupervisor::builder().name("tasks"))]
    tasks: TaskSupervisor,
    #[child]
    reports: Reports,
}

#[otp::main]
async fn main() -> otp::Result {
    let app = App::start_link().await?;
    let reports = app.reports();
    for pages in [3, 0, 12] {
        reports.start_task(pages).await??;
        println!("asked for {pages} pages; meanwhile: {:?}", reports.latest().await?);
        process::sleep(Duration::from_millis(50)).await;
    }
    println!("in the end: {:?}", reports.latest().await?);
    app.stop().await?;
    Ok(())
}
