//! Metadata: values of any type under keys of any type, beside the entries.

use super::key::{AnyKey, DynKey};
use std::any::Any;
use std::sync::Arc;

/// Reads take no lock.
#[derive(Debug, Default)]
pub(crate) struct Meta(papaya::HashMap<DynKey, Arc<dyn Any + Send + Sync>>);

impl Meta {
    pub(crate) fn put(&self, key: DynKey, value: Arc<dyn Any + Send + Sync>) {
        self.0.pin().insert(key, value);
    }

    pub(crate) fn get<T: Any + Clone>(&self, key: impl AnyKey) -> Option<T> {
        let values = self.0.pin();
        values.get(&DynKey::new(key)).and_then(|value| value.downcast_ref::<T>()).cloned()
    }

    pub(crate) fn delete(&self, key: impl AnyKey) {
        self.0.pin().remove(&DynKey::new(key));
    }
}
