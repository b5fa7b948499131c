//! Dispatch, and publishing with it.

use super::{duplicate, duplicates, fresh, other, register_at, sorted, uniques};
use otp::prelude::*;
use otp::process;
use otp::registry::PartitionBy;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

#[otp::test]
async fn reg_058_without_entries_the_function_is_not_called() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        registry.register("other", 1)?;
        assert_eq!(registry.dispatch("hello", |_| panic!("not called")), Ok(()));
        assert_eq!(registry.dispatch_parallel("hello", |_| panic!("not called")).await, Ok(()));
    }
    for registry in duplicates::<String, u8>().await {
        registry.register("other", 1)?;
        registry.register("hello", 1)?;
        registry.unregister("hello")?;
        assert_eq!(registry.dispatch("hello", |_| panic!("not called")), Ok(()));
        assert_eq!(registry.dispatch_parallel("hello", |_| panic!("not called")).await, Ok(()));
    }
    Ok(())
}

#[otp::test]
async fn reg_059_a_unique_key_is_one_call_here_with_one_entry() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        let holder = other();
        register_at(&registry, holder, "hello".into(), 7).await;
        register_at(&registry, holder, "other".into(), 8).await;
        let mut calls = Vec::new();
        let done = registry.dispatch("hello", |entries| {
            let entries: Vec<(Pid, u8)> = entries.iter().map(|(pid, value)| (pid, *value)).collect();
            calls.push((process::self_pid(), entries));
        });
        assert_eq!((done, calls), (Ok(()), vec![(process::self_pid(), vec![(holder, 7)])]));

        let (seen, me) = (Arc::new(Mutex::new(Vec::new())), process::self_pid());
        let sink = seen.clone();
        let note = move |entries: &otp::registry::Entries<u8>| {
            sink.lock().expect("nobody panics").push((process::self_pid() == me, entries.len()));
        };
        registry.dispatch_parallel("hello", note).await?;
        assert_eq!(*seen.lock().expect("nobody panics"), [(true, 1)], "one partition needs no other process");
    }
    Ok(())
}

/// Eight processes with three entries each under the key, and some under another.
async fn crowd(registry: &DuplicateRegistry<String, u32>) -> Vec<(Pid, u32)> {
    let mut all = Vec::new();
    for n in 0..8 {
        let pid = other();
        for value in [n, n, n + 100] {
            register_at(registry, pid, "hello".into(), value).await;
            register_at(registry, pid, format!("not {value}"), value).await;
            all.push((pid, value));
        }
    }
    sorted(all)
}

#[otp::test]
async fn reg_060_a_duplicate_key_is_a_call_for_each_partition_with_entries() -> otp::Result {
    for registry in duplicates::<String, u32>().await {
        let all = crowd(&registry).await;
        let (mut calls, mut entries) = (0, Vec::new());
        registry.dispatch("hello", |part| {
            assert_eq!(part.len(), part.iter().count());
            assert!(part.len() > 0);
            calls += 1;
            for (pid, value) in part {
                entries.push((pid, *value));
            }
        })?;
        assert_eq!(sorted(entries), all);
        // How many partitions the processes fall into is for the hash to say.
        let spread = registry.partitions()? > 1 && calls > 1;
        assert!(calls == 1 || spread && calls <= 8, "{calls} calls");
    }
    let by_key = Registry::<String, u32>::duplicate(fresh()).partitions(8).partition_by(PartitionBy::Key);
    let by_key = by_key.start_link().await?;
    crowd(&by_key).await;
    let mut calls = 0;
    by_key.dispatch("hello", |_| calls += 1)?;
    assert_eq!(calls, 1, "a key's entries lie together");
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parallel_dispatch_covers_all_in_processes_of_its_own() -> otp::Result {
    for registry in duplicates::<String, u32>().await {
        let all = crowd(&registry).await;
        let mut calls = 0;
        registry.dispatch("hello", |_| calls += 1)?;
        let seen = Arc::new(Mutex::new((HashSet::new(), Vec::new())));
        let sink = seen.clone();
        registry
            .dispatch_parallel("hello", move |part| {
                let mut seen = sink.lock().expect("nobody panics");
                seen.0.insert(process::self_pid());
                seen.1.extend(part.iter().map(|(pid, value)| (pid, *value)));
            })
            .await?;
        let (processes, entries) = seen.lock().expect("nobody panics").clone();
        assert_eq!(sorted(entries), all);
        assert_eq!(processes.len(), calls);
        assert_eq!(processes.contains(&process::self_pid()), calls == 1);
    }
    Ok(())
}

#[otp::test]
async fn reg_062_a_panic_is_the_callers_and_nobody_elses() -> otp::Result {
    for registry in duplicates::<String, u32>().await {
        let members: Vec<_> = crowd(&registry).await.into_iter().map(|(pid, _)| pid).collect();
        let serial = || registry.dispatch("hello", |_| panic!("as it should"));
        assert!(catch_unwind(AssertUnwindSafe(serial)).is_err());
        let clone = registry.clone();
        let (_, monitor) = process::spawn_monitor(async move {
            drop(clone.dispatch_parallel("hello", |_| panic!("as it should")).await);
        });
        let reason = receive! { down: Down if down.reference == monitor => down.reason };
        assert!(reason.to_string().contains("as it should"), "{reason}");
        assert!(members.into_iter().all(process::alive));
        assert_eq!((registry.lookup("hello")?.len(), registry.count()?), (24, 48));
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Broadcast(&'static str);

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn reg_063_each_subscriber_gets_each_message_once_for_each_registration() -> otp::Result {
    let registry = Registry::<String>::duplicate(fresh()).partitions(2).start_link().await?;
    let (counted, mut counts) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..100 {
        let (registry, counted) = (registry.clone(), counted.clone());
        let (ready, wait) = tokio::sync::oneshot::channel();
        process::spawn_link(async move {
            assert!((0..=n % 3).all(|_| registry.register("news", ()).is_ok()));
            registry.register("other news", ()).expect("any number");
            ready.send(()).expect("it waits");
            let mut got = 0;
            loop {
                match process::receive::<Broadcast>().await {
                    Broadcast("end") => break,
                    Broadcast(_) => got += 1,
                }
            }
            counted.send((n, got)).expect("it waits");
            process::sleep_forever().await;
        });
        wait.await?;
    }
    let publish = |text: &'static str| {
        move |entries: &otp::registry::Entries<()>| {
            entries.iter().for_each(|(pid, ())| process::send(pid, Broadcast(text)).expect("a pid is no name"));
        }
    };
    for _ in 0..10 {
        registry.dispatch("news", publish("hello"))?;
        registry.dispatch_parallel("news", publish("hello")).await?;
    }
    registry.dispatch("other news", publish("end"))?;
    for _ in 0..100 {
        let (n, got) = counts.recv().await.expect("it counts");
        assert_eq!(got, 20 * (n % 3 + 1));
    }
    Ok(())
}

#[otp::test]
async fn a_dispatch_goes_over_what_was_there_whatever_the_function_does() -> otp::Result {
    for registry in duplicates::<u8, u32>().await {
        (0..100).for_each(|value| drop(registry.register(1, value)));
        let (mut seen, clone) = (0, registry.clone());
        registry.dispatch(&1, |entries| {
            clone.unregister(&1).expect("it runs");
            clone.register(1, 7).expect("any number");
            seen += entries.iter().count();
        })?;
        assert_eq!((seen, registry.lookup(&1)?), (100, vec![(process::self_pid(), 7)]));
    }
    drop(duplicate::<u8, u8>().await);
    Ok(())
}
