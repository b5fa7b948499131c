//! What a dispatch gives to its function.

use super::bag::{self, Bag};
use crate::process::Pid;
use std::fmt;

/// The entries of one partition under a key, as they were when the dispatch looked: at least one.
///
/// Goes over pairs of a pid and a reference to the value, in no particular order:
///
/// ```
/// use otp::process::Pid;
/// use otp::registry::Entries;
///
/// fn loud_ones(entries: &Entries<u32>) -> Vec<Pid> {
///     entries.iter().filter(|(_, volume)| **volume > 10).map(|(pid, _)| pid).collect()
/// }
/// ```
pub struct Entries<V>(pub(crate) Bag<V>);

impl<V> Entries<V> {
    /// How many they are.
    #[allow(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each with its pid.
    pub fn iter(&self) -> EntriesIter<'_, V> {
        EntriesIter(self.0.iter())
    }
}

impl<V> fmt::Debug for Entries<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(pid, _)| pid)).finish()
    }
}

/// Goes over [`Entries`].
pub struct EntriesIter<'a, V>(bag::Iter<'a, V>);

impl<V> fmt::Debug for EntriesIter<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntriesIter(..)")
    }
}

impl<'a, V> Iterator for EntriesIter<'a, V> {
    type Item = (Pid, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|entry| (entry.pid, &entry.value))
    }
}

impl<'a, V> IntoIterator for &'a Entries<V> {
    type Item = (Pid, &'a V);
    type IntoIter = EntriesIter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
