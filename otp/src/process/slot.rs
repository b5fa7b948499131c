//! Where a supervisor keeps the current incarnation of a child, for handles that stay right across restarts.

use super::core::AnyProcess;
use super::{Pid, table};
use crate::sync::Mutex;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// The place of a supervised process: who serves there now, and the places of its children.
///
/// A slot outlives what it holds. It belongs to the *parent's* slot, is made once for an id, and is taken over by each
/// new incarnation: also a handle that goes through a supervisor stays right when that supervisor is restarted by its
/// own. A supervisor started by no supervisor has a slot of its own.
#[derive(Default)]
pub struct Slot {
    /// The id under the supervisor, for errors. Set when it is made.
    id: Option<Arc<str>>,
    /// Set by the supervisor after each start, taken out at each end. Read by handles.
    current: Mutex<Option<Arc<dyn AnyProcess>>>,
    /// What only the place of a supervisor has. Boxed: most processes have no children.
    below: Mutex<Option<Box<Below>>>,
}

/// See [`Slot::below`].
#[derive(Default)]
struct Below {
    /// Made on demand, by handles or by the supervisor; removed by the supervisor when it forgets the child and nobody
    /// else holds it.
    children: HashMap<Arc<str>, Arc<Slot>>,
    /// What the supervisor shares with its handles: set by whoever starts it, read by handles.
    routes: Option<Arc<dyn Any + Send + Sync>>,
}

impl Slot {
    /// An empty slot without a parent.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The slot of the child with this id.
    pub fn child(&self, id: &str) -> Arc<Slot> {
        if let Some(slot) = self.below.lock().as_ref().and_then(|below| below.children.get(id)) {
            return slot.clone();
        }
        self.child_shared(&Arc::from(id))
    }

    /// As `child`, with an id that is shared.
    pub(crate) fn child_shared(&self, id: &Arc<str>) -> Arc<Slot> {
        let mut below = self.below.lock();
        let slot = below.get_or_insert_default().children.entry(id.clone());
        slot.or_insert_with(|| Arc::new(Self { id: Some(id.clone()), ..Self::default() })).clone()
    }

    /// The supervisor forgets the child: its slot goes too, unless a handle holds it, which a later child of the same id
    /// is to serve.
    pub(crate) fn forget_child(&self, id: &str) {
        let mut below = self.below.lock();
        if let Some(Below { children, .. }) = below.as_deref_mut()
            && children.get(id).is_some_and(|slot| Arc::strong_count(slot) == 1)
        {
            children.remove(id);
        }
    }

    /// What the supervisor in this place shares with its handles.
    pub(crate) fn routes<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.below.lock().as_ref()?.routes.clone()?.downcast().ok()
    }

    pub(crate) fn set_routes(&self, routes: Arc<dyn Any + Send + Sync>) {
        let before = self.below.lock().get_or_insert_default().routes.replace(routes);
        drop(before);
    }

    /// The id under the supervisor; none for a place without one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Who serves here now.
    pub fn pid(&self) -> Option<Pid> {
        self.process().map(|process| process.core().pid)
    }

    pub(crate) fn process(&self) -> Option<Arc<dyn AnyProcess>> {
        self.current.lock().clone()
    }

    pub(crate) fn set(&self, process: Arc<dyn AnyProcess>) {
        let before = self.current.lock().replace(process);
        drop(before);
    }

    /// Notes who serves here; nothing if it has ended already.
    pub(crate) fn set_pid(&self, pid: Pid) {
        if let Some(process) = table::get(pid) {
            self.set(process);
        }
    }

    /// Takes the process out, if it is this one.
    pub(crate) fn clear(&self, pid: Pid) {
        let mut current = self.current.lock();
        let taken = current.take_if(|process| process.core().pid == pid);
        drop(current);
        drop(taken);
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").field("current", &self.pid()).finish_non_exhaustive()
    }
}
