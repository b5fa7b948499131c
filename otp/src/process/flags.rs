//! The life-cycle word of a process: every bit, and who may change it.
//!
//! | Bit | Set by | Cleared by | Means |
//! |---|---|---|---|
//! | `SIGNALLED` | anybody, after storing the reason in `Extra::fatal` | never | it ends at its next poll |
//! | `TRAPS_EXITS` | its owner, its starter | the same | exit signals become messages |
//! | `ENDING` | its own task, in `exit` | never | no longer alive, although still listed |
//! | `SUSPENDED` | its own task (`sys`) | the same | only system requests are handled |
//! | `BOUNDED` | whoever sets a mailbox bound | the same | pushes look at the bound |
//! | `IGNORED` | its own task, in `init` | never | `init` answered ignore |
//! | `HIBERNATED` | its own task | the same | it gave back what memory it could |
//!
//! A bit is a message: the reason behind `SIGNALLED` is stored before the bit is set (release) and read after it is
//! seen (acquire). Nothing else hangs on the order of bits.

use crate::sync::atomic::{AtomicU32, Ordering};

const SIGNALLED: u32 = 1;
const TRAPS_EXITS: u32 = 1 << 1;
const ENDING: u32 = 1 << 2;
const SUSPENDED: u32 = 1 << 3;
const BOUNDED: u32 = 1 << 4;
const IGNORED: u32 = 1 << 5;
const HIBERNATED: u32 = 1 << 6;

/// See the module.
#[derive(Debug)]
pub(crate) struct Flags(AtomicU32);

impl Flags {
    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    #[inline]
    fn has(&self, bit: u32) -> bool {
        self.0.load(Ordering::Acquire) & bit != 0
    }

    fn set(&self, bit: u32, on: bool) -> bool {
        let before = if on { self.0.fetch_or(bit, Ordering::AcqRel) } else { self.0.fetch_and(!bit, Ordering::AcqRel) };
        before & bit != 0
    }

    /// The reason has been stored: end at the next poll.
    pub(crate) fn signal(&self) {
        self.set(SIGNALLED, true);
    }
    #[inline]
    pub(crate) fn is_signalled(&self) -> bool {
        self.has(SIGNALLED)
    }

    /// Answers what was set before.
    pub(crate) fn set_traps_exits(&self, on: bool) -> bool {
        self.set(TRAPS_EXITS, on)
    }
    pub(crate) fn traps_exits(&self) -> bool {
        self.has(TRAPS_EXITS)
    }

    pub(crate) fn set_ending(&self) {
        self.set(ENDING, true);
    }
    #[inline]
    pub(crate) fn is_ending(&self) -> bool {
        self.has(ENDING)
    }

    pub(crate) fn set_suspended(&self, on: bool) {
        self.set(SUSPENDED, on);
    }
    pub(crate) fn is_suspended(&self) -> bool {
        self.has(SUSPENDED)
    }

    pub(crate) fn set_bounded(&self, on: bool) {
        self.set(BOUNDED, on);
    }
    #[inline]
    pub(crate) fn is_bounded(&self) -> bool {
        self.has(BOUNDED)
    }

    pub(crate) fn set_ignored(&self) {
        self.set(IGNORED, true);
    }
    pub(crate) fn is_ignored(&self) -> bool {
        self.has(IGNORED)
    }

    pub(crate) fn set_hibernated(&self, on: bool) {
        if self.is_hibernated() != on {
            self.set(HIBERNATED, on);
        }
    }
    pub(crate) fn is_hibernated(&self) -> bool {
        self.has(HIBERNATED)
    }
}

#[cfg(all(test, otp_loom))]
mod loom_tests {
    use super::*;
    use crate::sync::Mutex;
    use loom::sync::Arc;
    use loom::sync::atomic::AtomicUsize;
    use loom::thread;

    /// A process as far as a fatal signal is concerned: the reason is stored, the bit set, the task woken.
    struct Target {
        fatal: Mutex<Option<u32>>,
        flags: Flags,
        wakes: AtomicUsize,
    }

    fn end_with(target: &Target, reason: u32) {
        target.fatal.lock().get_or_insert(reason);
        target.flags.signal();
        target.wakes.fetch_add(1, Ordering::AcqRel);
    }

    #[test]
    fn loom_a_signalled_process_sees_the_first_reason_at_its_next_poll() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let target = Arc::new(Target { fatal: Mutex::new(None), flags: Flags::new(), wakes: AtomicUsize::new(0) });
            let senders: Vec<_> = [1, 2]
                .map(|reason| {
                    let target = target.clone();
                    thread::spawn(move || end_with(&target, reason))
                })
                .into();
            // Other bits change meanwhile and must not lose the signal.
            target.flags.set_suspended(true);
            let mut seen = 0;
            while !target.flags.is_signalled() {
                while target.wakes.load(Ordering::Acquire) == seen {
                    thread::yield_now();
                }
                seen += 1;
            }
            let reason = target.fatal.lock().expect("the reason was stored before the bit was set");
            for sender in senders {
                sender.join().expect("sender");
            }
            assert_eq!(*target.fatal.lock(), Some(reason), "a later signal replaced the reason");
            assert!(target.flags.is_suspended());
        });
    }
}
