//! Casts: nobody waits, so a call at the end finds out when all have been handled.

use std::time::Instant;

use super::Timed;
use crate::framework::Framework;

/// One sender that never waits: the mailbox grows as fast as it can be filled.
pub(super) async fn one_sender<F: Framework>(casts: u64) -> Timed {
    let server = F::start().await;
    for _ in 0..casts / 10 {
        F::cast(&server, 1).await;
    }
    F::call(&server).await;
    let started = Instant::now();
    for _ in 0..casts {
        F::cast(&server, 1).await;
    }
    let count = F::call(&server).await;
    let took = started.elapsed();
    assert_eq!(count, casts + casts / 10 + 2, "the call came after the casts");
    Timed { operations: casts, took }
}

/// Several senders into one mailbox.
pub(super) async fn many_senders<F: Framework>(senders: u64, casts: u64) -> Timed {
    let server = F::start().await;
    F::call(&server).await;
    let started = Instant::now();
    let mut ends = Vec::new();
    for _ in 0..senders {
        let server = server.clone();
        ends.push(F::spawn(Box::pin(async move {
            for _ in 0..casts {
                F::cast(&server, 1).await;
            }
        })));
    }
    for end in ends {
        end.await;
    }
    let count = F::call(&server).await;
    let took = started.elapsed();
    assert_eq!(count, senders * casts + 2, "the call came after the casts");
    Timed { operations: senders * casts, took }
}
