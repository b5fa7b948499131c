// TASK-074, TSUP-044
//! Options of another type, or with a value that there is not.
use otp::prelude::*;
use otp::task::OnTimeout;

#[otp::main]
async fn main() {
    let _ = Task::async_stream([1], |n| async move { n }).on_timeout(OnTimeout::Explode);
    let _ = Task::async_stream([1], |n| async move { n }).timeout("soon");
    let _ = Task::async_stream([1], |n| async move { n }).max_concurrency(-1);
    let _ = Task::async_stream([1], |n| async move { n }).shutdown(-1);
}
