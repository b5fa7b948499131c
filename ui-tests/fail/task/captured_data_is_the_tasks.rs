// TASK-011
//! What a task uses it owns: the caller can neither lend it nor change it meanwhile.
use otp::prelude::*;

#[otp::main]
async fn main() -> otp::Result {
    let mut words = vec!["a"];
    let task = Task::async_(async { words.len() });
    words.push("b");
    task.await?;

    let mut words = vec!["a"];
    let task = Task::async_(async move { words.len() });
    words.push("b");
    task.await?;
    Ok(())
}
