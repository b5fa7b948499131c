use super::*;
use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::Waker;

struct Shared {
    word: WakeWord,
    door: Door<Mine>,
    /// How often the future was dropped.
    drops: AtomicU32,
}

/// What only whoever has the turn touches, so it need not be `Sync`.
struct Mine {
    shared: Arc<Shared>,
    handed: RefCell<Vec<String>>,
}

impl Local for Mine {
    fn word(&self) -> &WakeWord {
        &self.shared.word
    }
    fn door(&self) -> &Door<Self> {
        &self.shared.door
    }
}

struct Dropped(Arc<Shared>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.drops.fetch_add(1, Ordering::Relaxed);
    }
}

fn shared() -> Arc<Shared> {
    Arc::new(Shared { word: WakeWord::new(), door: Door::new(), drops: AtomicU32::new(0) })
}

/// Polled `polls` times it is done; before that it keeps a number across each wait.
fn seat(shared: &Arc<Shared>, polls: u32) -> Pin<Box<Seat<Mine, impl Future<Output = u32> + Send>>> {
    let dropped = Dropped(shared.clone());
    let future = async move {
        let dropped = dropped;
        let mut kept = vec![0];
        for n in 0..polls {
            let last = kept.last_mut().expect("one is there");
            *last += n;
            let mut first = true;
            poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
            kept.push(n);
        }
        drop(dropped);
        kept.len() as u32
    };
    let local = Mine { shared: shared.clone(), handed: RefCell::default() };
    Box::pin(Seat::new(local, future))
}

fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// One poll as the owner; rests afterwards. The answer, if it is done.
fn own<F: Future<Output = u32> + Send>(mut seat: Pin<&mut Seat<Mine, F>>) -> Option<Outcome<u32>> {
    let (mut turn, begin) = seat.as_mut().enter()?;
    assert_ne!(begin, Begin::Refused);
    turn.local().handed.borrow_mut().clear();
    match turn.poll(&mut noop()) {
        Poll::Ready(outcome) => {
            turn.drop_future();
            Some(outcome)
        }
        Poll::Pending => {
            assert!(turn.rest(|| true).is_none());
            None
        }
    }
}

fn visit(shared: &Shared) -> bool {
    let Some(mut guest) = shared.door.knock(&shared.word, &AtomicU64::new(0)) else { return false };
    guest.local().handed.borrow_mut().push("guest".to_owned());
    let (local, once) = guest.split();
    let before = local.handed.borrow().len();
    once.poll(&mut noop());
    assert_eq!(guest.local().handed.borrow().len(), before, "nobody else touched it");
    let _ = guest.leave_idle();
    true
}

#[test]
fn owner_and_guests_poll_the_same_future() {
    let shared = shared();
    let mut seat = seat(&shared, 3);
    assert!(!visit(&shared), "the owner has not let anybody in");
    assert!(own(seat.as_mut()).is_none());
    assert!(visit(&shared));
    assert!(visit(&shared));
    // A guest finishes it; its outcome is the owner's.
    assert!(visit(&shared));
    assert_eq!(own(seat.as_mut()).expect("it is done").expect("without a panic"), 4);
    assert_eq!(shared.drops.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_under_a_guest_is_the_owners() {
    let shared = shared();
    let local = Mine { shared: shared.clone(), handed: RefCell::default() };
    let mut polled = false;
    let future = poll_fn(move |_| if std::mem::replace(&mut polled, true) { panic!("here") } else { Poll::Pending });
    let mut seat = Box::pin(Seat::new(local, future));
    assert!(own(seat.as_mut()).is_none());
    assert!(visit(&shared));
    let payload = own(seat.as_mut()).expect("it is done").expect_err("it panicked");
    assert_eq!(payload.downcast_ref(), Some(&"here"));
}

#[test]
fn a_seat_that_is_dropped_in_the_middle_lets_nobody_in() {
    let shared = shared();
    let mut seat = seat(&shared, 10);
    assert!(own(seat.as_mut()).is_none());
    assert!(visit(&shared));
    drop(seat);
    assert_eq!(shared.drops.load(Ordering::Relaxed), 1);
    assert!(!visit(&shared));
}

#[test]
fn guests_on_other_threads_take_turns_with_the_owner() {
    let (guests, polls) = if cfg!(miri) { (2, 20) } else { (4, 20_000) };
    let shared = shared();
    let mut seat = seat(&shared, polls);
    std::thread::scope(|scope| {
        for _ in 0..guests {
            scope.spawn(|| {
                for _ in 0..polls {
                    visit(&shared);
                }
            });
        }
        for _ in 0..polls {
            if own(seat.as_mut()).is_some() {
                return;
            }
        }
        // While guests may still be inside.
        drop(seat);
    });
    assert_eq!(shared.drops.load(Ordering::Relaxed), 1);
}
