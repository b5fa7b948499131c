//! Calls without a task switch: a caller that finds a server idle runs its request in place.
//!
//! The caller takes the server's turn (`sync::wake`), hands its request over, and polls the server's future once, as the
//! server: current process, panics, counts and wakers are the server's. Then it leaves:
//!
//! - the server waits for its mailbox again: it is idle, and the answer is there, or will come from elsewhere;
//! - a handler waits for something: the server's own task is woken and goes on with it, and the caller waits as for any
//!   answer;
//! - the server has to do what only its own task does: that is woken.
//!
//! What only its own task does: it goes to sleep in a selective receive, continues after a handler (the answer of a
//! caller does not wait for that), runs `terminate`, drops the state, ends.
//!
//! Who may come in: a process of the same tokio runtime, up to [`DEPTH`] deep. Every other call goes through the mailbox,
//! and so does one after a few milliseconds of visits on a thread, or two thousand of them: a caller that only ever finds
//! idle servers lets others run. A caller that comes while another one is inside spins, for little more than a tenth of a
//! millisecond at most, and no longer than a long handler shows itself to be one (`WakeWord::try_take`).

use super::context::{Rest, Woken};
use super::core::Process;
use crate::sync::atomic::Ordering;
use crate::sync::clock::{self, Millis};
use crate::sync::wake::AfterVisit;
use once_cell::sync::Lazy;
use std::cell::Cell;
use std::task::Context;
use tokio::runtime::Id;

/// Handlers that run on one stack: A calls B calls C.
const DEPTH: u8 = 8;
/// Visits on a thread between two looks at the clock.
const IN_A_ROW: u8 = 32;
/// So many times [`IN_A_ROW`] visits, and one call takes the way through the mailbox.
const ROWS: u8 = 64;

/// Whether there are visits at all: `OTP_INLINE=off` switches them off for the whole program.
pub(crate) fn is_on() -> bool {
    static ON: Lazy<bool> = Lazy::new(|| std::env::var_os("OTP_INLINE").is_none_or(|value| value != "off"));
    *ON
}

/// Of this thread.
struct Visits {
    /// Under way.
    depth: Cell<u8>,
    /// Until the clock is looked at.
    left: Cell<u8>,
    rows: Cell<u8>,
    /// When a call last took the way through the mailbox.
    since: Cell<Millis>,
}

thread_local! {
    static VISITS: Visits = const {
        Visits { depth: Cell::new(0), left: Cell::new(IN_A_ROW), rows: Cell::new(ROWS), since: Cell::new(0) }
    };
}

impl Visits {
    /// Whether one more is allowed.
    #[inline]
    fn allow(&self) -> bool {
        self.depth.get() < DEPTH && (self.left.get() > 0 || self.next_row())
    }

    /// A row is over. `false`: it is time to let others run.
    #[cold]
    fn next_row(&self) -> bool {
        self.left.set(IN_A_ROW);
        // The clock moves on every few milliseconds.
        let now = clock::now();
        if self.rows.get() == 0 || self.since.get() != now {
            self.rows.set(ROWS);
            self.since.set(now);
            return false;
        }
        self.rows.set(self.rows.get() - 1);
        true
    }

    #[inline]
    fn begin(&self) {
        self.depth.set(self.depth.get() + 1);
        self.left.set(self.left.get() - 1);
    }

    #[inline]
    fn end(&self) {
        self.depth.set(self.depth.get() - 1);
    }
}

impl<M: Send + 'static> Process<M> {
    /// Has the process, if it is idle, take the message and handle it here and now, as far as that goes without waiting. It is
    /// left where it is otherwise.
    // The message has been made before the turn is taken, not only because what makes it may be the user's, and panic: taking
    // it sees to it that what was written before lies where it is read at full speed, in pieces of any size.
    #[inline]
    pub(crate) fn visit(&self, runtime: Option<Id>, message: &Cell<Option<M>>) {
        if !VISITS.with(Visits::allow) {
            return;
        }
        let core = &self.core;
        let Some(mut guest) = self.door.knock(&core.wake, &core.handled) else { return };
        // The owner says that it is idle before its last look, and the one that runs may have sent something before this.
        if !core.wake.nothing_was_found() && !self.queue.is_empty() {
            let _ = guest.leave_to_owner();
            core.wake_task();
            return;
        }
        if core.flags.is_signalled() || guest.local().noted_runtime() != runtime {
            self.after_visit(guest.leave_idle());
            return;
        }
        let waker = core.waker.get().expect("a process that is idle has been polled");
        VISITS.with(Visits::begin);
        let (local, once) = guest.split();
        local.woken.set(Woken::Otherwise);
        core.polling.store(true, Ordering::Relaxed);
        local.enter(|| local.handed.during(message, || once.poll(&mut Context::from_waker(waker))));
        core.polling.store(false, Ordering::Relaxed);
        let after = match local.rest.take() {
            Rest::Idle => guest.leave_idle(),
            // Only its own task sleeps. And a handler that only let others run would otherwise go on when a worker of tokio's
            // has found nothing else to do, which takes longer than a poll too many of one that waits for something.
            Rest::Not | Rest::Asleep => {
                let _ = guest.leave_to_owner();
                AfterVisit::Wake
            }
        };
        VISITS.with(Visits::end);
        self.after_visit(after);
    }

    #[inline]
    fn after_visit(&self, after: AfterVisit) {
        if after == AfterVisit::Wake {
            self.core.wake_task();
        }
    }
}
