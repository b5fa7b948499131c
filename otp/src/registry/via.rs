//! Names made of a registry and a key.

use super::table::Key;
use super::{Registry, SendError, Unique, UnknownRegistry};
use crate::process::{Pid, Via, send};
use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::key::IntoKey;

/// A key of a registry as the name of a process: made by [`Registry::via`] and [`Registry::via_with`].
///
/// Prints as `rooms["lobby"]`.
pub struct ViaName<K, V = ()> {
    registry: Registry<K, V, Unique>,
    key: K,
    /// Makes the value of a registration.
    value: Arc<dyn Fn() -> V + Send + Sync>,
}

impl<K: Clone, V> Clone for ViaName<K, V> {
    fn clone(&self) -> Self {
        let Self { registry, key, value } = self;
        Self { registry: registry.clone(), key: key.clone(), value: value.clone() }
    }
}

impl<K: fmt::Debug, V> fmt::Display for ViaName<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{:?}]", self.registry, self.key)
    }
}

impl<K: fmt::Debug, V> fmt::Debug for ViaName<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Key + fmt::Debug, V: Send + Sync + 'static> Via for ViaName<K, V> {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        let table = self.registry.table().map_err(|_| Pid::NOBODY)?;
        let registered = table.register(pid, self.key.clone(), (self.value)());
        registered.map_err(|error| error.already_registered().unwrap_or(Pid::NOBODY))
    }

    fn unregister(&self, pid: Pid) {
        if let Ok(table) = self.registry.table() {
            table.unregister(pid, &self.key);
        }
    }

    fn whereis(&self) -> Option<Pid> {
        self.registry.table().ok()?.holder(&self.key)
    }

    fn describe(&self) -> String {
        self.to_string()
    }
}

impl<K: Key, V: Send + Sync + 'static> Registry<K, V, Unique> {
    /// A key as the name of a process, for `start_link(..).via(..)` and `StackRef::via(..)`. A process that is started
    /// with it is registered with the default value, before it runs.
    ///
    /// The name reaches whoever has the key at each use: also the next incarnation of a server, and also when the
    /// registry itself has been restarted.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// #[gen_server]
    /// struct Counter { value: u32 }
    /// #[gen_server]
    /// impl Counter {
    ///     #[init]
    ///     fn init(value: u32) -> Self { Self { value } }
    ///     #[call]
    ///     fn add(&mut self, n: u32) -> u32 { self.value += n; self.value }
    /// }
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String>::unique("rooms").start_link().await?;
    ///
    /// Counter::start_link(1).via(rooms.via("lobby")).await?;
    ///
    /// let lobby = CounterRef::via(rooms.via("lobby"));
    /// assert_eq!(lobby.add(2).await?, 3);
    /// assert_eq!(rooms.lookup("lobby")?, Some((lobby.pid().unwrap(), ())));
    ///
    /// let taken = Counter::start_link(1).via(rooms.via("lobby")).await.unwrap_err();
    /// assert!(taken.to_string().contains(r#"the name rooms["lobby"] is taken"#));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `{:via, Registry, {registry, key}}`.
    #[doc(alias = "{:via, Registry, {registry, key}}")]
    pub fn via(&self, key: impl IntoKey<K>) -> ViaName<K, V>
    where
        K: fmt::Debug,
        V: Default,
    {
        ViaName { registry: self.clone(), key: key.into_key(), value: Arc::new(V::default) }
    }

    /// As [`via`](Self::via), and a process that is started with it is registered with a clone of this value. To find a
    /// process the value does not matter.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// #[gen_server]
    /// struct Room;
    /// #[gen_server]
    /// impl Room {
    ///     #[init]
    ///     fn init() -> Self { Self }
    ///     #[call]
    ///     fn hello(&self) -> &'static str { "hello" }
    /// }
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String, &'static str>::unique("rooms").start_link().await?;
    /// let room = Room::start_link(()).via(rooms.via_with("lobby", "ground floor")).await?;
    ///
    /// assert_eq!(rooms.lookup("lobby")?, Some((room.pid().unwrap(), "ground floor")));
    /// assert_eq!(RoomRef::via(rooms.via("lobby")).hello().await?, "hello");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `{:via, Registry, {registry, key, value}}`.
    #[doc(alias = "{:via, Registry, {registry, key, value}}")]
    pub fn via_with(&self, key: impl IntoKey<K>, value: V) -> ViaName<K, V>
    where
        K: fmt::Debug,
        V: Clone,
    {
        ViaName { registry: self.clone(), key: key.into_key(), value: Arc::new(move || value.clone()) }
    }

    /// Sends a message to whoever has the key: see [`process::send`](crate::process::send()).
    ///
    /// # Errors
    /// Nobody has the key, or the registry does not run. The message comes back.
    ///
    /// Follows Elixir's `send/2` to a `{:via, Registry, ..}` name.
    pub fn send<Q, M>(&self, key: &Q, message: M) -> Result<(), SendError<M>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        M: Send + 'static,
    {
        let table = match self.table() {
            Ok(table) => table,
            Err(unknown) => return Err(SendError::Unknown { unknown, message }),
        };
        let Some(pid) = table.holder(key) else {
            return Err(SendError::NotRegistered { registry: table.name.clone(), message });
        };
        // A pid is no name: it does not fail.
        let _ = send(pid, message);
        Ok(())
    }

    /// Who has the key.
    ///
    /// # Errors
    /// The registry does not run.
    ///
    /// Follows Elixir's `Registry.whereis_name/1`.
    #[doc(alias = "whereis_name")]
    pub fn whereis<Q>(&self, key: &Q) -> Result<Option<Pid>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Ok(self.table()?.holder(key))
    }
}
