// TASK-022
//! A function that does not exist is found before it is called.
use otp::prelude::*;

mod work {}

#[otp::main]
async fn main() -> otp::Result {
    Task::async_(async { no_such_function() }).await?;
    Task::async_(work::no_such_function()).await?;
    Ok(())
}
