//! Which partitions there are: what a partition supervisor shares with its handles.
//!
//! It lies in the supervisor's place and is taken over by each incarnation, so that a handle may keep it. Looking a key up
//! takes no lock.

use crate::process::Slot;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// See the module.
pub(crate) struct Table {
    /// The places of all partitions there can be. Never changed.
    slots: Box<[Arc<Slot>]>,
    /// How many of them keys lead to, from the first on. Changed by a start, and by whoever holds `resizing`.
    active: AtomicUsize,
    /// Held while the number changes: two resizes are done one after the other.
    pub(crate) resizing: tokio::sync::Mutex<()>,
}

impl Table {
    /// The table for a supervisor that is about to start in this place, with all its partitions.
    pub(crate) fn in_place(place: &Slot, partitions: usize) -> Arc<Self> {
        if let Some(table) = place.routes::<Self>()
            && table.slots.len() == partitions
        {
            table.set_active(partitions);
            return table;
        }
        let slots = (0..partitions).map(|partition| place.child(&id(partition))).collect();
        let table = Arc::new(Self { slots, active: AtomicUsize::new(partitions), resizing: Default::default() });
        place.set_routes(table.clone());
        table
    }

    /// How many there can be.
    pub(crate) fn max(&self) -> usize {
        self.slots.len()
    }

    /// How many there are.
    pub(crate) fn active(&self) -> usize {
        self.active.load(Ordering::Acquire)
    }

    pub(crate) fn set_active(&self, active: usize) {
        self.active.store(active, Ordering::Release);
    }

    /// The places that keys lead to.
    pub(crate) fn slots(&self) -> &[Arc<Slot>] {
        &self.slots[..self.active()]
    }

    /// The place with this number, counted round and round.
    pub(crate) fn numbered(&self, number: usize) -> Option<&Arc<Slot>> {
        let slots = self.slots();
        slots.get(number.checked_rem(slots.len())?)
    }

    /// The place that a key leads to.
    pub(crate) fn of_key<K: Hash + ?Sized>(&self, key: &K) -> Option<&Arc<Slot>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let slots = self.slots();
        let partitions = u64::try_from(slots.len()).expect("a number of places in memory");
        let number = hasher.finish().checked_rem(partitions)?;
        slots.get(usize::try_from(number).expect("it is below the number of places"))
    }
}

/// The id of a partition.
pub(crate) fn id(partition: usize) -> String {
    partition.to_string()
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spread_and_stay() {
        let place = Slot::new();
        let table = Table::in_place(&place, 8);
        let number = |key: u64| {
            let slot = table.of_key(&key).expect("there are eight");
            table.slots().iter().position(|other| Arc::ptr_eq(slot, other)).expect("it is one of them")
        };
        let mut hits = [0; 8];
        for key in 0..8_000 {
            hits[number(key)] += 1;
            assert_eq!(number(key), number(key));
        }
        assert!(hits.iter().all(|hits| (800..1_200).contains(hits)), "{hits:?}");
    }

    #[test]
    fn without_partitions_no_key_leads_anywhere() {
        let table = Table::in_place(&Slot::new(), 3);
        assert!(table.numbered(7).is_some_and(|slot| slot.id() == Some("1")));
        table.set_active(0);
        assert!(table.of_key("a").is_none() && table.numbered(0).is_none());
    }

    #[test]
    fn the_next_incarnation_takes_it_over() {
        let place = Slot::new();
        let first = Table::in_place(&place, 3);
        first.set_active(1);
        assert!(Arc::ptr_eq(&first, &Table::in_place(&place, 3)));
        assert_eq!(first.active(), 3);
        assert_eq!(Table::in_place(&place, 4).active(), 4);
    }
}
