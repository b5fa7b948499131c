// TASK-025
//! An awaited task is gone: its answer is given once.
use otp::prelude::*;

#[otp::main]
async fn main() -> otp::Result {
    let task = Task::async_(async { 1 });
    task.await?;
    task.await?;
    Ok(())
}
