//! The handle: every operation on a registry.

use super::entries::Entries;
use super::key::{AnyKey, DynKey, IntoKey};
use super::table::{Key, Table};
use super::{Duplicate, Keys, RegisterError, RegisterFailure, RegistrySpec, Unique, UnknownRegistry, owner};
use crate::child::HasPid;
use crate::process::run::caught_sync;
use crate::process::{self, ExitReason, Name, Pid, Slot, Target, context, exit_with};
use std::any::Any;
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

/// A registry of processes under keys of type `K`, each entry with a value of type `V`: a handle, cheap to clone.
///
/// See the [module](super) for what a registry is. A registry with unique keys is a `Registry<K, V>`, one with duplicate
/// keys a [`DuplicateRegistry<K, V>`](super::DuplicateRegistry).
///
/// A handle is of the *name*: also one that a start answered reaches whichever registry runs under the name, after a
/// restart too. Operations take a key in any form in which a map of such keys can be asked, a `&str` for a `String`.
///
/// # Errors
/// Every operation answers [`UnknownRegistry`] at once when no such registry runs.
///
/// # Panics
/// Operations on the entries of the process that asks (`register`, `unregister`, `unregister_match`, `update_value`)
/// panic outside of a process.
pub struct Registry<K, V = (), M = Unique> {
    at: At,
    /// The table when the handle was made. As long as the table is not closed, it is the right one.
    cached: Option<Arc<Table<K, V>>>,
    kind: PhantomData<fn() -> M>,
}

/// Where the registry is found.
#[derive(Clone)]
enum At {
    Name(Name),
    /// In this place of a supervisor, by the name it has there.
    Slot(Arc<Slot>),
}

impl<K, V, M> Clone for Registry<K, V, M> {
    fn clone(&self) -> Self {
        Self { at: self.at.clone(), cached: self.cached.clone(), kind: PhantomData }
    }
}

impl<K, V, M> fmt::Display for Registry<K, V, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.at.name(), f)
    }
}

impl<K, V, M> fmt::Debug for Registry<K, V, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({})", self.at.name())
    }
}

impl At {
    fn name(&self) -> Cow<'_, Name> {
        match self {
            Self::Name(name) => Cow::Borrowed(name),
            Self::Slot(slot) => {
                let named = slot.process().and_then(|process| process.core().shared.lock().name.clone());
                // Nobody is there: the id of the place says which registry it would be.
                Cow::Owned(named.map_or_else(|| slot.id().unwrap_or("a registry").to_string().into(), |name| *name))
            }
        }
    }
}

impl<K: Key, V: Send + Sync + 'static> Registry<K, V> {
    /// A registry in which a key belongs to one process at most.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String>::unique("rooms").start_link().await?;
    /// rooms.register("lobby", ())?;
    /// let me = otp::process::self_pid();
    /// assert_eq!(rooms.lookup("lobby")?, Some((me, ())));
    /// assert_eq!(rooms.register("lobby", ()).unwrap_err().already_registered(), Some(me));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `keys: :unique`.
    #[doc(alias = ":unique")]
    pub fn unique(name: impl Into<Name>) -> RegistrySpec<K, V, Unique> {
        RegistrySpec::new(name.into())
    }

    /// A registry in which a key may have any number of entries, of one process or of many.
    ///
    /// ```
    /// use otp::prelude::*;
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let topics = Registry::<String, u32>::duplicate("topics").start_link().await?;
    /// topics.register("hello", 1)?;
    /// topics.register("hello", 2)?;
    /// assert_eq!(topics.lookup("hello")?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `keys: :duplicate`.
    #[doc(alias = ":duplicate")]
    pub fn duplicate(name: impl Into<Name>) -> RegistrySpec<K, V, Duplicate> {
        RegistrySpec::new(name.into())
    }
}

impl<K: Key, V: Send + Sync + 'static, M: Keys> Registry<K, V, M> {
    /// The registry of this name, from anywhere; it need not run yet.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::at(At::Name(name.into()))
    }

    pub(crate) fn in_slot(slot: Arc<Slot>) -> Self {
        Self::at(At::Slot(slot))
    }

    pub(crate) fn of(table: Arc<Table<K, V>>) -> Self {
        Self { at: At::Name(table.name.clone()), cached: Some(table), kind: PhantomData }
    }

    fn at(at: At) -> Self {
        let mut registry = Self { at, cached: None, kind: PhantomData };
        registry.cached = registry.find().ok();
        registry
    }

    #[inline]
    pub(crate) fn table(&self) -> Result<Cow<'_, Arc<Table<K, V>>>, UnknownRegistry> {
        match &self.cached {
            Some(table) if !table.is_closed() => Ok(Cow::Borrowed(table)),
            _ => self.find().map(Cow::Owned),
        }
    }

    #[cold]
    fn find(&self) -> Result<Arc<Table<K, V>>, UnknownRegistry> {
        let name = self.at.name();
        let Some(found) = owner::find(&name) else { return Err(UnknownRegistry::NotRunning(name.into_owned())) };
        match found.downcast::<Table<K, V>>() {
            Ok(table) if table.layout.unique == M::UNIQUE => match table.is_closed() {
                true => Err(UnknownRegistry::NotRunning(name.into_owned())),
                false => Ok(table),
            },
            _ => Err(UnknownRegistry::OtherType(name.into_owned())),
        }
    }

    /// The name of the registry.
    pub fn name(&self) -> Name {
        self.at.name().into_owned()
    }

    /// The process of the registry that runs now.
    pub fn pid(&self) -> Option<Pid> {
        self.owner()
    }

    pub(crate) fn owner(&self) -> Option<Pid> {
        self.table().ok().and_then(|table| table.owner.get().copied())
    }

    /// The number of its partitions.
    pub fn partitions(&self) -> Result<usize, UnknownRegistry> {
        Ok(self.table()?.layout.partitions)
    }

    /// Registers the process that asks under a key, until it ends or unregisters. Answers the process of the registry.
    ///
    /// When the process ends, for whatever reason, its entries are gone before anybody is told of its end. When the
    /// registry ends, processes with entries end with its reason as if linked to it (not for `Normal`); those that trap exits get an
    /// [`Exit`](crate::process::Exit).
    ///
    /// # Errors
    /// In a registry of unique keys: a process has the key, perhaps this one. Key and value come back.
    ///
    /// Follows Elixir's `Registry.register/3`.
    #[track_caller]
    pub fn register(&self, key: impl IntoKey<K>, value: V) -> Result<Pid, RegisterError<K, V>> {
        let (me, key) = (asking("Registry::register"), key.into_key());
        let table = match self.table() {
            Ok(table) => table,
            Err(unknown) => return Err(RegisterError { failure: RegisterFailure::Unknown(unknown), key, value }),
        };
        table.register(me, key, value)?;
        Ok(*table.owner.get().expect("a table that is found has its process"))
    }

    /// Takes out all entries of the process that asks under a key; nothing if it has none.
    ///
    /// Follows Elixir's `Registry.unregister/2`.
    #[track_caller]
    pub fn unregister<Q>(&self, key: &Q) -> Result<(), UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let me = asking("Registry::unregister");
        self.table()?.unregister(me, key);
        Ok(())
    }

    /// Takes out those entries of the process that asks under a key whose value fits.
    ///
    /// Follows Elixir's `Registry.unregister_match/4`; the function stands for pattern and guards.
    #[track_caller]
    pub fn unregister_match<Q>(&self, key: &Q, fits: impl Fn(&V) -> bool) -> Result<(), UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let me = asking("Registry::unregister_match");
        self.table()?.unregister_match(me, key, fits);
        Ok(())
    }

    /// The entries under a key whose value fits: pids and values, in no particular order.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let topics = Registry::<String, (u32, &str)>::duplicate("topics").start_link().await?;
    /// topics.register("hello", (1, "a"))?;
    /// topics.register("hello", (2, "b"))?;
    /// let some = topics.match_("hello", |(n, text)| *n > 1 && *text == "b")?;
    /// assert_eq!(some, [(otp::process::self_pid(), (2, "b"))]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.match/4`; the function stands for pattern and guards.
    #[doc(alias = "match")]
    pub fn match_<Q>(&self, key: &Q, mut fits: impl FnMut(&V) -> bool) -> Result<Vec<(Pid, V)>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        let mut found = Vec::new();
        for bag in self.table()?.bags(key) {
            let fitting = bag.iter().filter(|entry| fits(&entry.value));
            found.extend(fitting.map(|entry| (entry.pid, entry.value.clone())));
        }
        Ok(found)
    }

    /// The number of entries under a key whose value fits.
    ///
    /// Follows Elixir's `Registry.count_match/4`.
    pub fn count_match<Q>(&self, key: &Q, mut fits: impl FnMut(&V) -> bool) -> Result<usize, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut n = 0;
        for bag in self.table()?.bags(key) {
            n += bag.iter().filter(|entry| fits(&entry.value)).count();
        }
        Ok(n)
    }

    /// Goes over all entries and keeps what the function makes of them, in no particular order. An entry that comes or
    /// goes meanwhile may be seen or not.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String, u32>::unique("rooms").start_link().await?;
    /// rooms.register("lobby", 12)?;
    /// rooms.register("attic", 1)?;
    /// let crowded = rooms.select(|key, _pid, people| (*people > 10).then(|| key.clone()))?;
    /// assert_eq!(crowded, ["lobby"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.select/2`; the function stands for the match specification.
    pub fn select<T>(&self, mut f: impl FnMut(&K, Pid, &V) -> Option<T>) -> Result<Vec<T>, UnknownRegistry> {
        let mut found = Vec::new();
        self.each(|key, pid, value| found.extend(f(key, pid, value)))?;
        Ok(found)
    }

    /// The number of entries that fit.
    ///
    /// Follows Elixir's `Registry.count_select/2`.
    pub fn count_select(&self, mut fits: impl FnMut(&K, Pid, &V) -> bool) -> Result<usize, UnknownRegistry> {
        let mut n = 0;
        self.each(|key, pid, value| n += usize::from(fits(key, pid, value)))?;
        Ok(n)
    }

    fn each(&self, mut f: impl FnMut(&K, Pid, &V)) -> Result<(), UnknownRegistry> {
        for partition in &self.table()?.partitions {
            for (key, bag) in partition.all() {
                bag.iter().for_each(|entry| f(&key, entry.pid, &entry.value));
            }
        }
        Ok(())
    }

    /// The number of entries, in constant time.
    ///
    /// Follows Elixir's `Registry.count/1`.
    pub fn count(&self) -> Result<usize, UnknownRegistry> {
        Ok(self.table()?.len())
    }

    /// The keys of a process, in no particular order; a key with several entries of it as often. None for a process that
    /// has ended.
    ///
    /// Follows Elixir's `Registry.keys/2`.
    pub fn keys(&self, pid: Pid) -> Result<Vec<K>, UnknownRegistry> {
        Ok(self.table()?.keys_of(pid))
    }

    /// The values of a process under a key.
    ///
    /// Follows Elixir's `Registry.values/3`.
    pub fn values<Q>(&self, key: &Q, pid: Pid) -> Result<Vec<V>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        let bag = self.table()?.entries_of(pid, key);
        Ok(bag.iter().map(|entry| entry.value.clone()).collect())
    }

    /// Calls the function, in this process, with the entries under a key: once for each partition that has any, so once
    /// in all with one partition, with unique keys, and when keys decide the partition. Not at all if there are none.
    ///
    /// The entries are those at the moment of the call; the function may register, unregister and take its time. A panic
    /// of the function passes to the caller, and nobody else notices.
    ///
    /// ```
    /// use otp::prelude::*;
    /// use otp::process;
    ///
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// struct Broadcast(&'static str);
    ///
    /// let topics = Registry::<String>::duplicate("topics").partitions(2).start_link().await?;
    /// topics.register("hello", ())?;
    /// topics.dispatch("hello", |entries| {
    ///     for (pid, _) in entries {
    ///         let _ = process::send(pid, Broadcast("world"));
    ///     }
    /// })?;
    /// assert_eq!(process::receive::<Broadcast>().await.0, "world");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.dispatch/4`.
    pub fn dispatch<Q>(&self, key: &Q, mut f: impl FnMut(&Entries<V>)) -> Result<(), UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        for bag in self.table()?.bags(key) {
            f(&Entries(bag));
        }
        Ok(())
    }

    /// As [`dispatch`](Self::dispatch), for all partitions at the same time, each in a process of its own; with one
    /// partition in this one. Waits until all are done.
    ///
    /// A function that panics, or leaves its process, ends the caller with the same reason, as soon as the others are
    /// done.
    ///
    /// Follows Elixir's `Registry.dispatch/4` with `parallel: true`.
    #[doc(alias = "parallel")]
    pub async fn dispatch_parallel<Q>(
        &self,
        key: &Q,
        f: impl Fn(&Entries<V>) + Send + Sync + 'static,
    ) -> Result<(), UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let parts: Vec<_> = self.table()?.bags(key).map(Entries).collect();
        if let [only] = &*parts {
            f(only);
            return Ok(());
        }
        let f = Arc::new(f);
        let under_way: Vec<_> = parts.into_iter().map(|part| in_its_own_process(f.clone(), part)).collect();
        let mut failed = None;
        for part in under_way {
            // Nobody answers for one that was killed.
            failed = failed.or(part.await.unwrap_or(Err(ExitReason::Killed)).err());
        }
        match failed {
            Some(reason) => exit_with(reason),
            None => Ok(()),
        }
    }

    /// The metadata under a key; none if there is none, or it is not a `T`.
    ///
    /// Keys of metadata are values of any type (see [`AnyKey`]), and have nothing to do with the keys of entries.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String>::unique("rooms").meta("limit", 100_u32).start_link().await?;
    /// assert_eq!(rooms.meta("limit")?, Some(100_u32));
    /// rooms.put_meta(("limit", 2), "none")?;
    /// assert_eq!(rooms.meta(("limit", 2))?, Some("none"));
    /// rooms.delete_meta("limit")?;
    /// assert_eq!(rooms.meta::<u32>("limit")?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.meta/2`.
    pub fn meta<T: Any + Clone>(&self, key: impl AnyKey) -> Result<Option<T>, UnknownRegistry> {
        Ok(self.table()?.meta.get(key))
    }

    /// Puts metadata under a key, in the place of what was there.
    ///
    /// Follows Elixir's `Registry.put_meta/3`.
    pub fn put_meta<T: Any + Clone + Send + Sync>(&self, key: impl AnyKey, value: T) -> Result<(), UnknownRegistry> {
        self.table()?.meta.put(DynKey::new(key), Arc::new(value));
        Ok(())
    }

    /// Removes the metadata under a key; nothing if there is none.
    ///
    /// Follows Elixir's `Registry.delete_meta/2`.
    pub fn delete_meta(&self, key: impl AnyKey) -> Result<(), UnknownRegistry> {
        self.table()?.meta.delete(key);
        Ok(())
    }

    /// Runs the function when no other holds the lock of this key, in the order of asking, and answers its value.
    ///
    /// The function runs in this process. Locks have keys of their own, values of any type, which have nothing to do with
    /// those of entries. However the function ends, the lock is free then: there is no poisoning. Taking a lock within a
    /// function that holds it waits for ever.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String>::unique("rooms").start_link().await?;
    /// assert_eq!(rooms.lock("lobby", || async { 2 + 2 }).await?, 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.lock/3`.
    pub async fn lock<F: Future>(
        &self,
        key: impl AnyKey,
        function: impl FnOnce() -> F,
    ) -> Result<F::Output, UnknownRegistry> {
        let table = self.table()?.into_owned();
        Ok(table.locks.run(key, function).await)
    }

    /// Ends the registry with `normal`, and waits until it is gone. Entries go; processes that had any are told, as
    /// [`register`](Self::register) says.
    pub async fn stop(&self) -> Result<(), UnknownRegistry> {
        let owner = *self.table()?.owner.get().expect("a table that is found has its process");
        owner::stop(owner, ExitReason::Normal);
        process::wait(owner).await;
        Ok(())
    }
}

impl<K: Key, V: Clone + Send + Sync + 'static> Registry<K, V, Unique> {
    /// Who has the key, and the value.
    ///
    /// Follows Elixir's `Registry.lookup/2`, which answers a list of one or none.
    pub fn lookup<Q>(&self, key: &Q) -> Result<Option<(Pid, V)>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let found = self.table()?.partitions_of(key)[0].bag(key);
        Ok(found.and_then(|bag| bag.only().map(|entry| (entry.pid, entry.value.clone()))))
    }

    /// Gives the key, which the process that asks has, another value: what the function makes of the present one. Answers
    /// the new value and the old one; `None` if this process does not have the key, and then the function is not called.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[otp::main]
    /// # async fn main() -> otp::Result {
    /// let rooms = Registry::<String, u32>::unique("rooms").start_link().await?;
    /// rooms.register("lobby", 1)?;
    /// assert_eq!(rooms.update_value("lobby", |people| people + 1)?, Some((2, 1)));
    /// assert_eq!(rooms.update_value("attic", |people| people + 1)?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Follows Elixir's `Registry.update_value/3`.
    #[track_caller]
    pub fn update_value<Q>(&self, key: &Q, f: impl FnOnce(&V) -> V) -> Result<Option<(V, V)>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let me = asking("Registry::update_value");
        let updated = self.table()?.update(me, key, f);
        Ok(updated.map(|[new, old]| (new.value.clone(), old.value.clone())))
    }
}

impl<K: Key, V: Clone + Send + Sync + 'static> Registry<K, V, Duplicate> {
    /// All entries under the key: pids and values, in no particular order.
    ///
    /// Follows Elixir's `Registry.lookup/2`.
    pub fn lookup<Q>(&self, key: &Q) -> Result<Vec<(Pid, V)>, UnknownRegistry>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.match_(key, |_| true)
    }
}

impl<K: Key, V: Send + Sync + 'static, M: Keys> HasPid for Registry<K, V, M> {
    fn process_id(&self) -> Option<Pid> {
        self.owner()
    }
}

/// What `process::monitor` and `process::exit` take: the name of the registry.
impl<K, V, M> From<&Registry<K, V, M>> for Target {
    fn from(registry: &Registry<K, V, M>) -> Self {
        Self::Name(registry.at.name().into_owned())
    }
}

#[track_caller]
fn asking(operation: &'static str) -> Pid {
    context::require(operation, |running| running.core().pid)
}

/// The part of a parallel dispatch that is one partition's. Answers why it failed, if it did.
fn in_its_own_process<V: Send + Sync + 'static>(
    f: Arc<impl Fn(&Entries<V>) + Send + Sync + 'static>,
    entries: Entries<V>,
) -> tokio::sync::oneshot::Receiver<Result<(), ExitReason>> {
    let (done, answer) = tokio::sync::oneshot::channel();
    process::spawn(async move {
        // The caller may have been ended meanwhile.
        let _ = done.send(caught_sync(|| f(&entries)));
    });
    answer
}
