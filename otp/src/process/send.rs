//! Sending messages of any type.

use super::core::AnyProcess;
use super::mailbox::{Admission, admit, has_room};
use super::name::lookup;
use super::reference::Reference;
use super::{AliasRef, Info, MonitorRef, Name, Pid, Target, alias, monitor, table};
use std::fmt;
use std::sync::Arc;

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dest {
    /// A process.
    Pid(Pid),
    /// Whoever has the name.
    Name(Name),
    /// The process that made the alias, as long as it is open.
    Alias(AliasRef),
}

impl From<Pid> for Dest {
    fn from(pid: Pid) -> Self {
        Self::Pid(pid)
    }
}
impl From<Name> for Dest {
    fn from(name: Name) -> Self {
        Self::Name(name)
    }
}
impl From<&'static str> for Dest {
    fn from(name: &'static str) -> Self {
        Self::Name(name.into())
    }
}
impl From<String> for Dest {
    fn from(name: String) -> Self {
        Self::Name(name.into())
    }
}
impl From<AliasRef> for Dest {
    fn from(alias: AliasRef) -> Self {
        Self::Alias(alias)
    }
}
impl From<MonitorRef> for Dest {
    fn from(monitor: MonitorRef) -> Self {
        Self::Alias(monitor.into())
    }
}
impl From<Target> for Dest {
    fn from(target: Target) -> Self {
        match target {
            Target::Pid(pid) => Self::Pid(pid),
            Target::Name(name) => Self::Name(name),
        }
    }
}

/// Nobody has the name. The message comes back.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody is registered as {name}: the message was not sent")]
pub struct SendError<M> {
    /// The name.
    pub name: Name,
    /// What was to be sent.
    pub message: M,
}

impl<M> fmt::Debug for SendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a message was not sent by [`try_send`]. The message comes back.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrySendError<M> {
    /// The mailbox is at its bound.
    #[error("the mailbox of {to:?} is full: the message was not sent")]
    Full {
        /// Where it was to go.
        to: Dest,
        /// What was to be sent.
        message: M,
    },
    /// Nobody has the name.
    #[error("nobody is registered as {name}: the message was not sent")]
    NoName {
        /// The name.
        name: Name,
        /// What was to be sent.
        message: M,
    },
}

impl<M> fmt::Debug for TrySendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { to, .. } => f.debug_struct("Full").field("to", to).finish_non_exhaustive(),
            Self::NoName { name, .. } => f.debug_struct("NoName").field("name", name).finish_non_exhaustive(),
        }
    }
}

/// Finds the process behind a destination. `Err`: nobody has the name; `Ok(None)`: it has ended, or the alias is closed.
fn resolve(dest: &Dest) -> Result<Option<Arc<dyn AnyProcess>>, Name> {
    match dest {
        Dest::Pid(pid) => Ok(table::get(*pid)),
        Dest::Name(name) => lookup(name).map(table::get).ok_or_else(|| name.clone()),
        Dest::Alias(alias) => Ok(through_alias(*alias)),
    }
}

fn through_alias(alias: AliasRef) -> Option<Arc<dyn AnyProcess>> {
    let process = table::get(alias.0.owner())?;
    let (open, ends_monitor) = alias::admit(&mut process.core().shared.lock(), alias.0);
    if ends_monitor {
        monitor::cancel(process.core(), alias.0, true);
    }
    open.then_some(process)
}

/// Puts a message into the mailbox of a process. Never waits.
///
/// A process that has ended is no error: the message is dropped, as it is when it ends before it looks. Messages from
/// one sender arrive in the order they were sent, among themselves and with its calls, casts, exit signals and links.
/// A mailbox at its bound does what its [`Overflow`](super::Overflow) says.
///
/// # Errors
/// Nobody has the name.
///
/// ```
/// use otp::process;
///
/// let error = process::send("nobody", 1).unwrap_err();
/// assert_eq!(error.message, 1);
/// ```
///
/// Follows Elixir's `send/2` and `Process.send/3`.
pub fn send<M: Send + 'static>(dest: impl Into<Dest>, message: M) -> Result<(), SendError<M>> {
    match resolve(&dest.into()) {
        Ok(process) => {
            if let Some(process) = process {
                push(&*process, message);
            }
            Ok(())
        }
        Err(name) => Err(SendError { name, message }),
    }
}

/// As [`send`], but a message that finds the mailbox full is not sent, and its sender is told.
///
/// # Errors
/// The mailbox is full, or nobody has the name.
///
/// Follows `Process.send(dest, msg, [:nosuspend])`.
#[doc(alias = ":nosuspend")]
pub fn try_send<M: Send + 'static>(dest: impl Into<Dest>, message: M) -> Result<(), TrySendError<M>> {
    let dest = dest.into();
    match resolve(&dest) {
        Ok(Some(process)) => {
            if process.core().flags.is_bounded() && !has_room(&*process) {
                return Err(TrySendError::Full { to: dest, message });
            }
            process.push_info(Info::new(message));
            Ok(())
        }
        Ok(None) => Ok(()),
        Err(name) => Err(TrySendError::NoName { name, message }),
    }
}

/// Puts a message into the mailbox of the process that made the alias, if that is open. In one step with the look at
/// it: once its owner has closed the alias, nothing comes through it any more. No bound refuses it.
pub(crate) fn answer<M: Send + 'static>(alias: Reference, message: M) {
    let info = Info::new(message);
    let Some(process) = table::get(alias.owner()) else { return };
    let mut shared = process.core().shared.lock();
    // A process that has not ended does not close its mailbox: nothing is drained, and so dropped, under its lock.
    if !shared.ended && alias::admit(&mut shared, alias).0 {
        process.push_info(info);
    }
}

/// An ordinary message: it counts against the bound.
pub(crate) fn push<M: Send + 'static>(process: &dyn AnyProcess, message: M) {
    if process.core().flags.is_bounded()
        && let Admission::Full = admit(process)
    {
        return;
    }
    process.push_info(Info::new(message));
}
