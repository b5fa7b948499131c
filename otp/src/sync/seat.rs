//! Where the future of a process lies, to be polled by whoever has the turn.
//!
//! A [`Seat`] lies in the task of its owner, pinned; a [`Door`] lies in what everybody shares, and lets a guest in while the
//! [`WakeWord`] says that nobody has the turn. Invariants:
//!
//! 1. What is in the seat, its `local` part and its future, is touched by whoever has the turn only.
//! 2. The door leads to the seat from `announce_idle` on, and a guest goes through it only after it took the turn. The
//!    seat is dropped by its owner after it seized the turn, and does not give it back: nobody is inside, and nobody
//!    comes in.
//! 3. A guest polls with the owner's waker. What a future answers, or panics with, while a guest polls it is kept for
//!    the owner.

use super::atomic::AtomicU64;
use super::shim::UnsafeCell;
use super::wake::{AfterVisit, Begin, WakeWord};
use std::any::Any;
use std::future::Future;
use std::marker::{PhantomData, PhantomPinned};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

/// What a future came to: its answer, or the payload of its panic.
pub(crate) type Outcome<T> = Result<T, Box<dyn Any + Send>>;

/// What lies in a seat beside the future: it knows the way to the word and the door.
pub(crate) trait Local: Sized + Send + 'static {
    fn word(&self) -> &WakeWord;
    fn door(&self) -> &Door<Self>;
}

/// See the module.
#[repr(C)]
pub(crate) struct Seat<L: Local, F: Future<Output: Send> + Send> {
    /// First: where it lies, the seat lies.
    head: Head<L>,
    /// Touched by whoever has the turn.
    future: UnsafeCell<State<F, F::Output>>,
    /// Guests hold its address.
    _pinned: PhantomPinned,
}

/// What a guest knows of a seat, whatever its future is.
struct Head<L> {
    local: L,
    /// Polls the future once; what it comes to is kept for the owner. Asks for the turn, and for the head of a seat.
    visit: unsafe fn(NonNull<Head<L>>, &mut Context<'_>),
}

enum State<F, T> {
    Running(F),
    /// For the owner: a guest was there when it ended.
    Done(Outcome<T>),
    Dropped,
}

impl<L: Local, F: Future<Output: Send> + Send> Seat<L, F> {
    pub(crate) fn new(local: L, future: F) -> Self {
        let head = Head { local, visit: Self::visit };
        Self { head, future: UnsafeCell::new(State::Running(future)), _pinned: PhantomPinned }
    }

    /// For the owner, when its task is polled. `None`: a guest is inside, who will have it polled again.
    #[inline]
    pub(crate) fn enter(self: Pin<&mut Self>) -> Option<(Turn<'_, L, F>, Begin)> {
        let seat = self.into_ref();
        match seat.head.local.word().begin() {
            Begin::Refused => None,
            begin => Some((Turn(seat), begin)),
        }
    }

    /// For the owner that is dropped, perhaps before its future was done.
    pub(crate) fn seize(self: Pin<&mut Self>) -> Turn<'_, L, F> {
        let seat = self.into_ref();
        seat.head.local.word().seize();
        Turn(seat)
    }

    /// # Safety
    /// The caller has the turn.
    #[inline]
    unsafe fn poll(&self, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        self.future.with_mut(|state| {
            // SAFETY: whoever has the turn is alone with the future, which stays where it is until it is dropped: the
            // seat is pinned.
            let state = unsafe { &mut *state };
            match state {
                State::Running(future) => {
                    // SAFETY: as above.
                    let future = unsafe { Pin::new_unchecked(future) };
                    match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
                        Ok(polled) => polled.map(Ok),
                        Err(payload) => Poll::Ready(Err(payload)),
                    }
                }
                State::Done(_) => match std::mem::replace(state, State::Dropped) {
                    State::Done(outcome) => Poll::Ready(outcome),
                    _ => unreachable!("matched above"),
                },
                State::Dropped => unreachable!("a process that has ended is not polled"),
            }
        })
    }

    /// # Safety
    /// The caller has the turn; `head` is that of a seat of this type.
    unsafe fn visit(head: NonNull<Head<L>>, cx: &mut Context<'_>) {
        // SAFETY: the head lies first in its seat, which is there as long as somebody has the turn.
        let seat = unsafe { head.cast::<Self>().as_ref() };
        // SAFETY: the caller has the turn.
        if let Poll::Ready(outcome) = unsafe { seat.poll(cx) } {
            // SAFETY: the caller has the turn.
            unsafe { seat.put(State::Done(outcome)) };
        }
    }

    /// # Safety
    /// The caller has the turn.
    unsafe fn put(&self, to: State<F, F::Output>) {
        // SAFETY: whoever has the turn is alone with the future; it is dropped where it lies.
        self.future.with_mut(|state| unsafe { *state = to });
    }
}

impl<L: Local, F: Future<Output: Send> + Send> Drop for Seat<L, F> {
    fn drop(&mut self) {
        self.head.local.word().seize();
    }
}

/// The owner's turn.
pub(crate) struct Turn<'a, L: Local, F: Future<Output: Send> + Send>(Pin<&'a Seat<L, F>>);

impl<'a, L: Local, F: Future<Output: Send> + Send> Turn<'a, L, F> {
    /// What lies beside the future.
    #[inline]
    pub(crate) fn local(&self) -> &'a L {
        &self.0.get_ref().head.local
    }

    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome<F::Output>> {
        // SAFETY: this is the turn.
        unsafe { self.0.poll(cx) }
    }

    /// Whether there is a future, or what it came to.
    pub(crate) fn is_running(&self) -> bool {
        // SAFETY: this is the turn; the reference goes no further.
        self.0.future.with_mut(|state| !matches!(unsafe { &*state }, State::Dropped))
    }

    pub(crate) fn drop_future(&mut self) {
        // SAFETY: this is the turn.
        unsafe { self.0.put(State::Dropped) }
    }

    /// Lets go of the turn: guests may come in. `Some`: there is something in the mailbox after all, and the turn is
    /// back. `None` may also mean that a guest has it, who will have the owner polled.
    #[inline]
    pub(crate) fn rest(self, is_empty: impl FnOnce() -> bool) -> Option<Self> {
        let seat = self.0;
        // What the look needs is fetched before: afterwards `local` belongs to whoever has the turn.
        let (word, door) = (seat.head.local.word(), seat.head.local.door());
        door.lead_to(seat.get_ref());
        word.announce_idle();
        if is_empty() {
            word.found_nothing();
            return None;
        }
        (word.begin() != Begin::Refused).then_some(Self(seat))
    }
}

/// The way to a seat, for guests. See the module.
pub(crate) struct Door<L>(UnsafeCell<Option<NonNull<Head<L>>>>);

// SAFETY: the pointer is written by the owner while it has the turn, read by a guest that has it. What it leads to is
// touched by whoever has the turn, and is `Send`: `lead_to` asks for it.
unsafe impl<L> Send for Door<L> {}
// SAFETY: as above.
unsafe impl<L> Sync for Door<L> {}

impl<L: Local> Door<L> {
    pub(crate) fn new() -> Self {
        Self(UnsafeCell::new(None))
    }

    #[inline]
    fn lead_to<F: Future<Output: Send> + Send>(&self, seat: &Seat<L, F>) {
        // From a reference to the whole: what lies behind the head belongs to it.
        let head = NonNull::from(seat).cast();
        // SAFETY: the owner has the turn.
        self.0.with_mut(|to| unsafe { *to = Some(head) });
    }

    /// Lets a guest in if nobody has the turn, or soon: see [`WakeWord::try_take`]. `word` is the one of this door.
    #[inline]
    pub(crate) fn knock<'a>(&'a self, word: &'a WakeWord, handled: &AtomicU64) -> Option<Guest<'a, L>> {
        if !word.try_take(handled) {
            return None;
        }
        // SAFETY: it took the turn, so nobody writes it, and the owner wrote it before it gave the turn away.
        let head = self.0.with_mut(|to| unsafe { *to });
        Some(Guest { head: head.expect("the owner has let go of the turn"), word })
    }
}

/// A guest's turn. It has to leave.
#[must_use = "a guest that does not leave keeps the process for ever"]
pub(crate) struct Guest<'a, L: Local> {
    head: NonNull<Head<L>>,
    word: &'a WakeWord,
}

impl<L: Local> Guest<'_, L> {
    /// What lies beside the future.
    #[inline]
    pub(crate) fn local(&self) -> &L {
        // SAFETY: this is the turn: the seat is not dropped, and nobody else touches what is in it (invariants 1, 2).
        unsafe { &self.head.as_ref().local }
    }

    /// What lies beside the future, and the right to poll that once.
    #[inline]
    pub(crate) fn split(&mut self) -> (&L, Once<'_, L>) {
        let once = Once { head: self.head, _guest: PhantomData };
        (self.local(), once)
    }

    /// The process waits for its mailbox again.
    #[inline]
    pub(crate) fn leave_idle(self) -> AfterVisit {
        self.word.leave_idle()
    }

    /// The owner goes on when it is woken.
    pub(crate) fn leave_to_owner(self) -> AfterVisit {
        self.word.leave_to_owner()
    }
}

/// A guest's right to poll once.
pub(crate) struct Once<'a, L> {
    head: NonNull<Head<L>>,
    _guest: PhantomData<&'a L>,
}

impl<L> Once<'_, L> {
    #[inline]
    pub(crate) fn poll(self, cx: &mut Context<'_>) {
        // SAFETY: it was made from the turn, which it borrows; the head says which function is its seat's.
        unsafe { (self.head.as_ref().visit)(self.head, cx) };
    }
}

#[cfg(all(test, not(otp_loom)))]
#[path = "seat_tests.rs"]
mod tests;
