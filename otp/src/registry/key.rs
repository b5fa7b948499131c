//! What can be given as a key, and keys of any type.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};

/// What an operation takes that keeps a key: the key itself, and a `&str` where keys are `String`s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of a registry whose keys are `{K}`",
    label = "expected `{K}`"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

impl<K> IntoKey<K> for K {
    fn into_key(self) -> K {
        self
    }
}

impl IntoKey<String> for &str {
    fn into_key(self) -> String {
        self.to_string()
    }
}

/// A key of any type: of metadata, and of locks. Written as what it is: `"limit"`, `("limit", 3)`, `Limit::Daily`.
///
/// Keys of different types are different, but for text: `"limit"` and `String::from("limit")` are the same key.
pub trait AnyKey: Any + Hash + Eq + Clone + Send + Sync {}
impl<T: Any + Hash + Eq + Clone + Send + Sync> AnyKey for T {}

/// A key of a type that is forgotten.
pub(crate) struct DynKey(Box<dyn Erased>);

trait Erased: Any + Send + Sync {
    fn same(&self, other: &dyn Any) -> bool;
    fn hash_into(&self, state: &mut dyn Hasher);
    fn copy(&self) -> Box<dyn Erased>;
}

impl<T: AnyKey> Erased for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }
    fn hash_into(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }
    fn copy(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }
}

impl DynKey {
    pub(crate) fn new<T: AnyKey>(key: T) -> Self {
        let any: &dyn Any = &key;
        if let Some(text) = any.downcast_ref::<&'static str>() {
            return Self(Box::new((*text).to_string()));
        }
        Self(Box::new(key))
    }
}

impl Clone for DynKey {
    fn clone(&self) -> Self {
        Self(self.0.copy())
    }
}

impl PartialEq for DynKey {
    fn eq(&self, other: &Self) -> bool {
        let other: &dyn Any = &*other.0;
        self.0.same(other)
    }
}

impl Eq for DynKey {}

impl Hash for DynKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_into(state);
    }
}

impl Debug for DynKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DynKey(..)")
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_of_any_type_are_told_apart_and_text_is_text() {
        let mut keys = HashSet::new();
        assert!(keys.insert(DynKey::new("a")));
        assert!(!keys.insert(DynKey::new(String::from("a"))));
        assert!(keys.insert(DynKey::new(("a", 1))));
        assert!(!keys.insert(DynKey::new(("a", 1))));
        assert!(keys.insert(DynKey::new(("a", 1_u8))), "another type");
        assert!(keys.insert(DynKey::new(1)));
        assert!(keys.contains(&keys.iter().next().expect("there are some").clone()));
    }
}
