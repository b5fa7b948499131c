//! The entries under one key: an immutable set that is changed by making another, which shares nearly all of it.
//!
//! Whoever reads a bag has a snapshot: no lock, and no writer that waits for the reader. So that this stays cheap for a
//! key with 100 000 entries, a large bag is a tree: a change copies the nodes on one way from the root, logarithmic in
//! the number of entries, and where nobody else holds a node it is changed in place ([`Arc::make_mut`]).
//!
//! An entry's place follows from its number, whose bits are mixed first: numbers of the entries under one key may have
//! any pattern (with 16 topics, every 16th), and the tree is as even as if they were random. Mixing maps no two numbers
//! to one, so that at the last level a place belongs to one entry alone.

use crate::process::Pid;
use std::sync::Arc;

/// One registration.
#[derive(Debug)]
pub(crate) struct Entry<V> {
    /// Never used twice in one registry.
    pub(crate) id: u64,
    pub(crate) pid: Pid,
    pub(crate) value: V,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) enum Bag<V> {
    #[default]
    Empty,
    /// By far the most frequent: every key of a unique registry.
    One(Arc<Entry<V>>),
    Many(Arc<Node<V>>),
}

#[derive(Debug)]
pub(crate) enum Node<V> {
    Leaf(Vec<Arc<Entry<V>>>),
    Branch(Branch<V>),
}

#[derive(Debug)]
pub(crate) struct Branch<V> {
    /// Entries below.
    len: usize,
    children: Box<[Option<Arc<Node<V>>>; FANOUT]>,
}

/// Entries of a leaf before it is split.
const LEAF: usize = 32;
const FANOUT: usize = 1 << BITS;
/// Bits of the mixed number that choose a child.
const BITS: u32 = 4;
/// Below the last level there are no bits left.
const LEVELS: u32 = u64::BITS / BITS;

fn place(id: u64, level: u32) -> usize {
    let mixed = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (u64::BITS - BITS * (level + 1))) as usize % FANOUT
}

impl<V> Clone for Bag<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Empty => Self::Empty,
            Self::One(entry) => Self::One(entry.clone()),
            Self::Many(node) => Self::Many(node.clone()),
        }
    }
}

impl<V> Clone for Node<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Leaf(entries) => {
                // With room for the entry that it is mostly cloned for.
                let mut copy = Vec::with_capacity((entries.len() + 1).min(LEAF));
                copy.extend_from_slice(entries);
                Self::Leaf(copy)
            }
            Self::Branch(Branch { len, children }) => Self::Branch(Branch { len: *len, children: children.clone() }),
        }
    }
}

impl<V> Bag<V> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Many(node) => node.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The entry, if it is the only one.
    pub(crate) fn only(&self) -> Option<&Arc<Entry<V>>> {
        match self {
            Self::One(entry) => Some(entry),
            _ => None,
        }
    }

    /// Adds an entry that is not in it.
    pub(crate) fn insert(&mut self, entry: Arc<Entry<V>>) {
        match self {
            Self::Empty => *self = Self::One(entry),
            Self::One(one) => *self = Self::Many(Arc::new(Node::Leaf(vec![one.clone(), entry]))),
            Self::Many(node) => Arc::make_mut(node).insert(entry, 0),
        }
    }

    /// Whether there was such an entry.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        match self {
            Self::One(one) if one.id == id => {
                *self = Self::Empty;
                true
            }
            Self::Many(node) => {
                let removed = Arc::make_mut(node).remove(id, 0);
                if removed && node.len() <= 1 {
                    let last = self.iter().next().cloned();
                    *self = last.map_or(Self::Empty, Self::One);
                }
                removed
            }
            _ => false,
        }
    }

    /// All entries, in no particular order.
    pub(crate) fn iter(&self) -> Iter<'_, V> {
        let mut iter = Iter { leaf: [].iter(), branches: Vec::new() };
        match self {
            Self::Empty => {}
            Self::One(entry) => iter.leaf = std::slice::from_ref(entry).iter(),
            Self::Many(node) => iter.descend(node),
        }
        iter
    }
}

impl<V> Node<V> {
    fn len(&self) -> usize {
        match self {
            Self::Leaf(entries) => entries.len(),
            Self::Branch(branch) => branch.len,
        }
    }

    fn insert(&mut self, entry: Arc<Entry<V>>, level: u32) {
        if let Self::Leaf(entries) = self {
            if entries.len() < LEAF || level == LEVELS {
                return entries.push(entry);
            }
            let mut branch = Branch { len: 0, children: Box::default() };
            for old in std::mem::take(entries) {
                branch.insert(old, level);
            }
            *self = Self::Branch(branch);
        }
        if let Self::Branch(branch) = self {
            branch.insert(entry, level);
        }
    }

    fn remove(&mut self, id: u64, level: u32) -> bool {
        match self {
            Self::Leaf(entries) => {
                let found = entries.iter().position(|entry| entry.id == id);
                found.map(|at| entries.swap_remove(at)).is_some()
            }
            Self::Branch(branch) => {
                let removed = branch.remove(id, level);
                // Well below the number at which it was split: an entry that comes and goes must not do both each time.
                if removed && branch.len <= LEAF / 2 {
                    let mut entries = Vec::with_capacity(LEAF);
                    let mut iter = Iter { leaf: [].iter(), branches: vec![branch.children.iter()] };
                    entries.extend(iter.by_ref().cloned());
                    *self = Self::Leaf(entries);
                }
                removed
            }
        }
    }
}

impl<V> Branch<V> {
    fn insert(&mut self, entry: Arc<Entry<V>>, level: u32) {
        self.len += 1;
        match &mut self.children[place(entry.id, level)] {
            Some(child) => Arc::make_mut(child).insert(entry, level + 1),
            empty => *empty = Some(Arc::new(Node::Leaf(vec![entry]))),
        }
    }

    fn remove(&mut self, id: u64, level: u32) -> bool {
        let slot = &mut self.children[place(id, level)];
        let Some(child) = slot else { return false };
        let removed = Arc::make_mut(child).remove(id, level + 1);
        if removed {
            self.len -= 1;
            if child.len() == 0 {
                *slot = None;
            }
        }
        removed
    }
}

/// The entries of a bag.
pub(crate) struct Iter<'a, V> {
    leaf: std::slice::Iter<'a, Arc<Entry<V>>>,
    /// From the root down: the children that are still to come.
    branches: Vec<std::slice::Iter<'a, Option<Arc<Node<V>>>>>,
}

impl<'a, V> Iter<'a, V> {
    fn descend(&mut self, node: &'a Node<V>) {
        match node {
            Node::Leaf(entries) => self.leaf = entries.iter(),
            Node::Branch(branch) => self.branches.push(branch.children.iter()),
        }
    }
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = &'a Arc<Entry<V>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.leaf.next() {
                return Some(entry);
            }
            match self.branches.last_mut()?.next() {
                Some(child) => {
                    if let Some(node) = child {
                        self.descend(node);
                    }
                }
                None => {
                    self.branches.pop();
                }
            }
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn entry(id: u64) -> Arc<Entry<u64>> {
        Arc::new(Entry { id, pid: Pid::local(0, 0), value: id })
    }

    fn ids(bag: &Bag<u64>) -> BTreeSet<u64> {
        let ids: Vec<u64> = bag.iter().map(|entry| entry.id).collect();
        let set: BTreeSet<u64> = ids.iter().copied().collect();
        assert_eq!((ids.len(), set.len()), (bag.len(), bag.len()), "each once");
        set
    }

    fn depth<V>(node: &Node<V>) -> usize {
        match node {
            Node::Leaf(_) => 0,
            Node::Branch(branch) => 1 + branch.children.iter().flatten().map(|node| depth(node)).max().unwrap_or(0),
        }
    }

    proptest! {
        #[test]
        fn it_is_a_set_and_its_snapshots_never_change(
            steps in prop::collection::vec((0_u64..120, prop::bool::weighted(0.6)), 0..400),
            stride in prop::sample::select(vec![1_u64, 16, 1 << 32, 0x9E37_79B9_7F4A_7C15]),
        ) {
            let (mut bag, mut model) = (Bag::default(), BTreeSet::new());
            let mut snapshots = Vec::new();
            for (n, insert) in steps {
                let id = n.wrapping_mul(stride);
                if !insert {
                    prop_assert_eq!(bag.remove(id), model.remove(&id));
                } else if model.insert(id) {
                    bag.insert(entry(id));
                }
                snapshots.push((bag.clone(), model.clone()));
            }
            for (bag, model) in snapshots {
                prop_assert_eq!(bag.is_empty(), model.is_empty());
                prop_assert_eq!(bag.only().map(|entry| entry.id), model.first().copied().filter(|_| model.len() == 1));
                prop_assert_eq!(ids(&bag), model);
            }
        }
    }

    #[test]
    fn numbers_of_any_pattern_make_an_even_tree() {
        for stride in [1, 16, 1 << 20, 1 << 40] {
            let mut bag = Bag::default();
            (0..20_000).for_each(|n| bag.insert(entry(n * stride)));
            let Bag::Many(root) = &bag else { panic!("it is large") };
            assert!(depth(root) <= 4, "stride {stride}: {} levels", depth(root));
            assert!((0..20_000).all(|n| bag.remove(n * stride)));
            assert!(bag.is_empty());
        }
    }

    #[test]
    fn entries_that_are_gone_are_dropped_with_the_last_snapshot() {
        let kept = Arc::new(());
        let mut bag = Bag::default();
        for id in 0..100 {
            bag.insert(Arc::new(Entry { id, pid: Pid::local(0, 0), value: kept.clone() }));
        }
        let snapshot = bag.clone();
        assert!((0..100).all(|id| bag.remove(id)));
        assert_eq!(Arc::strong_count(&kept), 101);
        drop(snapshot);
        assert_eq!(Arc::strong_count(&kept), 1);
    }
}
