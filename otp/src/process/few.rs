//! A map that is nearly always empty or of one: a supervised server is linked to its supervisor, and that is all.

use super::pid::Map;
use std::hash::Hash;

/// See the module. The first lies in place; from the second on it is a hash map. Without values it is a set.
#[derive(Debug, Default)]
pub(crate) enum Few<K, V = ()> {
    #[default]
    None,
    One(K, V),
    Many(Box<Map<K, V>>),
}

impl<K: Copy + Eq + Hash, V> Few<K, V> {
    /// Whether it was not in it; a value that was is kept.
    pub(crate) fn insert(&mut self, key: K, value: V) -> bool {
        match self {
            Self::None => *self = Self::One(key, value),
            Self::One(one, _) if *one == key => return false,
            Self::One(..) => {
                if let Self::One(one, first) = std::mem::take(self) {
                    *self = Self::Many(Box::new([(one, first), (key, value)].into_iter().collect()));
                }
            }
            Self::Many(many) => match many.entry(key) {
                std::collections::hash_map::Entry::Occupied(_) => return false,
                std::collections::hash_map::Entry::Vacant(vacant) => {
                    vacant.insert(value);
                }
            },
        }
        true
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        match self {
            Self::One(one, value) if one == key => Some(value),
            Self::Many(many) => many.get(key),
            _ => None,
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Self::One(one, _) if one == key => match std::mem::take(self) {
                Self::One(_, value) => Some(value),
                _ => None,
            },
            Self::Many(many) => many.remove(key),
            _ => None,
        }
    }

    /// Calls `f` with each, in no particular order.
    pub(crate) fn for_each(self, mut f: impl FnMut(K, V)) {
        match self {
            Self::None => {}
            Self::One(key, value) => f(key, value),
            Self::Many(many) => many.into_iter().for_each(|(key, value)| f(key, value)),
        }
    }

    /// Each, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(key, value) => (Some((key, value)), None),
            Self::Many(many) => (None, Some(many.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    pub(crate) fn shrink(&mut self) {
        if let Self::Many(many) = self {
            many.shrink_to_fit();
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn grows_and_shrinks_like_a_map() {
        let mut few = Few::default();
        assert_eq!(few.remove(&1_u32), None);
        assert!(few.insert(1, 'a'));
        assert!(!few.insert(1, 'b'));
        assert_eq!(few.iter().collect::<Vec<_>>(), [(&1, &'a')]);
        assert_eq!((few.get(&1), few.get(&2)), (Some(&'a'), None));
        assert!((2..10).all(|key| few.insert(key, 'c')));
        assert!(!few.insert(1, 'b'));
        let mut all: Vec<_> = few.iter().map(|(key, _)| *key).collect();
        all.sort_unstable();
        assert_eq!(all, (1..10).collect::<Vec<_>>());
        assert_eq!((few.get(&1), few.get(&9), few.get(&10)), (Some(&'a'), Some(&'c'), None));
        assert_eq!(few.remove(&1), Some('a'));
        let mut left = 0;
        few.for_each(|_, value| left += usize::from(value == 'c'));
        assert_eq!(left, 8);
    }
}
