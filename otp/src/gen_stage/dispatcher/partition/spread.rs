//! How events get to their partitions: what runs once for each of them.
//!
//! The function that names partitions is called from here only, in a loop that was compiled for it. Through a `Box<dyn ..>`
//! goes a run of events, not one of them.

use super::part::Part;
use crate::process::pid::Map;
use std::fmt::Debug;
use std::hash::Hash;
use std::vec::IntoIter;

/// All partitions.
pub(super) struct Parts<E, K> {
    pub(super) all: Vec<Part<E, K>>,
    /// Who names the keys is the program itself: nobody chooses them to collide.
    places: Map<K, usize>,
    /// Those in which nothing waited, while a dispatch runs; in the order in which they got their first event of it.
    pub(super) touched: Vec<usize>,
}

impl<E, K: Clone + Eq + Hash + Debug> Parts<E, K> {
    #[track_caller]
    pub(super) fn new(keys: impl IntoIterator<Item = K>) -> Self {
        let all: Vec<_> = keys.into_iter().map(Part::new).collect();
        assert!(!all.is_empty(), "a partition dispatcher needs at least one partition");
        let mut places = Map::default();
        for (place, part) in all.iter().enumerate() {
            let twice = places.insert(part.key.clone(), place).is_some();
            assert!(!twice, "the partition {:?} is there twice", part.key);
        }
        Self { all, places, touched: Vec::new() }
    }

    pub(super) fn place(&self, key: &K) -> Option<usize> {
        self.places.get(key).copied()
    }
}

impl<E, K: Debug> Parts<E, K> {
    pub(super) fn known(&self) -> String {
        let keys: Vec<_> = self.all.iter().map(|part| format!("{:?}", part.key)).collect();
        keys.join(", ")
    }

    #[cold]
    fn unknown(&self, key: &K) -> ! {
        panic!("the hash function named the partition {key:?}: the partitions are {}", self.known())
    }

    #[inline]
    fn take_in(&mut self, place: usize, event: E) {
        if self.all[place].take_in(event) {
            self.touched.push(place);
        }
    }
}

/// Takes events into their partitions.
pub(super) trait Spread<E, K>: Send {
    /// Takes in at most `room` of them, and answers how much of that is left. What is discarded costs nothing.
    fn spread(&mut self, events: &mut IntoIter<E>, room: usize, parts: &mut Parts<E, K>) -> usize;
}

/// By a function that names one of the partitions.
pub(super) struct ByKey<F>(pub(super) F);

impl<E, K: Clone + Eq + Hash + Debug, F: FnMut(E) -> Option<(E, K)> + Send> Spread<E, K> for ByKey<F> {
    fn spread(&mut self, events: &mut IntoIter<E>, mut room: usize, parts: &mut Parts<E, K>) -> usize {
        while room > 0
            && let Some(event) = events.next()
        {
            let Some((event, key)) = (self.0)(event) else { continue };
            let Some(place) = parts.place(&key) else { parts.unknown(&key) };
            parts.take_in(place, event);
            room -= 1;
        }
        room
    }
}

/// As [`ByKey`], for the partitions `0..n`: each is where its number says.
pub(super) struct ByNumber<F>(pub(super) F);

impl<E, F: FnMut(E) -> Option<(E, usize)> + Send> Spread<E, usize> for ByNumber<F> {
    fn spread(&mut self, events: &mut IntoIter<E>, mut room: usize, parts: &mut Parts<E, usize>) -> usize {
        while room > 0
            && let Some(event) = events.next()
        {
            let Some((event, place)) = (self.0)(event) else { continue };
            if place >= parts.all.len() {
                parts.unknown(&place);
            }
            parts.take_in(place, event);
            room -= 1;
        }
        room
    }
}
