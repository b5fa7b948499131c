//! What says which partition an event, or a consumer, belongs to.

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a subscription to a partitioned producer has to say: which partition it takes.
#[doc(alias = ":partition")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partition<K = usize>(pub K);

/// An event that says which of its parts decides about its partition.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what decides about its partition",
    label = "no `PartitionKey`",
    note = "implement `PartitionKey` for `{Self}`, or give a function: `PartitionDispatcher::with_hash`"
)]
pub trait PartitionKey {
    /// What decides: equal keys are in the same partition.
    type Key: Hash + ?Sized;

    /// The part that decides.
    fn partition_key(&self) -> &Self::Key;
}

/// A fixed set of partitions: an enum, say. A hash function that answers one of these can name none
/// that does not exist.
pub trait Partitions: Clone + Eq + Hash + Debug + Send + 'static {
    /// All of them.
    fn all() -> Vec<Self>;
}

/// The same for equal values, in every run of the program.
pub(super) fn place_of<T: Hash + ?Sized>(value: &T, n: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    usize::try_from(hasher.finish() % n as u64).expect("less than a usize")
}
