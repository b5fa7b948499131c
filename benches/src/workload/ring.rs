//! A token that goes round: one message at a time, each to another process.

use std::time::Instant;

use tokio::sync::Notify;

use super::Timed;
use crate::framework::Framework;

/// Notified by the server that gets the token on its last hop, and by [`Framework::deaths`].
pub static DONE: Notify = Notify::const_new();

/// How many servers are in the ring.
const MEMBERS: u64 = 1_000;

/// One token, so many hops.
pub(super) async fn one_token<F: Framework>(hops: u64) -> Timed {
    let mut ring = Vec::new();
    for _ in 0..MEMBERS {
        ring.push(F::start().await);
    }
    for (at, member) in ring.iter().enumerate() {
        F::set_next(member, ring[(at + 1) % ring.len()].clone()).await;
    }
    // Once round to warm up.
    F::token(&ring[0], MEMBERS).await;
    DONE.notified().await;
    let started = Instant::now();
    F::token(&ring[0], hops).await;
    DONE.notified().await;
    Timed { operations: hops, took: started.elapsed() }
}
