//! Who wakes the owner of a queue: one word, three states.
//!
//! ```text
//!              owner found nothing                     owner's process ended
//!   AWAKE  ----------------------->  SLEEPING     any --------------------->  CLOSED
//!     ^                                  |
//!     +----- a sender (wakes once) ------+
//! ```
//!
//! Invariants, for one owner and any number of senders around one [`Queue`](super::Queue):
//!
//! 1. Only the owner writes SLEEPING and CLOSED; a sender only ever turns SLEEPING into AWAKE, by compare-and-swap, and
//!    whoever succeeds wakes the owner exactly once.
//! 2. The owner stores SLEEPING *before* its last look at the queue; a sender pushes *before* it loads the word. Push
//!    and look go through the queue's lock, so either the look comes after the push and sees the item, or the push comes
//!    after the look and its sender sees SLEEPING. No fence is needed.
//! 3. CLOSED is stored *before* the owner's last drain. By the same argument a sender whose item that drain did not
//!    take sees CLOSED, and drains the queue itself: nothing stays in a closed queue.

use super::atomic::{AtomicU8, Ordering};

const AWAKE: u8 = 0;
const SLEEPING: u8 = 1;
const CLOSED: u8 = 2;

/// What a sender has to do after its push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum AfterPush {
    /// The owner is awake and will see the item.
    Nothing,
    /// The owner slept: this sender is the one that wakes it.
    Wake,
    /// The owner is gone: the queue must be drained.
    Drain,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct WakeWord(AtomicU8);

impl WakeWord {
    /// A new owner is awake: its task has been scheduled by being spawned.
    pub(crate) fn new() -> Self {
        Self(AtomicU8::new(AWAKE))
    }

    /// For a sender, after its push.
    #[inline]
    pub(crate) fn after_push(&self) -> AfterPush {
        match self.0.load(Ordering::Relaxed) {
            AWAKE => AfterPush::Nothing,
            _ => self.after_push_slow(),
        }
    }

    fn after_push_slow(&self) -> AfterPush {
        match self.0.compare_exchange(SLEEPING, AWAKE, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => AfterPush::Wake,
            Err(CLOSED) => AfterPush::Drain,
            Err(_) => AfterPush::Nothing,
        }
    }

    /// For the owner, before its last look.
    #[inline]
    pub(crate) fn announce_sleep(&self) {
        self.0.store(SLEEPING, Ordering::Relaxed);
    }

    /// For the owner, when the last look found something after all.
    #[inline]
    pub(crate) fn stay_awake(&self) {
        self.0.store(AWAKE, Ordering::Relaxed);
    }

    /// For the owner, after it announced sleep: whether a sender has woken it since.
    #[inline]
    pub(crate) fn is_awake(&self) -> bool {
        self.0.load(Ordering::Acquire) == AWAKE
    }

    /// For the owner, before its last drain.
    pub(crate) fn close(&self) {
        // A swap: it also sees what a sender that is waking the owner at this moment did before.
        self.0.swap(CLOSED, Ordering::AcqRel);
    }

    /// Whether the owner is gone. Answering `false` promises nothing: it may go at any time.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) == CLOSED
    }
}

#[cfg(all(test, otp_loom))]
mod loom_tests {
    use super::super::Queue;
    use super::*;
    use loom::sync::Arc;
    use loom::sync::atomic::AtomicUsize;
    use loom::thread;

    struct Mailbox {
        queue: Queue<u32>,
        word: WakeWord,
        wakes: AtomicUsize,
    }

    fn mailbox() -> Arc<Mailbox> {
        Arc::new(Mailbox { queue: Queue::new(), word: WakeWord::new(), wakes: AtomicUsize::new(0) })
    }

    fn send(m: &Mailbox, v: u32) {
        m.queue.push(v);
        match m.word.after_push() {
            AfterPush::Nothing => {}
            AfterPush::Wake => {
                m.wakes.fetch_add(1, Ordering::AcqRel);
            }
            AfterPush::Drain => while m.queue.pop().is_some() {},
        }
    }

    /// Whether the owner goes to sleep, after it found nothing.
    fn sleeps(m: &Mailbox) -> bool {
        m.word.announce_sleep();
        let sleeps = m.queue.is_empty();
        if !sleeps {
            m.word.stay_awake();
        }
        sleeps
    }

    #[test]
    fn no_wake_is_lost() {
        // Two preemptions find what there is to find between two senders and an owner; without a bound the model takes
        // an hour.
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(2);
        model.check(|| {
            let m = mailbox();
            let senders: Vec<_> = (0..2)
                .map(|i| {
                    let m = m.clone();
                    thread::spawn(move || send(&m, i))
                })
                .collect();
            // The owner takes until it has both; it may only sleep while a wake is still to come.
            let mut got = 0;
            let mut seen = 0;
            while got < 2 {
                if m.queue.pop().is_some() {
                    got += 1;
                    continue;
                }
                // A wake may come late, when the owner has found the item by itself: then it sleeps again.
                while sleeps(&m) {
                    while m.wakes.load(Ordering::Acquire) == seen {
                        thread::yield_now();
                    }
                    seen += 1;
                    if m.word.is_awake() {
                        break;
                    }
                }
            }
            for s in senders {
                s.join().expect("sender");
            }
        });
    }

    #[test]
    fn a_closed_queue_is_empty() {
        loom::model(|| {
            let m = mailbox();
            let m2 = m.clone();
            let sender = thread::spawn(move || {
                send(&m2, 1);
                send(&m2, 2);
            });
            m.word.announce_sleep();
            m.word.close();
            while m.queue.pop().is_some() {}
            sender.join().expect("sender");
            assert_eq!(m.queue.len(), 0);
        });
    }
}
