//! Registries: every behaviour that does not depend on it is tried with one partition and with several, and with duplicate
//! keys that are partitioned by pid and by key.

mod cleanup;
mod count;
mod dispatch;
mod duplicate;
mod listener;
mod lock;
mod match_;
mod meta;
mod race;
mod scale;
mod select;
mod start;
mod unique;
mod unregister;
mod value;
mod via;

use otp::process::{self, ExitReason, Pid};
use otp::registry::{DuplicateRegistry, Key, Keys, PartitionBy, Registry};
use std::sync::atomic::{AtomicU32, Ordering};

/// A name that no other registry of this program has.
fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("registry {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A registry of unique keys with one partition.
async fn unique<K: Key, V: Clone + Send + Sync + 'static>() -> Registry<K, V> {
    Registry::unique(fresh()).start_link().await.expect("the name is free")
}

/// A registry of duplicate keys with one partition.
async fn duplicate<K: Key, V: Clone + Send + Sync + 'static>() -> DuplicateRegistry<K, V> {
    Registry::duplicate(fresh()).start_link().await.expect("the name is free")
}

/// Registries of unique keys, with one partition and with several.
async fn uniques<K: Key, V: Clone + Send + Sync + 'static>() -> Vec<Registry<K, V>> {
    let several = Registry::unique(fresh()).partitions(8).start_link().await;
    vec![unique().await, several.expect("the name is free")]
}

/// Registries of duplicate keys of every layout.
async fn duplicates<K: Key, V: Clone + Send + Sync + 'static>() -> Vec<DuplicateRegistry<K, V>> {
    let mut all = Vec::new();
    for (partitions, by) in [(1, PartitionBy::Pid), (1, PartitionBy::Key), (8, PartitionBy::Pid), (8, PartitionBy::Key)]
    {
        let spec = Registry::duplicate(fresh()).partitions(partitions).partition_by(by);
        all.push(spec.start_link().await.expect("the name is free"));
    }
    all
}

/// What an [`other`] process is asked to do.
struct Act(Box<dyn FnOnce() + Send>);

/// A process that does what it is asked to.
fn other() -> Pid {
    process::spawn(async {
        loop {
            let Act(act) = process::receive().await;
            act();
        }
    })
}

/// Has an [`other`] process do something, and answers what came of it.
async fn at<T: Send + 'static>(pid: Pid, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, answer) = tokio::sync::oneshot::channel();
    let act = move || drop(done.send(act()));
    process::send(pid, Act(Box::new(act))).expect("a pid is no name");
    answer.await.expect("it lives")
}

/// Has an [`other`] process register a key.
async fn register_at<K, V, M>(registry: &Registry<K, V, M>, pid: Pid, key: K, value: V)
where
    K: Key,
    V: Send + Sync + 'static,
    M: Keys,
{
    let registry = registry.clone();
    at(pid, move || registry.register(key, value).map(drop)).await.expect("it is free");
}

/// Ends a process and waits until it is gone.
async fn end(pid: Pid, reason: ExitReason) {
    process::exit(pid, reason);
    process::wait(pid).await;
}

/// In an order of its own.
fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}
