//! Locks.

use super::{duplicate, end, other, register_at, unique};
use otp::prelude::*;
use otp::process;
use std::time::Duration;
use tokio::sync::oneshot;

#[otp::test]
async fn reg_067_locks_of_different_keys_do_not_wait_for_each_other() -> otp::Result {
    let registry = unique::<String, ()>().await;
    let (one, other_one) = (registry.clone(), registry.clone());
    let (first, second) = (oneshot::channel(), oneshot::channel());
    let both = async {
        tokio::join!(
            one.lock("a", || async {
                first.0.send(()).expect("it waits");
                second.1.await.map(|()| 1)
            }),
            other_one.lock("b", || async {
                second.0.send(()).expect("it waits");
                first.1.await.map(|()| 2)
            }),
        )
    };
    let (one, two) = both.await;
    assert_eq!((one??, two??), (1, 2), "each within the lock of the other");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn reg_068_locks_of_one_key_run_one_after_the_other() -> otp::Result {
    let registry = unique::<String, ()>().await;
    let (log, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let start = tokio::time::Instant::now();
    for n in 0..3_u64 {
        let (registry, log) = (registry.clone(), log.clone());
        process::spawn_link(async move {
            process::sleep(Duration::from_millis(n)).await;
            let run = || async {
                log.send((n, "in", start.elapsed().as_millis())).expect("it waits");
                process::sleep(Duration::from_millis(200)).await;
                log.send((n, "out", start.elapsed().as_millis())).expect("it waits");
            };
            registry.lock("key", run).await.expect("it runs");
        });
    }
    for n in 0..3 {
        let (who, what, entered) = lines.recv().await.expect("it goes on");
        assert_eq!((who, what), (n, "in"));
        let (who, what, left) = lines.recv().await.expect("it goes on");
        assert_eq!((who, what), (n, "out"));
        assert!(left - entered >= 200 && entered >= 200 * u128::from(n), "{entered} to {left}");
    }
    Ok(())
}

#[otp::test]
async fn reg_069_a_panic_or_an_end_within_a_lock_frees_it() -> otp::Result {
    let registry = unique::<String, ()>().await;
    for panics in [true, false] {
        let clone = registry.clone();
        let (entered, wait) = oneshot::channel();
        let (holder, monitor) = process::spawn_monitor(async move {
            let run = || async {
                entered.send(()).expect("it waits");
                if panics {
                    process::sleep(Duration::from_millis(1)).await;
                    panic!("as it should");
                }
                process::sleep_forever().await;
            };
            clone.lock("key", run).await.expect("it runs");
        });
        wait.await?;
        let clone = registry.clone();
        let (done, answer) = oneshot::channel();
        process::spawn_link(async move {
            done.send(clone.lock("key", || async { 7 }).await).expect("it waits");
        });
        if !panics {
            end(holder, ExitReason::Kill).await;
        }
        assert_eq!(answer.await??, 7);
        let reason = receive! { down: Down if down.reference == monitor => down.reason };
        assert_eq!(reason.to_string().contains("as it should"), panics);
    }
    Ok(())
}

#[otp::test]
async fn reg_072_locks_have_keys_of_their_own() -> otp::Result {
    let (unique, duplicate) = (unique::<String, ()>().await, duplicate::<String, ()>().await);
    let holder = other();
    register_at(&unique, holder, "key".into(), ()).await;
    register_at(&duplicate, holder, "key".into(), ()).await;
    let run = || async {
        // The other registry's lock of the same key is another lock, and so is that of another type's key.
        let inner = duplicate.lock(String::from("key"), || async { process::self_pid() }).await;
        (inner, unique.lock(("key", 1), || async { 2 }).await, unique.lookup("key"))
    };
    let (inner, other_key, entry) = unique.lock("key", run).await?;
    assert_eq!((inner?, other_key?, entry?), (process::self_pid(), 2, Some((holder, ()))));
    assert_eq!((unique.count()?, duplicate.count()?), (1, 1));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn whoever_gives_up_waiting_is_passed_over() -> otp::Result {
    let registry = unique::<String, ()>().await;
    let clone = registry.clone();
    process::spawn_link(async move {
        let wait = || process::sleep(Duration::from_secs(10));
        clone.lock("key", wait).await.expect("it runs");
    });
    process::sleep(Duration::from_millis(1)).await;
    let gives_up = registry.lock("key", || async { panic!("not called") });
    assert!(tokio::time::timeout(Duration::from_secs(1), gives_up).await.is_err());
    assert_eq!(registry.lock("key", || async { 7 }).await?, 7);
    Ok(())
}
