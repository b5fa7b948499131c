//! Servers that start tasks.

use super::{MS, after};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Answers from a task, and serves meanwhile.
#[gen_server]
#[derive(Default)]
struct Shop {
    running: Option<MonitorRef>,
    log: Vec<String>,
}

#[gen_server]
impl Shop {
    #[init]
    fn init() -> Self {
        process::trap_exit(true);
        Self::default()
    }

    #[call]
    fn bake(&mut self, time: Duration) -> Option<MonitorRef> {
        self.running = Some(Task::async_(after(time, "bread")).reference());
        self.running
    }

    #[call]
    fn burn(&mut self) {
        self.running = Some(Task::<&str>::async_(async { panic!("smoke") }).reference());
    }

    #[call]
    fn log(&self) -> Vec<String> {
        self.log.clone()
    }

    /// Waits in the handler: nothing else is served meanwhile, and what comes stays in its order.
    #[call]
    async fn wait(&mut self, time: Duration) -> Result<u8, otp::task::AwaitError> {
        Task::async_(after(time, 7)).await
    }

    #[cast]
    fn note(&mut self, text: &'static str) {
        self.log.push(text.into());
    }

    #[info]
    fn done(&mut self, done: TaskDone<&'static str>) {
        assert_eq!(self.running, Some(done.reference));
        process::demonitor_flush(done.reference);
        self.running = None;
        self.log.push(done.value.into());
    }

    #[info]
    fn failed(&mut self, down: Down) {
        assert_eq!(self.running.take(), Some(down.reference));
        self.log.push(down.reason.to_string());
    }

    #[info]
    fn linked(&mut self, _exit: Exit) {}
}

#[otp::test(start_paused = true)]
async fn answer_and_failure_of_a_task_that_is_not_awaited_are_messages() -> otp::Result {
    let shop = Shop::start_link(()).await?;
    shop.bake(MS * 50).await?;
    assert_eq!(shop.log().await?, [""; 0]);
    process::sleep(MS * 60).await;
    assert_eq!(shop.log().await?, ["bread"]);
    shop.burn().await?;
    process::sleep(MS).await;
    let log = shop.log().await?;
    assert!(log.len() == 2 && log[1].contains("smoke"), "{log:?}");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_085_a_server_serves_while_its_task_runs() -> otp::Result {
    let shop = Shop::start_link(()).await?;
    shop.bake(Duration::from_secs(3_600)).await?;
    for _ in 0..10 {
        assert_eq!(shop.log().timeout(MS * 10).await?, [""; 0]);
    }
    process::sleep(Duration::from_secs(3_601)).await;
    assert_eq!(shop.log().await?, ["bread"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_handler_may_await_a_task_and_misses_nothing() -> otp::Result {
    let shop = Shop::start_link(()).await?;
    let waiting = shop.wait(MS * 100).owned();
    let waiting = Task::async_(waiting);
    process::sleep(MS).await;
    for text in ["a", "b", "c"] {
        shop.note(text);
    }
    assert_eq!(waiting.await??, Ok(7));
    assert_eq!(shop.log().await?, ["a", "b", "c"]);
    Ok(())
}
