//! What listeners are told.

use crate::process::{Dest, Name, Pid, send};

/// A process has registered a key: what listeners of the registry get as a message.
#[doc(alias = ":register")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registered<K, V = ()> {
    /// The registry.
    pub registry: Name,
    /// The key.
    pub key: K,
    /// Who registered it.
    pub pid: Pid,
    /// The value.
    pub value: V,
}

/// A process has unregistered a key, all of its entries under it: what listeners of the registry get as a message. There
/// is none when the process ends: monitor it.
#[doc(alias = ":unregister")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unregistered<K> {
    /// The registry.
    pub registry: Name,
    /// The key.
    pub key: K,
    /// Who had registered it.
    pub pid: Pid,
}

/// Tells of a registration.
type Tell<K, V> = fn(&[Dest], &Name, &K, Pid, &V);

/// Who is told, and how: a registry without listeners needs no values that can be cloned.
pub(crate) struct Listeners<K, V> {
    pub(crate) who: Vec<Dest>,
    /// Set with the first listener.
    registered: Option<Tell<K, V>>,
}

impl<K, V> Clone for Listeners<K, V> {
    fn clone(&self) -> Self {
        Self { who: self.who.clone(), registered: self.registered }
    }
}

impl<K, V> Default for Listeners<K, V> {
    fn default() -> Self {
        Self { who: Vec::new(), registered: None }
    }
}

impl<K: Clone + Send + 'static, V: 'static> Listeners<K, V> {
    pub(crate) fn add(&mut self, listener: Dest)
    where
        V: Clone + Send,
    {
        self.who.push(listener);
        self.registered = Some(|listeners, registry, key, pid, value| {
            for listener in listeners {
                let (registry, key, value) = (registry.clone(), key.clone(), value.clone());
                // A listener that is not there is not told.
                let _ = send(listener.clone(), Registered { registry, key, pid, value });
            }
        });
    }

    pub(crate) fn registered(&self, registry: &Name, key: &K, pid: Pid, value: &V) {
        if let Some(tell) = self.registered {
            tell(&self.who, registry, key, pid, value);
        }
    }

    pub(crate) fn unregistered(&self, registry: &Name, key: &K, pid: Pid) {
        for listener in &self.who {
            let _ = send(listener.clone(), Unregistered { registry: registry.clone(), key: key.clone(), pid });
        }
    }
}
