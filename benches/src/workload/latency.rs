//! How long a call takes when others want the server too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::framework::Framework;

const SENDERS: u64 = 8;

/// A sender casts so many before it waits until they are handled: never more than this times the senders are waiting.
const BURST: u64 = 32;

/// The nanoseconds that 99 of 100 calls stay below.
pub(super) async fn under_load<F: Framework>(calls: u64) -> f64 {
    let server = F::start().await;
    let over = Arc::new(AtomicBool::new(false));
    let mut ends = Vec::new();
    for _ in 0..SENDERS {
        let (server, over) = (server.clone(), over.clone());
        ends.push(F::spawn(Box::pin(async move {
            while !over.load(Ordering::Relaxed) {
                for _ in 0..BURST {
                    F::cast(&server, 1).await;
                }
                F::call(&server).await;
            }
        })));
    }
    for _ in 0..calls / 10 {
        F::call_with_timeout(&server).await;
    }
    let mut took = Vec::new();
    for _ in 0..calls {
        let started = Instant::now();
        F::call_with_timeout(&server).await;
        took.push(started.elapsed().as_nanos());
    }
    over.store(true, Ordering::Relaxed);
    for end in ends {
        end.await;
    }
    took.sort_unstable();
    took[took.len() * 99 / 100] as f64
}
