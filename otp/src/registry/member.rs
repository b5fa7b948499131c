//! What one process holds in a registry, and how it comes and goes. The rules are those of the `table` module.

use super::bag::{Bag, Entry};
use super::error::{RegisterError, RegisterFailure, UnknownRegistry};
use super::table::{Key, Table};
use crate::process::tie::{self, Tie};
use crate::process::{Pid, alive, table};
use crate::sync::Mutex;
use scc::hash_map::Entry as Place;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::mem::take;
use std::sync::{Arc, Weak};

/// See the module.
pub(crate) struct Member<K, V> {
    pid: Pid,
    /// Weak: the table owns the member, and the process only has to find it.
    table: Weak<Table<K, V>>,
    held: Mutex<Held<K, V>>,
}

struct Held<K, V> {
    /// The process or the registry has ended: no more entries.
    ended: bool,
    /// None of the bags is empty.
    keys: HashMap<K, Bag<V>>,
}

impl<K: Key, V: Send + Sync + 'static> Tie for Member<K, V> {
    fn process_ended(&self, pid: Pid) {
        let held = self.leave();
        let Some(table) = self.table.upgrade() else { return };
        for (key, bag) in held {
            table.partition(&key, pid).remove(&key, &bag);
        }
        table.members.remove_sync(&pid);
    }
}

impl<K: Key, V: Send + Sync + 'static> Member<K, V> {
    /// Gets no more entries, and answers those it had.
    fn leave(&self) -> HashMap<K, Bag<V>> {
        let mut held = self.held.lock();
        held.ended = true;
        take(&mut held.keys)
    }

    /// The registry has ended. Answers the process if it had entries.
    fn cast_off(self: Arc<Self>, registry: Pid) -> Option<Pid> {
        let (pid, held) = (self.pid, self.leave());
        let process = table::get(pid)?;
        tie::take_back(&*process, &(self as Arc<dyn Tie>));
        if held.is_empty() {
            return None;
        }
        // It may be linked too: it is told once.
        process.core().shared.lock().links.remove(&registry);
        Some(pid)
    }

    fn bag<Q>(&self, key: &Q) -> Bag<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.held.lock().keys.get(key).cloned().unwrap_or_default()
    }
}

impl<K: Key, V: Send + Sync + 'static> Table<K, V> {
    fn find_member(&self, pid: Pid) -> Option<Arc<Member<K, V>>> {
        self.members.read_sync(&pid, |_, member| member.clone())
    }

    /// The member of a process, made and tied to it if this is its first key.
    fn member(self: &Arc<Self>, pid: Pid) -> Result<Arc<Member<K, V>>, RegisterFailure> {
        if let Some(member) = self.find_member(pid) {
            return Ok(member);
        }
        let process = table::get(pid).ok_or(RegisterFailure::NoProc(pid))?;
        let held = Mutex::new(Held { ended: false, keys: HashMap::new() });
        let member = Arc::new(Member { pid, table: Arc::downgrade(self), held });
        let member = tie::enter(&*process, || match self.members.entry_sync(pid) {
            Place::Vacant(place) => {
                place.insert_entry(member.clone());
                (member.clone(), Some(member.clone() as Arc<dyn Tie>))
            }
            // Somebody else registers a key for the same process at this moment.
            Place::Occupied(there) => (there.get().clone(), None),
        });
        let member = member.ok_or(RegisterFailure::NoProc(pid))?;
        if self.was_closed_meanwhile() {
            self.members.remove_sync(&pid);
            tie::take_back(&*process, &(member as Arc<dyn Tie>));
            return Err(UnknownRegistry::NotRunning(self.name.clone()).into());
        }
        Ok(member)
    }

    /// Registers a key for a process.
    pub(crate) fn register(self: &Arc<Self>, pid: Pid, key: K, value: V) -> Result<(), RegisterError<K, V>> {
        let taken = if self.layout.unique { self.holder(&key).filter(|by| alive(*by)) } else { None };
        let member = match taken {
            Some(by) => Err(RegisterFailure::AlreadyRegistered(by)),
            None => self.member(pid),
        };
        let member = match member {
            Ok(member) => member,
            Err(failure) => return Err(RegisterError { failure, key, value }),
        };
        let partition = self.partition(&key, pid);
        let entry = self.entry(pid, value);
        // What it takes the place of is dropped after the lock.
        let (told, _lost) = {
            let mut held = member.held.lock();
            let entered = if held.ended {
                Err(self.refusal(pid))
            } else if self.layout.unique {
                partition.insert_unique(&key, &entry, alive).map_err(RegisterFailure::AlreadyRegistered)
            } else {
                partition.insert_duplicate(&key, &entry);
                Ok(Bag::Empty)
            };
            let lost = match entered {
                Ok(lost) => lost,
                Err(failure) => {
                    drop(held);
                    let Entry { value, .. } =
                        Arc::into_inner(entry).expect("an entry that was not entered is nobody else's");
                    return Err(RegisterError { failure, key, value });
                }
            };
            let told = (!self.listeners.who.is_empty()).then(|| key.clone());
            held.keys.entry(key).or_default().insert(entry.clone());
            (told, lost)
        };
        if let Some(key) = told {
            self.listeners.registered(&self.name, &key, pid, &entry.value);
        }
        Ok(())
    }

    fn refusal(&self, pid: Pid) -> RegisterFailure {
        if self.is_closed() {
            return UnknownRegistry::NotRunning(self.name.clone()).into();
        }
        RegisterFailure::NoProc(pid)
    }

    /// Takes out all entries of a process under a key.
    pub(crate) fn unregister<Q>(&self, pid: Pid, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(member) = self.find_member(pid) else { return };
        let partition = self.partition(key, pid);
        // Dropped after the lock.
        let (key, _bag) = {
            let mut held = member.held.lock();
            let Some((key, bag)) = held.keys.remove_entry(key) else { return };
            partition.remove(&key, &bag);
            (key, bag)
        };
        self.listeners.unregistered(&self.name, &key, pid);
    }

    /// Takes out those entries of a process under a key whose value fits.
    pub(crate) fn unregister_match<Q>(&self, pid: Pid, key: &Q, fits: impl Fn(&V) -> bool)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(member) = self.find_member(pid) else { return };
        let partition = self.partition(key, pid);
        // Code of the user's: not under the lock.
        let mut gone = Bag::default();
        let fitting: Vec<_> = member.bag(key).iter().filter(|entry| fits(&entry.value)).cloned().collect();
        let last = {
            let mut held = member.held.lock();
            let Some((owned, bag)) = held.keys.get_key_value(key) else { return };
            let (owned, mut left) = (owned.clone(), bag.clone());
            // By reference: the last of an entry may be among them, and its value is not dropped under the lock.
            for entry in &fitting {
                if left.remove(entry.id) {
                    gone.insert(entry.clone());
                }
            }
            partition.remove(&owned, &gone);
            let last = left.is_empty();
            match last {
                true => drop(held.keys.remove(key)),
                false => drop(held.keys.insert(owned.clone(), left)),
            }
            last.then_some(owned)
        };
        if let Some(key) = last {
            self.listeners.unregistered(&self.name, &key, pid);
        }
    }

    /// Puts a new value in the place of the one that the process has under a key of a unique registry. Answers the new
    /// entry and the old one.
    pub(crate) fn update<Q>(&self, pid: Pid, key: &Q, f: impl FnOnce(&V) -> V) -> Option<[Arc<Entry<V>>; 2]>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let member = self.find_member(pid)?;
        let old = member.bag(key).only()?.clone();
        // Code of the user's: not under the lock.
        let new = Arc::new(Entry { id: old.id, pid, value: f(&old.value) });
        let partition = self.partition(key, pid);
        let replaced = {
            let mut held = member.held.lock();
            let (owned, bag) = held.keys.get_key_value(key)?;
            // `f` may have unregistered it.
            bag.only().filter(|entry| entry.id == old.id)?;
            partition.replace(owned, &new);
            held.keys.get_mut(key).map(|bag| std::mem::replace(bag, Bag::One(new.clone())))
        };
        drop(replaced);
        Some([new, old])
    }

    /// The keys of a process, once for each entry.
    pub(crate) fn keys_of(&self, pid: Pid) -> Vec<K> {
        let Some(member) = self.find_member(pid) else { return Vec::new() };
        let held = member.held.lock();
        held.keys.iter().flat_map(|(key, bag)| std::iter::repeat_n(key, bag.len())).cloned().collect()
    }

    /// The entries of a process under a key.
    pub(crate) fn entries_of<Q>(&self, pid: Pid, key: &Q) -> Bag<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.find_member(pid).map(|member| member.bag(key)).unwrap_or_default()
    }

    /// The registry has ended. Answers the processes that had entries.
    pub(crate) fn end(&self, owner: Pid) -> Vec<Pid> {
        self.close();
        let mut members = Vec::new();
        self.members.iter_sync(|_, member| {
            members.push(member.clone());
            true
        });
        let had_entries = members.into_iter().filter_map(|member| member.cast_off(owner)).collect();
        self.clear();
        had_entries
    }
}
