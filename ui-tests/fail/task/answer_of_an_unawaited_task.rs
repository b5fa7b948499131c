//! Nobody would get the answer.
use otp::prelude::*;

#[otp::main]
async fn main() {
    Task::start(async { 42 });
}
