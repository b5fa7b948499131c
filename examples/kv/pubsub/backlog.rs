//! How much may wait for a client that reads more slowly than others publish.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use otp::prelude::*;
use otp::process;

use super::Published;

/// What a message costs beside its bytes: its place in a mailbox, roughly.
const OVERHEAD: usize = 64;

/// The account of one client. Everybody who publishes writes into it, and the client's process takes out again.
///
/// A process's mailbox takes whatever is sent, and nobody waits for the receiver: so those who send have to see to it that
/// it does not grow without end. Whoever sends the message that is too much ends the client instead.
#[derive(Debug)]
pub struct Backlog {
    /// Bytes of the messages in the client's mailbox. Added before a message is sent, taken off when it is taken out.
    waiting: AtomicUsize,
    /// So many may wait.
    limit: usize,
    /// Set once, by whoever sends too much: from then on nobody sends anything.
    overrun: AtomicBool,
}

impl Backlog {
    pub(super) fn new(limit: usize) -> Self {
        Self { waiting: AtomicUsize::new(0), limit, overrun: AtomicBool::new(false) }
    }

    /// Sends a message to the client's process, unless too much waits there already. False: it does not get it.
    pub(super) fn deliver(&self, client: Pid, message: Published) -> bool {
        if self.overrun.load(Ordering::Relaxed) {
            return false;
        }
        let cost = cost(&message);
        // Nothing else is read by these counts, and the mailbox orders the messages.
        let waiting = self.waiting.fetch_add(cost, Ordering::Relaxed).saturating_add(cost);
        if waiting > self.limit {
            if !self.overrun.swap(true, Ordering::Relaxed) {
                process::exit(client, ExitReason::other(Overrun { limit: self.limit }));
            }
            return false;
        }
        process::send(client, message).is_ok()
    }

    /// The client's process has taken a message out of its mailbox.
    pub(super) fn took(&self, message: &Published) {
        self.waiting.fetch_sub(cost(message), Ordering::Relaxed);
    }
}

fn cost(message: &Published) -> usize {
    message.bytes.len() + OVERHEAD
}

/// Why a client is cut off: it reads published messages too slowly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// So many bytes might have waited.
    pub limit: usize,
}

impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "over the limit of {} bytes of published messages that it did not read", self.limit)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::super::{Interest, Kind};
    use super::*;

    fn message(bytes: usize) -> Published {
        let interest = Interest { kind: Kind::Channel, name: Bytes::from_static(b"a") };
        Published { interest, bytes: Bytes::from(vec![b'x'; bytes]) }
    }

    #[otp::test]
    async fn whoever_sends_too_much_ends_the_receiver_and_once() {
        process::trap_exit(true);
        let (backlog, me) = (Backlog::new(1000), process::self_pid());
        for _ in 0..10 {
            // As long as it reads there is no end.
            assert!(backlog.deliver(me, message(400)) && backlog.deliver(me, message(400)));
            for _ in 0..2 {
                backlog.took(&process::receive::<Published>().await);
            }
        }
        assert!(backlog.deliver(me, message(1000 - OVERHEAD)), "all that may wait");
        for _ in 0..3 {
            assert!(!backlog.deliver(me, message(0)), "and nothing more");
        }
        let exit = process::receive::<Exit>().await;
        assert_eq!(exit.reason.downcast_ref(), Some(&Overrun { limit: 1000 }));
        assert!(process::receive_timeout::<Exit>(Duration::ZERO).await.is_none());
    }
}
