//! The subscriptions that one side of a stage has, by tag.
//!
//! Nearly every stage has a few: those lie in a row, and finding one of them is a look at each, which costs less than a
//! hash. With more than a few a map says where in the row each is.

use super::SubscriptionTag;
use crate::process::pid::Map;

/// So many are looked through.
const FEW: usize = 8;

/// See the module.
#[derive(Debug)]
pub(crate) struct Roster<V> {
    /// In no particular order.
    rows: Vec<(SubscriptionTag, V)>,
    /// The place of each in `rows`.
    places: Map<SubscriptionTag, usize>,
}

impl<V> Default for Roster<V> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: Map::default() }
    }
}

impl<V> Roster<V> {
    #[inline]
    fn place(&self, tag: SubscriptionTag) -> Option<usize> {
        if self.rows.len() <= FEW {
            self.rows.iter().position(|(it, _)| *it == tag)
        } else {
            self.places.get(&tag).copied()
        }
    }

    #[inline]
    pub(crate) fn get(&self, tag: SubscriptionTag) -> Option<&V> {
        self.place(tag).map(|place| &self.rows[place].1)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, tag: SubscriptionTag) -> Option<&mut V> {
        self.place(tag).map(|place| &mut self.rows[place].1)
    }

    #[inline]
    pub(crate) fn contains(&self, tag: SubscriptionTag) -> bool {
        self.place(tag).is_some()
    }

    /// Answers what it had for this tag.
    pub(crate) fn insert(&mut self, tag: SubscriptionTag, value: V) -> Option<V> {
        if let Some(there) = self.get_mut(tag) {
            return Some(std::mem::replace(there, value));
        }
        self.places.insert(tag, self.rows.len());
        self.rows.push((tag, value));
        None
    }

    pub(crate) fn remove(&mut self, tag: SubscriptionTag) -> Option<V> {
        let place = self.places.remove(&tag)?;
        let (_, value) = self.rows.swap_remove(place);
        if let Some((moved, _)) = self.rows.get(place) {
            self.places.insert(*moved, place);
        }
        Some(value)
    }

    /// Each, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SubscriptionTag, &V)> {
        self.rows.iter().map(|(tag, value)| (*tag, value))
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use crate::process::Pid;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Below, at and above the number that is looked through.
        #[test]
        fn it_is_a_map(steps in proptest::collection::vec((0_usize..20, 0_u8..3), 0..200)) {
            let tags: Vec<_> = (0..20).map(|_| SubscriptionTag::new(Pid::NOBODY)).collect();
            let (mut roster, mut model) = (Roster::default(), BTreeMap::new());
            for (at, (who, step)) in steps.into_iter().enumerate() {
                let tag = tags[who];
                if step == 0 {
                    prop_assert_eq!(roster.remove(tag), model.remove(&tag));
                } else {
                    prop_assert_eq!(roster.insert(tag, at), model.insert(tag, at));
                }
                for tag in &tags {
                    prop_assert_eq!(roster.get(*tag), model.get(tag));
                    prop_assert_eq!(roster.contains(*tag), model.contains_key(tag));
                }
                let mut all: Vec<_> = roster.iter().map(|(tag, at)| (tag, *at)).collect();
                all.sort_unstable();
                prop_assert_eq!(all, model.iter().map(|(tag, at)| (*tag, *at)).collect::<Vec<_>>());
            }
        }
    }
}
