//! A set that is nearly always empty or of one: a supervised server is linked to its supervisor, and that is all.

use super::pid::Set;
use std::hash::Hash;

/// See the module. The first lies in place; from the second on it is a hash set.
#[derive(Debug, Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    Many(Box<Set<T>>),
}

impl<T: Copy + Eq + Hash> Few<T> {
    /// Whether it was not in it.
    pub(crate) fn insert(&mut self, value: T) -> bool {
        match self {
            Self::None => *self = Self::One(value),
            Self::One(one) if *one == value => return false,
            Self::One(one) => *self = Self::Many(Box::new([*one, value].into_iter().collect())),
            Self::Many(many) => return many.insert(value),
        }
        true
    }

    /// Whether it was in it.
    pub(crate) fn remove(&mut self, value: &T) -> bool {
        match self {
            Self::None => false,
            Self::One(one) => {
                let found = one == value;
                if found {
                    *self = Self::None;
                }
                found
            }
            Self::Many(many) => many.remove(value),
        }
    }

    /// Copies of all, in no particular order.
    pub(crate) fn to_vec(&self) -> Vec<T> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![*one],
            Self::Many(many) => many.iter().copied().collect(),
        }
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
    fn grows_and_shrinks_like_a_set() {
        let mut few = Few::default();
        assert!(!few.remove(&1_u32));
        assert!(few.insert(1));
        assert!(!few.insert(1));
        assert_eq!(few.to_vec(), [1]);
        assert!((2..10).all(|i| few.insert(i)));
        let mut all = few.to_vec();
        all.sort_unstable();
        assert_eq!(all, (1..10).collect::<Vec<_>>());
        assert!((1..10).all(|i| few.remove(&i)));
        assert!(few.to_vec().is_empty() && !few.remove(&1));
    }
}
