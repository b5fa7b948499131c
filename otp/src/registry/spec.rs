//! What a registry is started with.

use super::key::{AnyKey, DynKey};
use super::listener::Listeners;
use super::table::{Key, Layout, PartitionBy, Table};
use super::{Duplicate, Keys, Registry, owner};
use crate::child::{BoxFuture, Child, ChildOptions, ChildSpec, Started};
use crate::process::{Dest, Name, Slot, StartError};
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A registry to be started: made by [`Registry::unique`] and [`Registry::duplicate`].
///
/// | Option | Default | Elixir |
/// |---|---|---|
/// | [`partitions`](Self::partitions) | 1 | `:partitions` |
/// | [`partition_by`](RegistrySpec::partition_by) | [`PartitionBy::Pid`] | `{:duplicate, :pid}` |
/// | [`listener`](Self::listener) | none | `:listeners` |
/// | [`meta`](Self::meta) | none | `:meta` |
///
/// It can be started more than once, and becomes a child of a supervisor wherever a
/// [`ChildSpec`] is asked for. As a child its id is the registry's name, and it counts as a supervisor.
///
/// Elixir's `:compressed` has no counterpart: there are no tables of that kind.
///
/// ```
/// use otp::prelude::*;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let tree = supervision_tree! {
///     strategy: one_for_one;
///     Registry::<String>::unique("rooms"),
///     Registry::<u32, String>::duplicate("topics").partitions(4).meta("limit", 100),
/// };
/// let supervisor = Supervisor::start_link(tree).await?;
///
/// let topics = DuplicateRegistry::<u32, String>::named("topics");
/// topics.register(7, "loud".into())?;
/// assert_eq!(topics.meta::<i32>("limit")?, Some(100));
/// # supervisor.terminate_child("rooms").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a registry is started by `start_link`, or by a supervisor"]
pub struct RegistrySpec<K, V, M> {
    name: Name,
    layout: Layout,
    listeners: Listeners<K, V>,
    meta: Vec<(DynKey, Arc<dyn Any + Send + Sync>)>,
    kind: PhantomData<fn() -> M>,
}

impl<K, V, M> Clone for RegistrySpec<K, V, M> {
    fn clone(&self) -> Self {
        let Self { name, layout, listeners, meta, kind } = self;
        Self { name: name.clone(), layout: *layout, listeners: listeners.clone(), meta: meta.clone(), kind: *kind }
    }
}

impl<K, V, M> fmt::Debug for RegistrySpec<K, V, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrySpec")
            .field("name", &self.name)
            .field("layout", &self.layout)
            .field("listeners", &self.listeners.who)
            .finish_non_exhaustive()
    }
}

impl<K: Key, V: Send + Sync + 'static, M: Keys> RegistrySpec<K, V, M> {
    pub(crate) fn new(name: Name) -> Self {
        let layout = Layout { unique: M::UNIQUE, by: PartitionBy::default(), partitions: 1 };
        Self { name, layout, listeners: Listeners::default(), meta: Vec::new(), kind: PhantomData }
    }

    /// The number of partitions, at least one: as many as there are cores where many processes register at the same
    /// time, or for [`dispatch_parallel`](Registry::dispatch_parallel).
    pub fn partitions(mut self, partitions: usize) -> Self {
        self.layout.partitions = partitions;
        self
    }

    /// A process that is told of each registration, with a [`Registered`](super::Registered) message, and of each key that
    /// is unregistered, with an [`Unregistered`](super::Unregistered) one. A listener that is not there, or has another
    /// mailbox full, is not told. Nobody is told of the end of a process that had registered: a listener that wants to
    /// know monitors it.
    #[doc(alias = "listeners")]
    pub fn listener(mut self, listener: impl Into<Dest>) -> Self
    where
        V: Clone,
    {
        self.listeners.add(listener.into());
        self
    }

    /// Metadata that is there from the start: see [`Registry::meta`].
    pub fn meta<T: Any + Clone + Send + Sync>(mut self, key: impl AnyKey, value: T) -> Self {
        self.meta.push((DynKey::new(key), Arc::new(value)));
        self
    }

    /// Starts it, linked to the process that awaits this.
    ///
    /// # Errors
    /// The name is taken, by a registry or by any other process; there are to be no partitions; this is no process.
    ///
    /// Follows Elixir's `Registry.start_link/1`.
    pub async fn start_link(self) -> Result<Registry<K, V, M>, StartError> {
        self.launch(true).map(Registry::of)
    }

    /// Starts it, not linked to anybody.
    ///
    /// # Errors
    /// The name is taken, or there are to be no partitions.
    pub async fn start(self) -> Result<Registry<K, V, M>, StartError> {
        self.launch(false).map(Registry::of)
    }

    fn launch(self, link: bool) -> Result<Arc<Table<K, V>>, StartError> {
        if self.layout.partitions == 0 {
            let problem = "0: a registry has at least one partition".into();
            return Err(StartError::BadOption { option: "partitions", problem });
        }
        let Self { name, layout, listeners, meta, .. } = self;
        let fill = |there: &super::meta::Meta| meta.into_iter().for_each(|(key, value)| there.put(key, value));
        owner::start(name, layout, listeners, fill, link)
    }

    /// The registry as a child of a supervisor. Its id is the registry's name.
    ///
    /// Follows Elixir's `Registry.child_spec/1`.
    pub fn child_spec(self) -> ChildSpec {
        let id = self.name.to_string();
        ChildSpec {
            options: ChildOptions::supervisor(id),
            start: Arc::new(move |slot| start_child(self.clone(), slot)),
            type_name: std::any::type_name::<Registry<K, V, M>>(),
        }
    }
}

impl<K: Key, V: Send + Sync + 'static> RegistrySpec<K, V, Duplicate> {
    /// Whether the entries of a key lie together. Only speed differs.
    #[doc(alias = "{:duplicate, :key}")]
    pub fn partition_by(mut self, by: PartitionBy) -> Self {
        self.layout.by = by;
        self
    }
}

fn start_child<K: Key, V: Send + Sync + 'static, M: Keys>(
    spec: RegistrySpec<K, V, M>,
    slot: Arc<Slot>,
) -> BoxFuture<'static, Result<Started, StartError>> {
    Box::pin(async move {
        // Not the process of the registry that runs now: this one may have ended already.
        let table = spec.launch(true)?;
        let pid = *table.owner.get().expect("set by the start");
        slot.set_pid(pid);
        Ok(Started::new(pid))
    })
}

impl<K: Key, V: Send + Sync + 'static, M: Keys> From<RegistrySpec<K, V, M>> for ChildSpec {
    fn from(spec: RegistrySpec<K, V, M>) -> Self {
        spec.child_spec()
    }
}

/// As a field of a `#[supervisor]`: `#[child(args = Registry::unique("rooms"))] rooms: Registry<String>`.
impl<K: Key, V: Send + Sync + 'static, M: Keys> Child for Registry<K, V, M> {
    type Args = RegistrySpec<K, V, M>;
    type Handle = Self;

    fn child_options() -> ChildOptions {
        ChildOptions::supervisor("Registry")
    }

    fn start_child(args: Self::Args, slot: Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> {
        start_child(args, slot)
    }

    fn handle(slot: Arc<Slot>) -> Self {
        Self::in_slot(slot)
    }
}
