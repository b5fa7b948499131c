//! How the programs that use `otp` run: as processes.

use std::sync::Mutex;

use otp::process;

use crate::framework::{BoxFuture, Driver, Runtime, on_tokio};

/// Runs the workload as a process, as the body of `#[otp::main]`, or as a plain task.
pub fn drive(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
    match (driver, runtime) {
        (Driver::Task, _) => on_tokio(runtime, driver, work),
        (Driver::Process, _) => on_tokio(runtime, Driver::Task, Box::pin(async move { spawn(work).await })),
        (Driver::Main, Runtime::MultiThread) => {
            *MAIN.lock().expect("nobody panics with it") = Some(work);
            main_on_multi_thread();
        }
        (Driver::Main, Runtime::CurrentThread) => {
            *MAIN.lock().expect("nobody panics with it") = Some(work);
            main_on_current_thread();
        }
    }
}

/// Spawns a process. The future returned waits for its end.
pub fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
    let pid = process::spawn(work);
    Box::pin(async move {
        // It may have ended already, which this does not tell from a failure. The workloads count
        // what was done.
        let _ = process::wait(pid).await;
    })
}

/// What the two `main`s below do: they take no arguments.
static MAIN: Mutex<Option<BoxFuture<()>>> = Mutex::new(None);

fn taken() -> BoxFuture<()> {
    let work = MAIN.lock().expect("nobody panics with it").take();
    work.expect("`drive` has put it there")
}

#[otp::main(flavor = "multi_thread", worker_threads = 2)]
async fn main_on_multi_thread() {
    taken().await;
}

#[otp::main(flavor = "current_thread")]
async fn main_on_current_thread() {
    taken().await;
}
