//! A transient child is restarted with its event.
use otp::prelude::*;

struct Job;

struct Worker;

#[task]
impl Worker {
    #[run]
    async fn run(_: Job) {}
}

#[consumer_supervisor(child(Worker, restart = transient))]
struct Workers;

fn main() {}
