// TASK-056
//! An awaited task is gone, and so is one that was shut down.
use otp::prelude::*;

#[otp::main]
async fn main() -> otp::Result {
    let task = Task::async_(async { 1 });
    task.await?;
    task.shutdown(Shutdown::BrutalKill).await;
    let task = Task::async_(async { 1 });
    task.ignore();
    task.await?;
    Ok(())
}
