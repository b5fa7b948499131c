//! The process of a registry, and where registries are found by their names.
//!
//! The process does nothing but end: it holds the name, is linked to whoever supervises the registry, and at its end, for
//! whatever reason, before anybody is told of it, the entries go and processes that have any end too. No operation on
//! the registry goes through it.

use super::listener::Listeners;
use super::meta::Meta;
use super::table::{Key, Layout, Table};
use crate::process::core::Kind;
use crate::process::name::Registration;
use crate::process::spawn::{self, Plain, prepare};
use crate::process::tie::{self, Tie};
use crate::process::{self, Exit, ExitReason, Info, Name, Pid, SpawnOptions, StartError, link, table};
use crate::sync::Mutex;
use once_cell::sync::Lazy;
use std::any::Any;
use std::marker::PhantomData;
use std::mem::take;
use std::sync::Arc;

/// The tables of the registries that run. Entered by a start, which has taken the name of its process by then; taken out
/// by the end of that process.
static TABLES: Lazy<scc::HashMap<Name, Arc<dyn Any + Send + Sync>>> = Lazy::new(scc::HashMap::new);

/// What is registered under this name, of whatever type.
pub(crate) fn find(name: &Name) -> Option<Arc<dyn Any + Send + Sync>> {
    TABLES.read_sync(name, |_, table| table.clone())
}

/// Asks the process of a registry to end.
struct Stop(ExitReason);

pub(crate) fn stop(owner: Pid, reason: ExitReason) {
    // A pid is no name.
    let _ = process::send(owner, Stop(reason));
}

/// The tie of the process to its table.
struct Owned<K, V> {
    table: Arc<Table<K, V>>,
    /// The processes that had entries: from the moment they lose them until they are told.
    had_entries: Mutex<Vec<Pid>>,
}

impl<K: Key, V: Send + Sync + 'static> Tie for Owned<K, V> {
    fn process_ended(&self, pid: Pid) {
        let Self { table, had_entries } = self;
        *had_entries.lock() = table.end(pid);
        // The next registry of this name may be there already: the name itself has been free for a moment.
        let mine = Arc::as_ptr(table);
        let _gone = TABLES.remove_if_sync(&table.name, |there| std::ptr::addr_eq(Arc::as_ptr(there), mine));
    }

    /// Whoever had entries ends like one that is linked. After the links: a supervisor that restarts the registry and all
    /// that comes after it hears of the registry first.
    fn links_told(&self, pid: Pid, reason: &ExitReason) {
        for member in take(&mut *self.had_entries.lock()) {
            if let Some(process) = table::get(member) {
                link::receive_exit(&*process, pid, reason.clone(), false);
            }
        }
    }
}

fn kind<K: 'static, V: 'static>() -> &'static Kind {
    struct Of<K, V>(PhantomData<(K, V)>);
    impl<K, V> Of<K, V> {
        const KIND: &'static Kind = &Kind {
            behaviour: "registry",
            initial_call: std::any::type_name::<super::Registry<K, V>>,
            state_size: std::mem::size_of::<Table<K, V>>(),
        };
    }
    Of::<K, V>::KIND
}

/// Starts the process.
pub(crate) fn start<K: Key, V: Send + Sync + 'static>(
    name: Name,
    layout: Layout,
    listeners: Listeners<K, V>,
    fill: impl FnOnce(&Meta),
    link: bool,
) -> Result<Arc<Table<K, V>>, StartError> {
    if link && process::try_self_pid().is_none() {
        return Err(StartError::NotAProcess);
    }
    let table = Arc::new(Table::new(name.clone(), layout, listeners));
    fill(&table.meta);
    let registration = Some(Registration::Name(name.clone()));
    let options = SpawnOptions { link, trap_exit: true, registration, ..SpawnOptions::default() };
    let process: Arc<Plain> = prepare(kind::<K, V>(), &options)?;
    let parent = if link { process.core.parent() } else { None };
    table.owner.set(process.core.pid).expect("it was just made");
    let tie = Arc::new(Owned { table: table.clone(), had_entries: Mutex::default() });
    tie::enter(&*process, || ((), Some(tie as Arc<dyn Tie>))).expect("it does not run yet");
    let _before = TABLES.upsert_sync(name, table.clone());
    spawn::launch(process, run(parent));
    Ok(table)
}

/// Waits for the end. A signal of anybody but the parent does nothing, as with a supervisor; a kill needs no help.
async fn run(parent: Option<Pid>) -> ExitReason {
    loop {
        let info = process::receive::<Info>().await;
        let info = match info.take::<Exit>() {
            Ok(exit) if Some(exit.from) == parent => return exit.reason,
            Ok(_) => continue,
            Err(info) => info,
        };
        if let Ok(Stop(reason)) = info.take() {
            return reason;
        }
    }
}
