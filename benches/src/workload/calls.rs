//! Calls: a question, a wait, an answer.

use std::time::{Duration, Instant};

use super::Timed;
use crate::framework::Framework;

/// One caller, without a timeout.
pub(super) async fn one_caller<F: Framework>(calls: u64) -> Timed {
    let server = &F::start().await;
    timed_calls(calls, || F::call(server)).await
}

/// One caller, with a timeout of five seconds on each call.
pub(super) async fn one_caller_with_timeout<F: Framework>(calls: u64) -> Timed {
    let server = &F::start().await;
    timed_calls(calls, || F::call_with_timeout(server)).await
}

/// A server that suspends does so at every call with a number that this divides.
pub const SUSPENDS: u64 = 16;

/// How long calls are made before they are timed. Two workers that begin to wake each other are up to twice as slow for some
/// tens of milliseconds, in which all calls of a fast framework are over.
const WARM_UP: Duration = Duration::from_millis(100);

/// Times calls of a server that counts them, one after the other.
pub async fn timed_calls<C: Future<Output = u64>>(calls: u64, call: impl Fn() -> C) -> Timed {
    let began = Instant::now();
    let mut before = 0;
    while began.elapsed() < WARM_UP {
        for _ in 0..100 {
            before = call().await;
        }
    }
    let started = Instant::now();
    let mut count = 0;
    for _ in 0..calls {
        count = call().await;
    }
    let took = started.elapsed();
    assert_eq!(count, before + calls, "every call was answered");
    Timed { operations: calls, took }
}

/// Many callers of one server.
pub(super) async fn many_callers<F: Framework>(callers: u64, calls: u64) -> Timed {
    let server = F::start().await;
    F::call(&server).await;
    let started = Instant::now();
    let mut ends = Vec::new();
    for _ in 0..callers {
        ends.push(caller::<F>(server.clone(), calls));
    }
    for end in ends {
        end.await;
    }
    let took = started.elapsed();
    assert_eq!(F::call(&server).await, callers * calls + 2, "every call was answered");
    Timed { operations: callers * calls, took }
}

/// As many servers as callers: nothing is shared but the runtime.
pub(super) async fn pairs<F: Framework>(pairs: u64, calls: u64) -> Timed {
    let mut servers = Vec::new();
    for _ in 0..pairs {
        servers.push(F::start().await);
    }
    let started = Instant::now();
    let mut ends = Vec::new();
    for server in servers {
        ends.push(caller::<F>(server, calls));
    }
    for end in ends {
        end.await;
    }
    Timed { operations: pairs * calls, took: started.elapsed() }
}

fn caller<F: Framework>(server: F::Server, calls: u64) -> crate::BoxFuture<()> {
    F::spawn(Box::pin(async move {
        for _ in 0..calls {
            F::call(&server).await;
        }
    }))
}
