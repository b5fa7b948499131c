//! Many children.

use super::super::fixtures::*;
use super::fixtures::{counts, running, start, supervisor};
use crate::cost::{Cost, assert_linear};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Starts this many temporary children and terminates them one by one.
async fn start_and_end(many: usize) -> Duration {
    let supervisor = supervisor().await;
    let spec = idle("many").restart(Restart::Temporary);
    let cost = Cost::begin();
    let mut children = Vec::with_capacity(many);
    for _ in 0..many {
        children.push(start(&supervisor, spec.clone()).await);
    }
    assert_eq!(counts(&supervisor).await, (many, many, 0, many));
    for pid in children {
        supervisor.terminate_child(pid).await.unwrap();
    }
    let cost = cost.end();
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    supervisor.stop().await.unwrap();
    cost
}

#[otp::test]
async fn dsup_062_the_cost_grows_with_the_number_of_children() {
    start_and_end(1_000).await;
    assert_linear(start_and_end(1_000).await, start_and_end(8_000).await);
}

/// DSUP-062: a hundred thousand, shut down at the same time. What is worse than linear does not come to an end in time.
#[otp::test]
async fn a_hundred_thousand_children_start_and_end() -> otp::Result {
    const MANY: usize = 100_000;
    let supervisor = supervisor().await;
    let kinds = [
        idle("many").restart(Restart::Temporary),
        idle("many").shutdown(Shutdown::BrutalKill),
        idle("many").shutdown(Shutdown::Infinity),
    ];
    for n in 0..MANY {
        start(&supervisor, kinds[n % kinds.len()].clone()).await;
    }
    let children = running(&supervisor).await;
    assert_eq!(children.len(), MANY);
    supervisor.stop().await?;
    assert!(children.iter().all(|pid| !process::alive(*pid)));
    Ok(())
}

/// DSUP-062: also when they end by themselves, all at the same time.
#[otp::test]
async fn many_children_may_end_by_themselves() -> otp::Result {
    const MANY: usize = 20_000;
    let supervisor = supervisor().await;
    for n in 0..MANY {
        start(
            &supervisor,
            idle("many").restart(if n.is_multiple_of(2) { Restart::Temporary } else { Restart::Transient }),
        )
        .await;
    }
    for pid in running(&supervisor).await {
        process::exit(pid, ExitReason::Shutdown);
    }
    while counts(&supervisor).await.1 > 0 {}
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    Ok(())
}
