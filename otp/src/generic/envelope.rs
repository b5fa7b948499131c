//! What lies in the mailbox of a server.

use super::sys::System;
use crate::process::core::Process;

/// A request of the server's own type, or a system request that every server understands.
pub(crate) enum Envelope<R> {
    Request(R),
    System(Box<System>),
}

/// A process that takes requests of type `R`.
pub(crate) type Server<R> = Process<Envelope<R>>;
