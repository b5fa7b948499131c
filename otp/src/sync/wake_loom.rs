use super::super::Queue;
use super::*;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::thread;

struct Mailbox {
    queue: Queue<u32>,
    word: WakeWord,
    wakes: AtomicUsize,
    handled: AtomicU64,
    killed: AtomicBool,
    /// Who polls at this moment.
    inside: AtomicUsize,
}

fn mailbox() -> Arc<Mailbox> {
    Arc::new(Mailbox {
        queue: Queue::new(),
        word: WakeWord::new(),
        wakes: AtomicUsize::new(0),
        handled: AtomicU64::new(0),
        killed: AtomicBool::new(false),
        inside: AtomicUsize::new(0),
    })
}

impl Mailbox {
    fn wake(&self) {
        self.wakes.fetch_add(1, Ordering::AcqRel);
    }

    fn send(&self, v: u32) {
        self.queue.push(v);
        match self.word.after_push() {
            AfterPush::Nothing => {}
            AfterPush::Wake => self.wake(),
            AfterPush::Drain => while self.queue.pop().is_some() {},
        }
    }

    /// What only one does at a time.
    fn alone<R>(&self, f: impl FnOnce() -> R) -> R {
        assert_eq!(self.inside.fetch_add(1, Ordering::Relaxed), 0, "two poll at once");
        let r = f();
        self.inside.fetch_sub(1, Ordering::Relaxed);
        r
    }

    /// A caller: in place if it can, else through the mailbox.
    fn visit(&self, v: u32, idle: bool) -> bool {
        if !self.word.try_take(&self.handled) {
            self.send(v);
            return false;
        }
        if self.alone(|| !self.word.nothing_was_found() && !self.queue.is_empty()) {
            let _ = self.word.leave_to_owner();
            self.wake();
            self.send(v);
            return false;
        }
        let after = if idle { self.word.leave_idle() } else { self.word.leave_to_owner() };
        if after == AfterVisit::Wake || !idle {
            // What a handler waits for wakes the owner some time.
            self.wake();
        }
        true
    }
}

/// The owner's task: takes until it has `wanted`, counting what was done in place; waits only for a wake that is to come.
fn own(m: &Mailbox, wanted: usize, idle: bool, in_place: &AtomicUsize) {
    let mut got = 0;
    let mut seen = 0;
    loop {
        if m.word.begin() != Begin::Refused {
            loop {
                got += m.alone(|| std::iter::from_fn(|| m.queue.pop()).count());
                if got + in_place.load(Ordering::Acquire) >= wanted {
                    return;
                }
                if idle {
                    m.word.announce_idle();
                    if m.queue.is_empty() {
                        m.word.found_nothing();
                        break;
                    }
                    if m.word.begin() == Begin::Refused {
                        break;
                    }
                } else {
                    m.word.announce_sleep();
                    if m.queue.is_empty() {
                        break;
                    }
                    m.word.stay_awake();
                }
            }
        }
        // A guest that left for good wakes nobody.
        while m.wakes.load(Ordering::Acquire) == seen && got + in_place.load(Ordering::Acquire) < wanted {
            thread::yield_now();
        }
        if got + in_place.load(Ordering::Acquire) >= wanted {
            return;
        }
        seen += 1;
    }
}

fn model(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
    // A few preemptions find what there is to find between three; without a bound a model takes an hour.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.max_branches = 20_000;
    model.check(f);
}

#[test]
fn no_wake_is_lost_while_it_sleeps() {
    model(2, || {
        let m = mailbox();
        let senders: Vec<_> = (0..2)
            .map(|i| {
                let m = m.clone();
                thread::spawn(move || m.send(i))
            })
            .collect();
        own(&m, 2, false, &AtomicUsize::new(0));
        for s in senders {
            s.join().expect("sender");
        }
    });
}

#[test]
fn no_wake_is_lost_between_sender_guest_and_owner() {
    for idle in [true, false] {
        model(2, move || {
            let m = mailbox();
            let in_place = Arc::new(AtomicUsize::new(0));
            let sender = {
                let m = m.clone();
                thread::spawn(move || m.send(1))
            };
            let guest = {
                let (m, in_place) = (m.clone(), in_place.clone());
                thread::spawn(move || {
                    if m.visit(2, idle) {
                        in_place.fetch_add(1, Ordering::AcqRel);
                    }
                })
            };
            own(&m, 2, true, &in_place);
            sender.join().expect("sender");
            guest.join().expect("guest");
        });
    }
}

#[test]
fn a_guest_does_not_overtake_what_it_sent() {
    model(3, || {
        let m = mailbox();
        let in_place = Arc::new(AtomicUsize::new(0));
        let guest = {
            let (m, in_place) = (m.clone(), in_place.clone());
            thread::spawn(move || {
                m.send(1);
                if m.visit(2, true) {
                    in_place.fetch_add(1, Ordering::AcqRel);
                    assert!(m.queue.is_empty(), "the first still waits");
                }
            })
        };
        own(&m, 2, true, &in_place);
        guest.join().expect("guest");
    });
}

#[test]
fn two_guests_take_turns() {
    model(2, || {
        let m = mailbox();
        let in_place = Arc::new(AtomicUsize::new(0));
        let guests: Vec<_> = (0..2)
            .map(|i| {
                let (m, in_place) = (m.clone(), in_place.clone());
                thread::spawn(move || {
                    if m.visit(i, true) {
                        in_place.fetch_add(1, Ordering::AcqRel);
                    }
                })
            })
            .collect();
        own(&m, 2, true, &in_place);
        for guest in guests {
            guest.join().expect("guest");
        }
    });
}

#[test]
fn an_owner_that_is_killed_gets_the_turn_from_its_guest() {
    model(3, || {
        let m = mailbox();
        m.word.announce_idle();
        m.word.found_nothing();
        let guest = {
            let m = m.clone();
            thread::spawn(move || m.visit(1, true))
        };
        let killer = {
            let m = m.clone();
            thread::spawn(move || {
                m.killed.store(true, Ordering::Release);
                m.wake();
            })
        };
        // The owner's task: polled at first for nothing, and then once for each wake.
        let mut seen = 0;
        while m.word.begin() == Begin::Refused || !m.killed.load(Ordering::Acquire) {
            while m.wakes.load(Ordering::Acquire) == seen {
                thread::yield_now();
            }
            seen += 1;
        }
        m.alone(|| m.word.close());
        while m.queue.pop().is_some() {}
        killer.join().expect("killer");
        guest.join().expect("guest");
        assert_eq!(m.queue.len(), 0, "a guest that came too late is told");
    });
}

#[test]
fn an_owner_that_is_dropped_waits_for_its_guest() {
    model(3, || {
        let m = mailbox();
        m.word.announce_idle();
        let guest = {
            let m = m.clone();
            thread::spawn(move || m.visit(1, true))
        };
        m.word.seize();
        m.alone(|| m.word.close());
        while m.queue.pop().is_some() {}
        guest.join().expect("guest");
        assert!(!m.word.try_take(&m.handled), "nobody comes into what is gone");
        assert_eq!(m.queue.len(), 0);
    });
}

#[test]
fn a_closed_queue_is_empty() {
    loom::model(|| {
        let m = mailbox();
        let m2 = m.clone();
        let sender = thread::spawn(move || {
            m2.send(1);
            m2.send(2);
        });
        m.word.announce_sleep();
        m.word.close();
        while m.queue.pop().is_some() {}
        sender.join().expect("sender");
        assert_eq!(m.queue.len(), 0);
    });
}
