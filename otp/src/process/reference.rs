//! References: unique values that embed the pid of the process that made them.

use super::Pid;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A value that is made once. Compare it, keep it, send it.
#[doc(alias = "make_ref")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    owner: Pid,
    /// Where its owner keeps what it refers to, if that is a monitor: found without a search.
    place: u32,
    number: u64,
}

impl std::hash::Hash for Reference {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // No two have the same. The block first: numbers of different threads are to differ in their low bits too.
        state.write_u64(self.number / BLOCK);
        state.write_u64(self.number);
    }
}

/// Numbers are handed to threads in blocks, so that making a reference shares nothing.
const BLOCK: u64 = 1 << 16;
static NEXT_BLOCK: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static NEXT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

fn next_number() -> u64 {
    NEXT.with(|next| {
        let mut number = next.get();
        if number % BLOCK == 0 {
            number = NEXT_BLOCK.fetch_add(1, Ordering::Relaxed) * BLOCK;
        }
        next.set(number + 1);
        number
    })
}

impl Reference {
    pub(crate) fn new(owner: Pid) -> Self {
        Self::at(0, owner)
    }

    /// A reference to what its owner keeps in this place.
    pub(crate) fn at(place: usize, owner: Pid) -> Self {
        Self::made(place, owner, next_number())
    }

    /// The one with this number, again.
    pub(crate) fn made(place: usize, owner: Pid, number: u64) -> Self {
        Self { owner, place: u32::try_from(place).expect("fewer than 2^32 monitors"), number }
    }

    /// No two references have the same.
    pub(crate) fn number(self) -> u64 {
        self.number
    }

    pub(crate) fn place(self) -> usize {
        self.place as usize
    }

    /// The process that made it.
    pub fn owner(self) -> Pid {
        self.owner
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#Ref{}.{}", self.owner, self.number)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Identifies a monitor: made by [`monitor`](super::monitor()), found in [`Down`](super::Down).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct MonitorRef(pub(crate) Reference);

impl MonitorRef {
    /// The bare reference.
    pub fn reference(self) -> Reference {
        self.0
    }
}

impl fmt::Display for MonitorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A second address of a process, which it can close again: made by [`alias`](super::alias()).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct AliasRef(pub(crate) Reference);

impl AliasRef {
    /// The bare reference.
    pub fn reference(self) -> Reference {
        self.0
    }
}
