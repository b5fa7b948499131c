//! Names of processes, and the table of who has which.

use super::{Pid, table};
use once_cell::sync::Lazy;
use scc::hash_index::Entry as Place;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A name under which a process can be registered.
///
/// A process has at most one *local* name. *Global* names are another scope: a process may have any number, and the
/// same text in the two scopes are two names. (Until there are other nodes, that is the whole difference.)
///
/// ```
/// use otp::name::Name;
///
/// let name: Name = "stack".into();
/// assert_eq!(name.to_string(), "stack");
/// assert_ne!(name, Name::global("stack"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    scope: Scope,
    text: Cow<'static, str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Scope {
    Local,
    Global,
}

impl Name {
    /// A local name.
    pub const fn new(text: &'static str) -> Self {
        Self { scope: Scope::Local, text: Cow::Borrowed(text) }
    }

    /// This name with `-` and a number behind it, in the same scope.
    pub(crate) fn numbered(&self, number: usize) -> Self {
        Self { scope: self.scope, text: Cow::Owned(format!("{}-{number}", self.text)) }
    }

    /// A name of the global scope.
    #[doc(alias = "{:global, term}")]
    pub fn global(text: impl Into<Cow<'static, str>>) -> Self {
        Self { scope: Scope::Global, text: text.into() }
    }

    /// Whether it is a name of the global scope.
    pub fn is_global(&self) -> bool {
        self.scope == Scope::Global
    }

    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<&'static str> for Name {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}
impl From<String> for Name {
    fn from(text: String) -> Self {
        Self { scope: Scope::Local, text: Cow::Owned(text) }
    }
}
impl From<&Name> for Name {
    fn from(name: &Name) -> Self {
        name.clone()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Local => f.write_str(&self.text),
            Scope::Global => write!(f, "global:{}", self.text),
        }
    }
}
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// A place where processes are registered under names of its own: the counterpart of Elixir's `{:via, module, term}`.
///
/// A value of a type that implements this *is* a name: it knows its registry and the key in it. Give it to
/// `start_link(..).via(..)`, and address the process with `StackRef::via(..)`.
///
/// # Contract
/// - `register` is called by the starter before the process runs, so that a name that is taken starts nothing. A registry
///   that cannot give the name to anybody, because it does not run, answers `Err(`[`Pid::NOBODY`]`)`.
/// - `unregister` is called when the process has ended, before anybody is told of its end. It must do nothing if `pid`
///   no longer has the name.
/// - All three must not block.
pub trait Via: Send + Sync + 'static {
    /// Gives the name to `pid`, or says who has it.
    fn register(&self, pid: Pid) -> Result<(), Pid>;
    /// Takes the name from `pid`, if `pid` has it.
    fn unregister(&self, pid: Pid);
    /// Who has the name.
    fn whereis(&self) -> Option<Pid>;
    /// The name as it is shown in errors and reports.
    fn describe(&self) -> String;
}

impl fmt::Debug for dyn Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

/// How a process is registered when it starts.
#[derive(Clone, Debug)]
pub(crate) enum Registration {
    Name(Name),
    Via(Arc<dyn Via>),
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => fmt::Display::fmt(name, f),
            Self::Via(via) => f.write_str(&via.describe()),
        }
    }
}

/// Reads take no lock; entries are pids, so the table keeps no process alive. A name that is taken out may be kept until
/// its place is used again.
static NAMES: Lazy<scc::HashIndex<Name, Pid>> = Lazy::new(scc::HashIndex::new);

/// Enters the name, or says who has it.
pub(crate) fn claim(name: &Name, pid: Pid) -> Result<(), Pid> {
    match NAMES.entry_sync(name.clone()) {
        Place::Vacant(place) => {
            place.insert_entry(pid);
            Ok(())
        }
        Place::Occupied(taken) => Err(*taken.get()),
    }
}

/// Takes the name out if `pid` has it.
pub(crate) fn release(name: &Name, pid: Pid) -> bool {
    NAMES.remove_if_sync(name, |owner| *owner == pid)
}

pub(crate) fn lookup(name: &Name) -> Option<Pid> {
    NAMES.peek_with(name, |_, pid| *pid)
}

/// The process that has this name, or `None`. There is no promise that it is still alive when you look at the answer.
///
/// Follows Elixir's `Process.whereis/1` and `GenServer.whereis/1`.
#[doc(alias = "GenServer.whereis")]
pub fn whereis(name: impl Into<Name>) -> Option<Pid> {
    lookup(&name.into())
}

/// All local names that are taken, in no particular order.
///
/// Follows Elixir's `Process.registered/0`.
pub fn registered() -> Vec<Name> {
    let guard = scc::Guard::new();
    let names = NAMES.iter(&guard).map(|(name, _)| name).filter(|name| !name.is_global());
    // While the table grows, one may be met twice.
    names.collect::<HashSet<_>>().into_iter().cloned().collect()
}

/// Why a name could not be registered. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// Another process has the name.
    #[error("the name {name} is taken by {by}")]
    Taken {
        /// The name asked for.
        name: Name,
        /// Who has it.
        by: Pid,
    },
    /// The process already has a local name, and may have one only.
    #[error("{pid} is already registered as {has}: unregister that name first")]
    HasName {
        /// The process.
        pid: Pid,
        /// The name it has.
        has: Name,
    },
    /// There is no such process any more.
    #[error("{0} has ended")]
    NoProc(Pid),
}

/// Why a name could not be taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody is registered as {0}")]
pub struct NotRegistered(pub Name);

/// Registers a process under a name, until it ends or [`unregister`] is called.
///
/// # Errors
/// The name is taken, the process has a local name already, or it has ended.
///
/// Follows Elixir's `Process.register/2`; the reserved atoms have no counterpart.
pub fn register(pid: Pid, name: impl Into<Name>) -> Result<(), RegisterError> {
    let name = name.into();
    let process = table::get(pid).ok_or(RegisterError::NoProc(pid))?;
    let mut shared = process.core().shared.lock();
    if shared.ended {
        return Err(RegisterError::NoProc(pid));
    }
    if let (Some(has), false) = (&shared.name, name.is_global()) {
        return Err(RegisterError::HasName { pid, has: Name::clone(has) });
    }
    // The name is entered under the process's lock: its exit, which takes the names under the same lock, either comes
    // before (and `ended` said so) or frees this one too.
    claim(&name, pid).map_err(|by| RegisterError::Taken { name: name.clone(), by })?;
    shared.add_name(Registration::Name(name));
    Ok(())
}

/// Frees a name.
///
/// # Errors
/// Nobody has it.
///
/// Follows Elixir's `Process.unregister/1`.
pub fn unregister(name: impl Into<Name>) -> Result<(), NotRegistered> {
    let name = name.into();
    let Some(pid) = lookup(&name) else { return Err(NotRegistered(name)) };
    let Some(process) = table::get(pid) else {
        return if release(&name, pid) { Ok(()) } else { Err(NotRegistered(name)) };
    };
    // Both under the process's lock, as in `register`.
    let mut shared = process.core().shared.lock();
    if release(&name, pid) {
        shared.remove_name(&name);
        return Ok(());
    }
    drop(shared);
    Err(NotRegistered(name))
}
