//! How a server is started.

use crate::process::{Mailbox, Name, Priority, SpawnOptions};
use std::time::Duration;

/// Options of a server: given in its declaration for every start, and at a start for that one.
///
/// | Option | Default |
/// |---|---|
/// | `name` | none |
/// | `timeout` of `init` | none: start waits as long as it takes |
/// | `trap_exit` | no |
/// | `hibernate_after` | never |
/// | `mailbox` | unbounded |
/// | `priority` | [`Priority::Normal`] |
/// | `label` | none |
/// | `inline` | yes |
#[derive(Clone, Debug, Default)]
#[must_use = "options have an effect when they are given to a start"]
pub struct ServerOptions {
    pub(crate) spawn: SpawnOptions,
    pub(crate) timeout: Option<Duration>,
    pub(crate) hibernate_after: Option<Duration>,
    /// Calls always go through the mailbox.
    pub(crate) queued: bool,
}

impl ServerOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name it is registered under, from before `init` on.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.spawn = self.spawn.name(name);
        self
    }

    /// A name through a registry, taken before `init`.
    pub fn via(mut self, via: impl crate::process::Via) -> Self {
        self.spawn = self.spawn.via(via);
        self
    }

    /// No name, whatever the declaration says.
    pub fn unnamed(mut self) -> Self {
        self.spawn.registration = None;
        self
    }

    /// The time that `init` may take; then the process is killed and start answers `StartError::Timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether exit signals become messages, from before `init` on. With it, `terminate` runs when a supervisor shuts
    /// the server down.
    pub fn trap_exit(mut self, on: bool) -> Self {
        self.spawn = self.spawn.trap_exit(on);
        self
    }

    /// Gives back memory when no message came for this long.
    pub fn hibernate_after(mut self, after: Duration) -> Self {
        self.hibernate_after = Some(after);
        self
    }

    /// The bound of the mailbox. A call that finds it full fails with `CallFailure::Overloaded`; a cast does what the
    /// bound's overflow says.
    pub fn mailbox(mut self, mailbox: Mailbox) -> Self {
        self.spawn = self.spawn.mailbox(mailbox);
        self
    }

    /// Messages handled before it yields.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.spawn = self.spawn.priority(priority);
        self
    }

    /// A description for reports and `process::info`.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.spawn = self.spawn.label(label);
        self
    }

    /// Whether a caller that finds the server idle may run its request in place, without a task switch: some tens of
    /// nanoseconds instead of some hundreds. Nothing else changes but where the handler runs until it waits for the first
    /// time: in the task of the caller, which is held for so long. Default: yes, unless the environment variable
    /// `OTP_INLINE` is `off`, which switches it off for the whole program.
    pub fn inline(mut self, on: bool) -> Self {
        self.queued = !on;
        self
    }
}
