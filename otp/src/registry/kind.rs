//! The two kinds of registries, as types.

use super::Registry;

/// Unique keys: one process has a key.
#[derive(Clone, Copy, Debug)]
pub enum Unique {}

/// Duplicate keys: a key may have any number of entries.
#[derive(Clone, Copy, Debug)]
pub enum Duplicate {}

/// [`Unique`] or [`Duplicate`].
pub trait Keys: sealed::Sealed + 'static {
    /// Whether a key belongs to one process.
    const UNIQUE: bool;
}

impl Keys for Unique {
    const UNIQUE: bool = true;
}
impl Keys for Duplicate {
    const UNIQUE: bool = false;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unique {}
    impl Sealed for super::Duplicate {}
}

/// A registry of duplicate keys: see [`Registry`].
pub type DuplicateRegistry<K, V = ()> = Registry<K, V, Duplicate>;
