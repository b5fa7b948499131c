//! The process table: pid to process.
//!
//! A slab in shards, each behind a lock held for a few instructions. A thread enters processes into the shard that is
//! its own, so starting and ending processes on several threads does not contend. A place carries a generation, which
//! grows whenever the place is freed: a pid that was kept never denotes a later process, and a place whose generation
//! is used up is never used again.

use super::Pid;
use super::core::AnyProcess;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

const SHARD_BITS: u32 = 5;
const SHARDS: u32 = 1 << SHARD_BITS;

/// Its cache lines are its own: neighbours are other threads'.
#[repr(align(128))]
struct Shard(RwLock<Places>);

struct Places {
    all: Vec<Place>,
    /// Places that are free, newest last.
    free: Vec<u32>,
}

struct Place {
    generation: u32,
    process: Option<Arc<dyn AnyProcess>>,
}

static TABLE: [Shard; SHARDS as usize] =
    [const { Shard(RwLock::new(Places { all: Vec::new(), free: Vec::new() })) }; SHARDS as usize];

thread_local! {
    static MINE: u32 = {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS
    };
}

fn read(shard: u32) -> RwLockReadGuard<'static, Places> {
    TABLE[shard as usize].0.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shard: u32) -> RwLockWriteGuard<'static, Places> {
    TABLE[shard as usize].0.write().unwrap_or_else(PoisonError::into_inner)
}

/// Enters a process that nobody else has yet: `name` gives it its pid.
pub(crate) fn insert<P: AnyProcess>(mut process: Arc<P>, name: impl FnOnce(&mut P, Pid)) -> Arc<P> {
    let shard = MINE.try_with(|mine| *mine).unwrap_or(0);
    // Made before: memory is not asked for under the lock, but when the table grows.
    let entry = Arc::get_mut(&mut process).expect("nobody else has it yet");
    let mut places = write(shard);
    let index = places.free.pop().unwrap_or_else(|| {
        places.all.push(Place { generation: 0, process: None });
        u32::try_from(places.all.len() - 1).expect("fewer than 2^32 processes")
    });
    assert!(index < u32::MAX >> SHARD_BITS, "the process table is full: {index} processes in one shard");
    let place = &mut places.all[index as usize];
    name(entry, Pid::local(index << SHARD_BITS | shard, place.generation));
    place.process = Some(process.clone());
    process
}

/// The process, if it is listed: it exists, although it may be about to end.
pub(crate) fn get(pid: Pid) -> Option<Arc<dyn AnyProcess>> {
    if !pid.is_local() {
        return None;
    }
    let places = read(pid.slot() & (SHARDS - 1));
    let place = places.all.get((pid.slot() >> SHARD_BITS) as usize)?;
    (place.generation == pid.generation()).then(|| place.process.clone()).flatten()
}

/// Takes a process off the table. Its pid never denotes another.
pub(crate) fn remove(pid: Pid) {
    let removed = {
        let mut places = write(pid.slot() & (SHARDS - 1));
        let index = pid.slot() >> SHARD_BITS;
        let Some(place) = places.all.get_mut(index as usize) else { return };
        if place.generation != pid.generation() {
            return;
        }
        let removed = place.process.take();
        if let Some(next) = place.generation.checked_add(1) {
            place.generation = next;
            places.free.push(index);
        }
        removed
    };
    // Outside of the lock: it may be the last reference, and dropping runs the user's code.
    drop(removed);
}

/// All processes that exist at some moment during the call.
pub(crate) fn all() -> Vec<Arc<dyn AnyProcess>> {
    (0..SHARDS).flat_map(|shard| read(shard).all.iter().filter_map(|p| p.process.clone()).collect::<Vec<_>>()).collect()
}
