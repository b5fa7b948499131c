//! Where a server is found: itself, a name, a supervisor's slot, a registry.

use super::envelope::Server;
use crate::process::core::AnyProcess;
use crate::process::name::lookup;
use crate::process::{Name, Pid, Slot, Via, table};
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The address of a server that takes requests of type `R`.
pub(crate) enum Address<R: 'static> {
    /// One incarnation.
    Process(Arc<Server<R>>),
    /// Whoever has the name.
    Name(Name),
    /// Whoever a supervisor runs in this place.
    Slot(Arc<Slot>),
    /// Whoever a registry names.
    Via(Arc<dyn Via>),
}

/// Why an address leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreachable {
    NoProc,
    /// Somebody is there who takes other requests.
    OtherServer,
}

impl<R: 'static> Clone for Address<R> {
    fn clone(&self) -> Self {
        match self {
            Self::Process(process) => Self::Process(process.clone()),
            Self::Name(name) => Self::Name(name.clone()),
            Self::Slot(slot) => Self::Slot(slot.clone()),
            Self::Via(via) => Self::Via(via.clone()),
        }
    }
}

impl<R: Send + 'static> Address<R> {
    /// The server that is there now.
    #[inline]
    pub(crate) fn resolve(&self) -> Result<Cow<'_, Arc<Server<R>>>, Unreachable> {
        match self {
            Self::Process(process) => Ok(Cow::Borrowed(process)),
            other => other.resolve_process().and_then(typed).map(Cow::Owned),
        }
    }

    fn resolve_process(&self) -> Result<Arc<dyn AnyProcess>, Unreachable> {
        let process = match self {
            Self::Process(process) => Some(process.clone() as Arc<dyn AnyProcess>),
            Self::Name(name) => lookup(name).and_then(table::get),
            Self::Slot(slot) => slot.process(),
            Self::Via(via) => via.whereis().and_then(table::get),
        };
        process.ok_or(Unreachable::NoProc)
    }

    /// The pid of whoever is there now; for an address that is a process, its pid, also when it has ended.
    pub(crate) fn pid(&self) -> Option<Pid> {
        match self {
            Self::Process(process) => Some(process.core.pid),
            Self::Name(name) => lookup(name),
            Self::Slot(slot) => slot.pid(),
            Self::Via(via) => via.whereis(),
        }
    }

    /// The server with this pid, if it is alive and takes such requests.
    pub(crate) fn of_pid(pid: Pid) -> Option<Self> {
        typed(table::get(pid)?).ok().map(Self::Process)
    }
}

fn typed<R: Send + 'static>(process: Arc<dyn AnyProcess>) -> Result<Arc<Server<R>>, Unreachable> {
    let any: Arc<dyn Any + Send + Sync> = process;
    any.downcast().map_err(|_| Unreachable::OtherServer)
}

impl<R: 'static> fmt::Display for Address<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(process) => {
                let name = process.core.shared.lock().name.clone();
                match name {
                    Some(name) => write!(f, "{name} {}", process.core.pid),
                    None => fmt::Display::fmt(&process.core.pid, f),
                }
            }
            Self::Name(name) => fmt::Display::fmt(name, f),
            Self::Slot(slot) => match slot.id() {
                Some(id) => write!(f, "child {id:?}"),
                None => f.write_str("a supervisor's place"),
            },
            Self::Via(via) => f.write_str(&via.describe()),
        }
    }
}
