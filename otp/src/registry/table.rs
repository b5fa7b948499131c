//! The entries of a registry by key, and who holds what.
//!
//! Two indexes of the same entries, each owned by somebody else:
//!
//! ```text
//! partitions: key -> Bag of entries      written by whoever registers, read by anybody, without a lock
//! members:    pid -> Member              made with a process's first key; gone with the process, or with the registry
//!               Member: key -> Bag       the entries of this process, behind its lock
//! ```
//!
//! - An entry is put into and taken out of both **under its member's lock**. So the entries of one process change one by
//!   one, and a member that has `ended` gets no more.
//! - A member is tied to its process ([`Tie`](crate::process::tie::Tie)): at the end of the process, before anybody is
//!   told of it, it sets `ended` and takes out what it holds.
//! - The end of the registry does the same to all members, after it has set `closed`. A member that is made at that
//!   moment is entered first and looks at `closed` then, with a fence between the two on either side, so that one of them
//!   sees the other.
//! - No key is compared, hashed, cloned or dropped under a lock other than its member's, and nothing is reclaimed under
//!   that one: a pin that is older than the lock holds it back until the lock is free.

use super::bag::{Bag, Entry};
use super::listener::Listeners;
use super::lock::Locks;
use super::member::Member;
use super::meta::Meta;
use crate::process::pid::PlaceHasher;
use crate::process::{Name, Pid};
use papaya::Operation;
use std::borrow::Borrow;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, OnceLock};

/// What a key must be able to do.
pub trait Key: Eq + Hash + Clone + Send + Sync + 'static {}
impl<K: Eq + Hash + Clone + Send + Sync + 'static> Key for K {}

/// How a registry is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) unique: bool,
    pub(crate) by: PartitionBy,
    pub(crate) partitions: usize,
}

/// What decides in which partition an entry of a registry with duplicate keys lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PartitionBy {
    /// The process: a key's entries lie in all partitions, so that processes that register the same key do not get into
    /// each other's way, and a dispatch can go on in parallel. The default.
    #[doc(alias = ":pid")]
    #[default]
    Pid,
    /// The key: its entries lie together, and a lookup has one partition to look at. For many keys with few entries each.
    #[doc(alias = ":key")]
    Key,
}

/// See the module.
pub(crate) struct Table<K, V> {
    pub(crate) name: Name,
    pub(crate) layout: Layout,
    /// The registry has ended. Set once, by its exit, before it takes the entries out.
    closed: AtomicBool,
    /// The process of the registry. Set when it is made.
    pub(crate) owner: OnceLock<Pid>,
    pub(crate) partitions: Box<[Partition<K, V>]>,
    pub(crate) members: papaya::HashMap<Pid, Arc<Member<K, V>>, BuildHasherDefault<PlaceHasher>>,
    /// The number of the next entry.
    next_id: AtomicU64,
    /// Chooses the partition of a key.
    hasher: RandomState,
    pub(crate) listeners: Listeners<K, V>,
    pub(crate) meta: Meta,
    pub(crate) locks: Locks,
}

pub(crate) struct Partition<K, V> {
    pub(crate) keys: papaya::HashMap<K, Bag<V>>,
    /// Entries. Changed after each change of `keys` by whoever made it.
    len: AtomicUsize,
}

impl<K: Key, V: Send + Sync + 'static> Table<K, V> {
    pub(crate) fn new(name: Name, layout: Layout, listeners: Listeners<K, V>) -> Self {
        let partition = || Partition { keys: papaya::HashMap::new(), len: AtomicUsize::new(0) };
        Self {
            name,
            layout,
            closed: AtomicBool::new(false),
            owner: OnceLock::new(),
            partitions: std::iter::repeat_with(partition).take(layout.partitions).collect(),
            members: papaya::HashMap::default(),
            next_id: AtomicU64::new(0),
            hasher: RandomState::new(),
            listeners,
            meta: Meta::default(),
            locks: Locks::default(),
        }
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// As `is_closed`, by one who has just entered a member: if it is not closed, `close` is going to see the member.
    pub(crate) fn was_closed_meanwhile(&self) -> bool {
        fence(Ordering::SeqCst);
        self.is_closed()
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // With the fence in `was_closed_meanwhile`.
        fence(Ordering::SeqCst);
    }

    /// Takes out whatever is left. The members have been told.
    pub(crate) fn clear(&self) {
        self.members.pin().clear();
        for partition in &self.partitions {
            partition.keys.pin().clear();
        }
    }

    pub(crate) fn entry(&self, pid: Pid, value: V) -> Arc<Entry<V>> {
        Arc::new(Entry { id: self.next_id.fetch_add(1, Ordering::Relaxed), pid, value })
    }

    /// All partitions that may have entries under the key.
    #[inline]
    pub(crate) fn partitions_of<Q: Hash + ?Sized>(&self, key: &Q) -> &[Partition<K, V>] {
        if self.partitions.len() == 1 || self.spreads() {
            return &self.partitions;
        }
        let at = self.place(self.hasher.hash_one(key));
        &self.partitions[at..=at]
    }

    /// The partition for an entry of this process under this key.
    pub(crate) fn partition<Q: Hash + ?Sized>(&self, key: &Q, pid: Pid) -> &Partition<K, V> {
        if self.spreads() {
            let hash = BuildHasherDefault::<PlaceHasher>::default().hash_one(pid);
            return &self.partitions[self.place(hash)];
        }
        &self.partitions_of(key)[0]
    }

    /// Whether the entries under one key lie in several partitions.
    fn spreads(&self) -> bool {
        !self.layout.unique && self.layout.by == PartitionBy::Pid
    }

    fn place(&self, hash: u64) -> usize {
        // The upper bits are the good ones.
        ((u128::from(hash) * self.partitions.len() as u128) >> u64::BITS) as usize
    }

    /// The number of entries.
    pub(crate) fn len(&self) -> usize {
        self.partitions.iter().map(|partition| partition.len.load(Ordering::Relaxed)).sum()
    }

    /// Calls `f` with the entries under the key, once for each partition that has any, under a pin: no user code in `f`
    /// that may take long.
    #[inline]
    pub(crate) fn each_bag<Q>(&self, key: &Q, mut f: impl FnMut(&Bag<V>))
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        for partition in self.partitions_of(key) {
            if let Some(bag) = partition.keys.pin().get(key) {
                f(bag);
            }
        }
    }

    /// Who has the key of a unique registry.
    #[inline]
    pub(crate) fn holder<Q>(&self, key: &Q) -> Option<Pid>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.partitions_of(key)[0].keys.pin().get(key).and_then(Bag::only).map(|entry| entry.pid)
    }
}

impl<K: Key, V: Send + Sync + 'static> Partition<K, V> {
    /// Enters it, or says who has the key.
    ///
    /// A holder that is ending has lost the key already, although what it holds is taken out only when its state has
    /// been dropped: `is_alive` decides.
    pub(crate) fn insert_unique(
        &self,
        key: &K,
        entry: &Arc<Entry<V>>,
        is_alive: impl Fn(Pid) -> bool,
    ) -> Result<(), Pid> {
        let keys = self.keys.pin();
        let Err(taken) = keys.try_insert(key.clone(), Bag::One(entry.clone())) else {
            self.len.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        match taken.current.only() {
            Some(holder) if is_alive(holder.pid) => return Err(holder.pid),
            _ => {}
        }
        let entered = keys.compute(key.clone(), |current| match current.and_then(|(_, bag)| bag.only()) {
            Some(holder) if is_alive(holder.pid) => Operation::Abort(holder.pid),
            _ => Operation::Insert(Bag::One(entry.clone())),
        });
        match entered {
            papaya::Compute::Aborted(by) => return Err(by),
            // In place of another.
            papaya::Compute::Updated { .. } => {}
            papaya::Compute::Inserted(..) | papaya::Compute::Removed(..) => {
                self.len.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    pub(crate) fn insert_duplicate(&self, key: &K, entry: &Arc<Entry<V>>) {
        self.keys.pin().compute(key.clone(), |current| {
            let mut bag = current.map(|(_, bag)| bag.clone()).unwrap_or_default();
            bag.insert(entry.clone());
            Operation::<_, ()>::Insert(bag)
        });
        self.len.fetch_add(1, Ordering::Relaxed);
    }

    /// Puts another value in the place of an entry, if the entry is there.
    pub(crate) fn replace(&self, key: &K, entry: &Arc<Entry<V>>) {
        self.keys.pin().compute(key.clone(), |current| match current.and_then(|(_, bag)| bag.only()) {
            Some(old) if old.id == entry.id => Operation::Insert(Bag::One(entry.clone())),
            _ => Operation::Abort(()),
        });
    }

    /// Takes these entries out, those that are there.
    pub(crate) fn remove(&self, key: &K, gone: &Bag<V>) {
        let keys = self.keys.pin();
        if let Some(entry) = gone.only() {
            match keys.remove_if(key, |_, bag| bag.only().is_some_and(|only| only.id == entry.id)) {
                Ok(Some(_)) => return self.removed(1),
                // It had been taken over, and its new holder has left already.
                Ok(None) => return,
                Err(_) => {}
            }
        }
        let mut removed = 0;
        keys.compute(key.clone(), |current| {
            removed = 0;
            let Some((_, bag)) = current else { return Operation::Abort(()) };
            let mut left = bag.clone();
            removed = gone.iter().filter(|entry| left.remove(entry.id)).count();
            match removed {
                0 => Operation::Abort(()),
                _ if left.is_empty() => Operation::Remove,
                _ => Operation::Insert(left),
            }
        });
        self.removed(removed);
    }

    fn removed(&self, n: usize) {
        self.len.fetch_sub(n, Ordering::Relaxed);
    }
}
