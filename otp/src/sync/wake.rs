//! Who has the turn: one word, which owns the right to poll a process and wakes its owner.
//!
//! A process is polled by its own task, the *owner*, or, while it waits for its mailbox, by a *guest*: a caller that runs
//! one request in place.
//!
//! ```text
//!                    announce_sleep                          announce_idle
//!   SLEEPING <----------------------------- AWAKE -----------------------------> IDLE
//!      |   a sender, or the owner's look      ^ ^     a sender, or the owner       |
//!      +--------------------------------------+ +----------------------------------+
//!                                             |                                    | try_take
//!                                             | leave                              v
//!                                             +------- CALLED <--------------- TAKEN ---> IDLE
//!                                             |            a sender, the owner     |  leave
//!                                             +------------------------------------+
//!   AWAKE -- close --> CLOSED
//! ```
//!
//! | State | Has the turn | Waits for |
//! |---|---|---|
//! | AWAKE | the owner | nothing: it runs, is scheduled, or waits inside of a handler for something of its own |
//! | SLEEPING | the owner | the mailbox; nobody else may poll it |
//! | IDLE | nobody | the mailbox; a guest may take the turn |
//! | TAKEN | a guest | the guest |
//! | CALLED | a guest | the guest, which has to wake the owner when it leaves |
//! | CLOSED | the owner, for good | nothing: the process has ended |
//!
//! Invariants, for one owner, any number of guests and any number of senders around one [`Queue`](super::Queue):
//!
//! 1. **One has the turn.** The owner has it in AWAKE, SLEEPING and CLOSED, the one guest that moved IDLE to TAKEN has it
//!    in TAKEN and CALLED. Only who has the turn polls the process or touches what belongs to it. Every change of hands
//!    releases and acquires.
//! 2. Only the owner announces. With IDLE it lets go of everything at that moment, so it does that after it has polled;
//!    SLEEPING keeps the turn, and may be said in the middle of a poll, by a receive that waits.
//! 3. A sender turns SLEEPING or IDLE into AWAKE by compare-and-swap, and whoever succeeds wakes the owner exactly once.
//!    It turns TAKEN into CALLED, which has the guest do that. So after a push at most the request in place comes before it.
//!    As IDLE is announced before the last look (4), a guest that comes before the owner noted that this look found
//!    nothing looks itself, once it has the turn: if something is there, perhaps its own, it leaves to the owner and
//!    wakes that. The note is taken back before IDLE is announced again, so a guest never sees that of an earlier rest.
//! 4. The owner announces *before* its last look at the queue; a sender pushes *before* it loads the word. Push and look
//!    are ordered by the queue, so either the look comes after the push and sees the item, or the push comes after
//!    the look and its sender sees what was announced, or what came after it. No fence is needed.
//! 5. The owner that is polled, or whose look finds something, in TAKEN or CALLED leaves at once; the guest wakes it again.
//!    (The sender of what was found may have seen AWAKE, and wake nobody.)
//! 6. CLOSED is stored *before* the owner's last drain. By the argument of 4 a sender whose item that drain did not
//!    take sees CLOSED, and drains the queue itself: nothing stays in a closed queue.

use super::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use super::shim::{spin, spin_for, yield_thread};
use std::time::Duration;

const AWAKE: u8 = 0;
const SLEEPING: u8 = 1;
const IDLE: u8 = 2;
const TAKEN: u8 = 3;
const CALLED: u8 = 4;
const CLOSED: u8 = 5;

/// Looks of a guest at a process that another guest visits: most visits are over after some nanoseconds.
const QUICK_LOOKS: u32 = if cfg!(otp_loom) { 1 } else { 3 };
/// Looks after that, with [`PAUSE`] between two: a look takes the word away from whoever makes one visit after the other,
/// and who is inside goes on best if it keeps the server, its state and its own slot in its cache for a while.
const LOOKS: u32 = if cfg!(otp_loom) { 1 } else { 16 };
const PAUSE: Duration = Duration::from_micros(8);

/// What a sender has to do after its push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum AfterPush {
    /// The owner is awake, or a guest will wake it: it will see the item.
    Nothing,
    /// The owner slept: this sender is the one that wakes it.
    Wake,
    /// The owner is gone: the queue must be drained.
    Drain,
}

/// What the owner finds when its task is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Begin {
    /// It has the turn, and somebody woke it: there may be something in the mailbox.
    Woken,
    /// It has the turn. Nobody pushed anything since it announced that it waits for the mailbox.
    Otherwise,
    /// A guest has the turn, and will wake it.
    Refused,
}

/// What a guest has to do after it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum AfterVisit {
    /// Nobody wanted the owner meanwhile.
    Nothing,
    /// Wake the owner.
    Wake,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct WakeWord {
    /// The state.
    word: AtomicU8,
    /// The owner's last look found nothing, since it announced IDLE. Written by the owner, read by guests.
    looked: AtomicBool,
}

impl WakeWord {
    /// A new owner is awake: its task has been scheduled by being spawned.
    pub(crate) fn new() -> Self {
        Self { word: AtomicU8::new(AWAKE), looked: AtomicBool::new(false) }
    }

    /// For a sender, after its push.
    #[inline]
    pub(crate) fn after_push(&self) -> AfterPush {
        match self.word.load(Ordering::Relaxed) {
            AWAKE => AfterPush::Nothing,
            _ => self.after_push_slow(),
        }
    }

    fn after_push_slow(&self) -> AfterPush {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            let (to, then) = match word {
                SLEEPING | IDLE => (AWAKE, AfterPush::Wake),
                TAKEN => (CALLED, AfterPush::Nothing),
                CLOSED => return AfterPush::Drain,
                _ => return AfterPush::Nothing,
            };
            match self.word.compare_exchange_weak(word, to, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return then,
                Err(now) => word = now,
            }
        }
    }

    /// For the owner, when its task is polled, or when its last look found something after all.
    #[inline]
    pub(crate) fn begin(&self) -> Begin {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            let (to, then) = match word {
                AWAKE | CLOSED => return Begin::Woken,
                SLEEPING => return Begin::Otherwise,
                IDLE => (AWAKE, Begin::Otherwise),
                TAKEN => (CALLED, Begin::Refused),
                _ => return Begin::Refused,
            };
            match self.word.compare_exchange_weak(word, to, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return then,
                Err(now) => word = now,
            }
        }
    }

    /// For the owner, before its last look.
    #[inline]
    pub(crate) fn announce_sleep(&self) {
        self.word.store(SLEEPING, Ordering::Relaxed);
    }

    /// For the owner that announced sleep, when the last look found something after all.
    #[inline]
    pub(crate) fn stay_awake(&self) {
        self.word.store(AWAKE, Ordering::Relaxed);
    }

    /// For the owner, before its last look: it lets go of its turn.
    #[inline]
    pub(crate) fn announce_idle(&self) {
        self.looked.store(false, Ordering::Relaxed);
        self.word.store(IDLE, Ordering::Release);
    }

    /// For the owner that announced that it is idle, after its last look. It may not have the turn any more.
    #[inline]
    pub(crate) fn found_nothing(&self) {
        self.looked.store(true, Ordering::Release);
    }

    /// For a guest that has the turn: whether it need not look at the queue.
    #[inline]
    pub(crate) fn nothing_was_found(&self) -> bool {
        self.looked.load(Ordering::Acquire)
    }

    /// Gives a guest the turn, if the process is idle, or soon is: behind another guest it waits, though not for ever, as
    /// long as `handled` goes up. The way through the mailbox is long, and who takes it sends those behind it there too.
    #[inline]
    pub(crate) fn try_take(&self, handled: &AtomicU64) -> bool {
        self.take_if_idle() || self.take_soon(handled)
    }

    #[inline]
    fn take_if_idle(&self) -> bool {
        self.word.load(Ordering::Relaxed) == IDLE
            && self.word.compare_exchange(IDLE, TAKEN, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn take_soon(&self, handled: &AtomicU64) -> bool {
        let mut before = handled.load(Ordering::Relaxed);
        for look in 0..QUICK_LOOKS + LOOKS {
            match self.word.load(Ordering::Relaxed) {
                IDLE if self.take_if_idle() => return true,
                IDLE | TAKEN => {}
                _ => return false,
            }
            if look < QUICK_LOOKS {
                (0..1 << look).for_each(|_| spin());
                continue;
            }
            spin_for(PAUSE);
            let now = handled.load(Ordering::Relaxed);
            if now == before {
                // A long visit.
                return false;
            }
            before = now;
        }
        false
    }

    /// For a guest: the process waits for its mailbox again.
    #[inline]
    pub(crate) fn leave_idle(&self) -> AfterVisit {
        match self.word.compare_exchange(TAKEN, IDLE, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => AfterVisit::Nothing,
            Err(_) => self.leave_to_owner(),
        }
    }

    /// For a guest: the owner goes on, as soon as it is woken by what it waits for.
    pub(crate) fn leave_to_owner(&self) -> AfterVisit {
        match self.word.swap(AWAKE, Ordering::AcqRel) {
            CALLED => AfterVisit::Wake,
            _ => AfterVisit::Nothing,
        }
    }

    /// For the owner that is to be dropped, wherever it was: takes the turn, for which a guest has to leave first.
    pub(crate) fn seize(&self) {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            match word {
                IDLE => match self.word.compare_exchange_weak(IDLE, AWAKE, Ordering::AcqRel, Ordering::Acquire) {
                    Ok(_) => return,
                    Err(now) => word = now,
                },
                TAKEN | CALLED => {
                    yield_thread();
                    word = self.word.load(Ordering::Acquire);
                }
                _ => return,
            }
        }
    }

    /// For the owner, before its last drain.
    pub(crate) fn close(&self) {
        // A swap: it also sees what a sender that is waking the owner at this moment did before.
        self.word.swap(CLOSED, Ordering::AcqRel);
    }

    /// Whether the owner is gone. Answering `false` promises nothing: it may go at any time.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.word.load(Ordering::Acquire) == CLOSED
    }
}

#[cfg(all(test, otp_loom))]
#[path = "wake_loom.rs"]
mod loom_tests;
