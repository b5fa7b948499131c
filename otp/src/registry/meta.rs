//! Metadata: values of any type under keys of any type, beside the entries.

use super::key::{AnyKey, DynKey};
use std::any::Any;
use std::sync::Arc;

/// Values are cloned and dropped under no lock.
#[derive(Debug, Default)]
pub(crate) struct Meta(scc::HashMap<DynKey, Arc<dyn Any + Send + Sync>>);

impl Meta {
    pub(crate) fn put(&self, key: DynKey, value: Arc<dyn Any + Send + Sync>) {
        let _before = self.0.upsert_sync(key, value);
    }

    pub(crate) fn get<T: Any + Clone>(&self, key: impl AnyKey) -> Option<T> {
        let value = self.0.read_sync(&DynKey::new(key), |_, value| value.clone())?;
        value.downcast_ref::<T>().cloned()
    }

    pub(crate) fn delete(&self, key: impl AnyKey) {
        let _before = self.0.remove_sync(&DynKey::new(key));
    }
}
