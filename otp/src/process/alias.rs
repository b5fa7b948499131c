//! Aliases: a second address that its owner can close, so that late messages do not arrive.

use super::context;
use super::core::Shared;
use super::reference::Reference;
use super::{AliasRef, MonitorRef};

/// When an alias closes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AliasMode {
    /// Never: only [`unalias`] closes it.
    #[doc(alias = ":explicit_unalias")]
    Explicit,
    /// With the first message that came through it.
    #[doc(alias = ":reply")]
    Reply,
    /// With its monitor: when that is taken back or fires.
    #[doc(alias = ":demonitor")]
    Demonitor,
    /// With the first message that came through it, which takes the monitor back too, or with its monitor.
    #[doc(alias = ":reply_demonitor")]
    ReplyDemonitor,
}

/// Makes an alias of this process: whatever is sent to it arrives here, until [`unalias`] or the end of the process.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
/// use std::time::Duration;
///
/// let alias = process::alias();
/// process::send(alias, "in time").unwrap();
/// assert!(process::unalias(alias));
/// process::send(alias, "late").unwrap();
/// assert_eq!(process::receive::<&str>().await, "in time");
/// assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, None);
/// # }
/// ```
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.alias/0`.
#[track_caller]
pub fn alias() -> AliasRef {
    alias_with(AliasMode::Explicit)
}

/// As [`alias`], with a mode. Without a monitor, [`AliasMode::Demonitor`] is as good as explicit.
///
/// Follows Elixir's `Process.alias/1`.
#[track_caller]
pub fn alias_with(mode: AliasMode) -> AliasRef {
    context::require("alias", |running| {
        let reference = Reference::new(running.core().pid);
        running.core().shared.lock().extra().aliases.insert(reference, mode);
        AliasRef(reference)
    })
}

/// Closes an alias. Messages that came through it before stay in the mailbox. Answers whether it was an open alias of
/// this process.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.unalias/1`.
#[track_caller]
pub fn unalias(alias: impl Into<AliasRef>) -> bool {
    let alias = alias.into();
    context::require("unalias", |running| {
        let mut shared = running.core().shared.lock();
        shared.extra.as_mut().is_some_and(|extra| extra.aliases.remove(&alias.0).is_some())
    })
}

/// The reference of a monitor made with an alias is that alias.
impl From<MonitorRef> for AliasRef {
    fn from(monitor: MonitorRef) -> Self {
        Self(monitor.0)
    }
}

/// A message comes through the alias. Whether it is open, and whether its monitor ends with this message.
pub(crate) fn admit(shared: &mut Shared, reference: Reference) -> (bool, bool) {
    let Some(extra) = &mut shared.extra else { return (false, false) };
    let Some(mode) = extra.aliases.get(&reference).copied() else { return (false, false) };
    let once = matches!(mode, AliasMode::Reply | AliasMode::ReplyDemonitor);
    if once {
        extra.aliases.remove(&reference);
    }
    (true, mode == AliasMode::ReplyDemonitor)
}

/// The monitor of an alias was taken back, or fired.
pub(crate) fn close_if_bound(shared: &mut Shared, reference: Reference) {
    if let Some(extra) = &mut shared.extra
        && matches!(extra.aliases.get(&reference), Some(AliasMode::Demonitor | AliasMode::ReplyDemonitor))
    {
        extra.aliases.remove(&reference);
    }
}
