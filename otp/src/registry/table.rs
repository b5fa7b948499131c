//! The entries of a registry by key, and who holds what.
//!
//! Two indexes of the same entries, each owned by somebody else:
//!
//! ```text
//! partitions: key -> Bag of entries      written by whoever registers, read by anybody
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
//! - Maps are locked a few places at a time ([`scc::HashMap`]: a bucket of 32), by readers together, and for a few
//!   instructions: whoever reads takes a snapshot, a bag, and looks at it afterwards. Of the user's code only the comparison,
//!   the hash, the clone and the drop of keys run under such a lock: they must not use the registry. No value is dropped
//!   under any: what is taken out is handed to whoever took it out, who drops it last.
//! - The place of a key that is taken out is used again at once, so that a key may come and go beside a million others.

use super::bag::{Bag, Entry};
use super::listener::Listeners;
use super::lock::Locks;
use super::member::Member;
use super::meta::Meta;
use crate::process::pid::PlaceHasher;
use crate::process::{Name, Pid};
use scc::hash_map::Entry as Place;
use std::borrow::Borrow;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, RandomState};
use std::mem::{replace, take};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, OnceLock};

/// What a key must be able to do. Its comparison, hash, clone and drop run under locks of the registry, and must not use that.
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
    pub(crate) members: scc::HashMap<Pid, Arc<Member<K, V>>, BuildHasherDefault<PlaceHasher>>,
    /// The number of the next entry.
    next_id: AtomicU64,
    /// Chooses the partition of a key.
    hasher: RandomState,
    pub(crate) listeners: Listeners<K, V>,
    pub(crate) meta: Meta,
    pub(crate) locks: Locks,
}

pub(crate) struct Partition<K, V> {
    /// None of the bags is empty.
    pub(crate) keys: scc::HashMap<K, Bag<V>>,
    /// Entries. Changed after each change of `keys` by whoever made it.
    len: AtomicUsize,
}

impl<K: Key, V: Send + Sync + 'static> Table<K, V> {
    pub(crate) fn new(name: Name, layout: Layout, listeners: Listeners<K, V>) -> Self {
        let partition = || Partition { keys: scc::HashMap::new(), len: AtomicUsize::new(0) };
        Self {
            name,
            layout,
            closed: AtomicBool::new(false),
            owner: OnceLock::new(),
            partitions: std::iter::repeat_with(partition).take(layout.partitions).collect(),
            members: scc::HashMap::default(),
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
        self.members.clear_sync();
        for partition in &self.partitions {
            let mut left = Vec::new();
            partition.keys.retain_sync(|_, bag| {
                left.push(take(bag));
                false
            });
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

    /// The entries under the key, a bag for each partition that has any.
    #[inline]
    pub(crate) fn bags<'a, Q>(&'a self, key: &'a Q) -> impl Iterator<Item = Bag<V>> + 'a
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.partitions_of(key).iter().filter_map(|partition| partition.bag(key))
    }

    /// Who has the key of a unique registry.
    #[inline]
    pub(crate) fn holder<Q>(&self, key: &Q) -> Option<Pid>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let holder = |_: &K, bag: &Bag<V>| bag.only().map(|entry| entry.pid);
        self.partitions_of(key)[0].keys.read_sync(key, holder).flatten()
    }
}

impl<K: Key, V: Send + Sync + 'static> Partition<K, V> {
    /// The entries under the key, if there are any.
    #[inline]
    pub(crate) fn bag<Q>(&self, key: &Q) -> Option<Bag<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.keys.read_sync(key, |_, bag| bag.clone())
    }

    /// All entries, as they were at some moment during the call.
    pub(crate) fn all(&self) -> Vec<(K, Bag<V>)> {
        let mut all = Vec::with_capacity(self.len.load(Ordering::Relaxed));
        self.keys.iter_sync(|key, bag| {
            all.push((key.clone(), bag.clone()));
            true
        });
        all
    }

    /// Enters it, or says who has the key. Answers what was there in its place.
    ///
    /// A holder that is ending has lost the key already, although what it holds is taken out only when its state has
    /// been dropped: `is_alive` decides.
    pub(crate) fn insert_unique(
        &self,
        key: &K,
        entry: &Arc<Entry<V>>,
        is_alive: impl Fn(Pid) -> bool,
    ) -> Result<Bag<V>, Pid> {
        // The entry of a holder that is not alive, if that has been found.
        let mut lost = None;
        loop {
            let holder = match self.keys.entry_sync(key.clone()) {
                Place::Vacant(place) => {
                    place.insert_entry(Bag::One(entry.clone()));
                    self.len.fetch_add(1, Ordering::Relaxed);
                    return Ok(Bag::Empty);
                }
                Place::Occupied(mut place) => match place.get().only() {
                    Some(holder) if lost != Some(holder.id) => (holder.id, holder.pid),
                    _ => return Ok(replace(place.get_mut(), Bag::One(entry.clone()))),
                },
            };
            // Not under the lock: it looks into the process table.
            if is_alive(holder.1) {
                return Err(holder.1);
            }
            lost = Some(holder.0);
        }
    }

    pub(crate) fn insert_duplicate(&self, key: &K, entry: &Arc<Entry<V>>) {
        self.keys.entry_sync(key.clone()).or_default().get_mut().insert(entry.clone());
        self.len.fetch_add(1, Ordering::Relaxed);
    }

    /// Puts another value in the place of an entry, if the entry is there. Whoever asks has the entry.
    pub(crate) fn replace(&self, key: &K, entry: &Arc<Entry<V>>) {
        self.keys.update_sync(key, |_, bag| {
            if bag.only().is_some_and(|old| old.id == entry.id) {
                *bag = Bag::One(entry.clone());
            }
        });
    }

    /// Takes these entries out, those that are there: another may have taken over.
    pub(crate) fn remove(&self, key: &K, gone: &Bag<V>) {
        let mut removed = 0;
        // The key comes back, and is dropped when the lock is free.
        let _key = self.keys.remove_if_sync(key, |bag| {
            removed = gone.iter().filter(|entry| bag.remove(entry.id)).count();
            bag.is_empty()
        });
        self.len.fetch_sub(removed, Ordering::Relaxed);
    }
}
