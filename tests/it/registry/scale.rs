//! Large registries: no operation costs more than the logarithm of what is there.

use super::{duplicate, end, other, register_at, unique, uniques};
use crate::cost::{Cost, assert_constant, assert_linear};
use otp::prelude::*;
use otp::process;

#[otp::test]
async fn a_process_with_100_000_keys_registers_asks_and_ends_in_linear_time() -> otp::Result {
    for registry in uniques::<u32, u32>().await {
        let mut costs = Vec::new();
        for n in [12_500, 100_000] {
            let cost = Cost::begin();
            let (holder, clone) = (other(), registry.clone());
            super::at(holder, move || assert!((0..n).all(|key| clone.register(key, key).is_ok()))).await;
            assert_eq!((registry.count()?, registry.keys(holder)?.len()), (n as usize, n as usize));
            assert_eq!(registry.lookup(&(n - 1))?, Some((holder, n - 1)));
            end(holder, ExitReason::Kill).await;
            assert_eq!((registry.count()?, registry.lookup(&0)?), (0, None));
            costs.push(cost.end());
        }
        assert_linear(costs[0], costs[1]);
    }
    Ok(())
}

#[otp::test]
async fn a_key_with_100_000_entries_is_no_slower() -> otp::Result {
    let registry = duplicate::<&str, u32>().await;
    let mut costs = Vec::new();
    for n in [12_500_u32, 100_000] {
        let cost = Cost::begin();
        let (holder, clone) = (other(), registry.clone());
        let second = other();
        register_at(&registry, second, "key", 0).await;
        super::at(holder, move || assert!((0..n).all(|value| clone.register("key", value).is_ok()))).await;
        let mut seen = 0;
        registry.dispatch("key", |entries| seen = entries.iter().count())?;
        assert_eq!((seen, registry.count()?), (n as usize + 1, n as usize + 1));
        end(holder, ExitReason::Kill).await;
        assert_eq!(registry.lookup("key")?, [(second, 0)]);
        end(second, ExitReason::Kill).await;
        costs.push(cost.end());
    }
    assert_linear(costs[0], costs[1]);
    Ok(())
}

#[otp::test]
async fn processes_come_and_go_under_one_large_key_in_linear_time() -> otp::Result {
    let registry = duplicate::<&str, u32>().await;
    let mut costs = Vec::new();
    for n in [1_000_u32, 8_000] {
        let cost = Cost::begin();
        let all: Vec<_> = (0..n)
            .map(|value| {
                let registry = registry.clone();
                process::spawn(async move {
                    registry.register("key", value).expect("any number");
                    process::sleep_forever().await;
                })
            })
            .collect();
        while registry.count()? < n as usize {
            tokio::task::yield_now().await;
        }
        let mut pids: Vec<Pid> = registry.lookup("key")?.into_iter().map(|(pid, _)| pid).collect();
        pids.sort_unstable();
        let mut expected = all.clone();
        expected.sort_unstable();
        assert_eq!(pids, expected);
        all.iter().for_each(|pid| process::exit(*pid, ExitReason::Kill));
        for pid in all {
            process::wait(pid).await;
        }
        assert_eq!((registry.count()?, registry.lookup("key")?), (0, vec![]));
        costs.push(cost.end());
    }
    assert_linear(costs[0], costs[1]);
    Ok(())
}

/// A debug build takes a tenth of them: an operation there costs ten times as much, and one that is not linear is found as
/// well.
const MANY: u32 = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

#[otp::test]
async fn a_million_keys_are_linear() -> otp::Result {
    let registry = unique::<u32, ()>().await;
    let mut costs = Vec::new();
    for n in [MANY / 8, MANY] {
        let cost = Cost::begin();
        let holders: Vec<_> = (0..4).map(|_| other()).collect();
        for (at, holder) in (0..4).zip(&holders) {
            let clone = registry.clone();
            let fill = move || (at * n / 4..(at + 1) * n / 4).all(|key| clone.register(key, ()).is_ok());
            assert!(super::at(*holder, fill).await);
        }
        assert_eq!((registry.count()?, registry.whereis(&(n / 2))?), (n as usize, Some(holders[2])));
        for holder in holders {
            end(holder, ExitReason::Kill).await;
        }
        assert_eq!(registry.count()?, 0);
        costs.push(cost.end());
    }
    assert_linear(costs[0], costs[1]);
    Ok(())
}

#[otp::test]
async fn a_key_comes_and_goes_at_the_same_cost_beside_many_others() -> otp::Result {
    for registry in uniques::<u32, ()>().await {
        let mut costs = Vec::new();
        for others in [MANY / 64, MANY] {
            let (holder, clone) = (other(), registry.clone());
            super::at(holder, move || assert!((0..others).all(|key| clone.register(key, ()).is_ok()))).await;
            let cost = Cost::begin();
            for _ in 0..5_000 {
                registry.register(MANY, ())?;
                registry.unregister(&MANY)?;
            }
            costs.push(cost.end());
            end(holder, ExitReason::Kill).await;
        }
        assert_constant(costs[0], costs[1]);
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_taken_out_is_kept_nowhere() -> otp::Result {
    let counted = std::sync::Arc::new(0);
    for registry in uniques::<(u32, std::sync::Arc<u32>), std::sync::Arc<u32>>().await {
        for key in 0..10_000 {
            registry.register((key, counted.clone()), counted.clone())?;
            registry.unregister(&(key, counted.clone()))?;
        }
        assert_eq!(std::sync::Arc::strong_count(&counted), 1);
    }
    Ok(())
}
