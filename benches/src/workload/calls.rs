//! Calls: a question, a wait, an answer.

use std::time::Instant;

use super::Timed;
use crate::framework::Framework;

/// One caller, without a timeout.
pub(super) async fn one_caller<F: Framework>(calls: u64) -> Timed {
    let server = F::start().await;
    for _ in 0..calls / 10 {
        F::call(&server).await;
    }
    let started = Instant::now();
    let mut count = 0;
    for _ in 0..calls {
        count = F::call(&server).await;
    }
    let took = started.elapsed();
    assert_eq!(count, calls + calls / 10, "every call was answered");
    Timed { operations: calls, took }
}

/// One caller, with a timeout of five seconds on each call.
pub(super) async fn one_caller_with_timeout<F: Framework>(calls: u64) -> Timed {
    let server = F::start().await;
    for _ in 0..calls / 10 {
        F::call_with_timeout(&server).await;
    }
    let started = Instant::now();
    let mut count = 0;
    for _ in 0..calls {
        count = F::call_with_timeout(&server).await;
    }
    let took = started.elapsed();
    assert_eq!(count, calls + calls / 10, "every call was answered");
    Timed { operations: calls, took }
}

/// One caller, with a timeout, of handlers of which some wait.
pub(super) async fn one_that_suspends<F: Framework>(calls: u64) -> Option<Timed> {
    let server = F::start().await;
    for _ in 0..calls / 10 {
        F::call_that_may_suspend(&server).await?;
    }
    let started = Instant::now();
    let mut count = 0;
    for _ in 0..calls {
        count = F::call_that_may_suspend(&server).await?;
    }
    let took = started.elapsed();
    assert_eq!(count, calls + calls / 10, "every call was answered");
    Some(Timed { operations: calls, took })
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
