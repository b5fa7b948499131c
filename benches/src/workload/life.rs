//! The whole life of a server.

use std::time::Instant;

use super::Timed;
use crate::framework::Framework;

/// How many servers are alive at most.
const ALIVE: u64 = 1_000;

/// Starts servers, calls each once, stops them; a batch at a time.
pub(super) async fn start_call_stop<F: Framework>(servers: u64) -> Timed {
    let batch = ALIVE.min(servers);
    let batches = servers / batch;
    let started = Instant::now();
    for _ in 0..batches {
        let mut alive = Vec::with_capacity(batch as usize);
        for _ in 0..batch {
            alive.push(F::start().await);
        }
        for server in &alive {
            assert_eq!(F::call(server).await, 1, "a fresh server counts from zero");
        }
        for server in alive {
            F::stop(server).await;
        }
    }
    Timed { operations: batches * batch, took: started.elapsed() }
}
