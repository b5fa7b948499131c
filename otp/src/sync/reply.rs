//! The slot through which an answer reaches its caller, and which is used again for the next call.
//!
//! ```text
//!            begin                 answer                    stored
//!   IDLE ------------> WAITING ------------> WRITING -----------------> READY | CLOSED
//!    ^                    |  \                  ^                              |
//!    |      give up       |   \ other waker     | answer                       | taken
//!    +--------------------+    +--> WAITING_OTHER                              |
//!    +-------------------------------------------------------------------------+
//! ```
//!
//! The word is `number << 3 | state`. Invariants:
//!
//! 1. A cell has one owner, the unique [`Slot`] value. Only the owner begins a call, registers wakers, takes the answer
//!    or gives up. Each `begin` takes the next number.
//! 2. For a number there is one [`Answerer`], and perhaps a [`Twin`] of it: the first to answer leaves WAITING for
//!    WRITING by compare-and-swap **with its number**, so an answer that comes second, or after the caller gave up,
//!    finds another word and is dropped: it can never reach a later call.
//! 3. The value belongs to the answerer in WRITING and to the owner in READY, and to nobody in any other state.
//!    Whoever moves the word on publishes it with release and takes over with acquire.
//! 4. The owner returns to IDLE only from WAITING (by compare-and-swap, so no answerer can be writing), READY or CLOSED.
//! 5. Both ends of a call are made together by `begin::<T>`, so writer and reader agree on the type of the value.
//! 6. HERE, where a caller begins that looks for the answer itself, is WAITING without a share of the cell for the owner:
//!    a call in place needs no count. The cell lives on the answerer's share, for an answerer that is dropped closes the
//!    call; and whoever leaves HERE for WRITING leaves its share to the owner with READY or CLOSED, and does not touch
//!    the cell again. An owner that goes on to wait takes a share of its own first ([`Pending::settle`]).
//! 7. In HERE the owner is busy on one thread, which `here` names unless it is 0: it does not move the word before
//!    whoever it calls there returns. An answerer on that thread that has no twin is alone with the word, and needs no
//!    compare-and-swap.
//! 8. `fixed` never changes. A task whose waker differs registers it in `other` and moves to WAITING_OTHER; an answerer
//!    that left WAITING_OTHER takes `other` *after* it stored READY, under the lock, so a waker registered before is
//!    woken and one registered later is registered by somebody who then sees READY.

use super::Mutex;
use super::atomic::{AtomicU64, AtomicUsize, Ordering};
use super::shim::{UnsafeCell, spin, this_thread};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, align_of, size_of};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

const IDLE: u64 = 0;
const WAITING: u64 = 1;
const WAITING_OTHER: u64 = 2;
const WRITING: u64 = 3;
const READY: u64 = 4;
const CLOSED: u64 = 5;
const HERE: u64 = 6;
const STATE: u64 = 7;
const NUMBER_SHIFT: u32 = 3;

/// Answers up to this size lie in the cell; larger ones are boxed.
const INLINE: usize = 32;

#[repr(C, align(8))]
struct Room(MaybeUninit<[u8; INLINE]>);

/// Who waits: opaque to this module, kept beside the cell for whoever answers.
pub(crate) type Tag = [u32; 3];

/// The shared part.
pub(crate) struct Cell {
    /// Call number and state. Moved on by the owner and by the current answerer, see the module.
    word: AtomicU64,
    /// The thread on which the owner is in HERE; 0 if there is a twin, or one of an earlier call was made meanwhile. Written
    /// by the owner, and by whoever makes a twin before there is one.
    here: AtomicUsize,
    /// The answer, or a box of it. Owned as invariant 3 says.
    value: UnsafeCell<Room>,
    /// The waker of the process that owns the slot; `None` when the owner is no process. Never changes.
    fixed: Option<Waker>,
    /// A waker that is not the process's own: set by the owner, taken by the answerer.
    other: Mutex<Option<Waker>>,
    /// Set at creation, read by anybody.
    tag: Tag,
}

// SAFETY: `value` is touched by one thread at a time (invariant 3), which hands it over with release and acquire. It
// only ever holds a `T: Send` (`begin` asks for it). Everything else in a cell is Sync by itself.
unsafe impl Send for Cell {}
// SAFETY: as above.
unsafe impl Sync for Cell {}

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cell").field("word", &self.word).finish_non_exhaustive()
    }
}

const fn fits<T>() -> bool {
    size_of::<T>() <= INLINE && align_of::<T>() <= align_of::<Room>()
}

impl Room {
    /// # Safety
    /// The room is owned by the caller and holds no value that is still wanted.
    #[inline]
    unsafe fn write<T>(this: *mut Self, value: T) {
        // SAFETY: the room is owned; a `T` that fits lies within it and is aligned, else a pointer does.
        unsafe {
            if fits::<T>() {
                this.cast::<T>().write(value);
            } else {
                this.cast::<*mut T>().write(Box::into_raw(Box::new(value)));
            }
        }
    }

    /// # Safety
    /// The room is owned by the caller and holds a `T` written by `write`, which is moved out.
    #[inline]
    unsafe fn read<T>(this: *mut Self) -> T {
        // SAFETY: as `write` left it.
        unsafe { if fits::<T>() { this.cast::<T>().read() } else { *Box::from_raw(this.cast::<*mut T>().read()) } }
    }
}

/// The owner's end of a cell between two calls: whoever has it may begin the next one.
#[derive(Debug)]
pub(crate) struct Slot(Arc<Cell>);

impl Slot {
    /// What was given at creation.
    pub(crate) fn tag(&self) -> Tag {
        self.0.tag
    }

    /// A slot for the process with this waker, or for a caller whose wakers change.
    pub(crate) fn new(fixed: Option<Waker>, tag: Tag) -> Self {
        Self(Arc::new(Cell {
            word: AtomicU64::new(IDLE),
            here: AtomicUsize::new(0),
            value: UnsafeCell::new(Room(MaybeUninit::uninit())),
            fixed,
            other: Mutex::new(None),
            tag,
        }))
    }

    /// Begins a call: one end for whoever answers, one for the caller.
    #[inline]
    pub(crate) fn begin<T: Send>(self) -> (Answerer<T>, Pending<T>) {
        self.begin_in(WAITING)
    }

    /// As `begin`, for a caller that looks for the answer itself, and calls [`Pending::settle`] before it waits.
    #[inline]
    pub(crate) fn begin_here<T: Send>(self) -> (Answerer<T>, Pending<T>) {
        self.0.here.store(this_thread(), Ordering::Relaxed);
        self.begin_in(HERE)
    }

    #[inline]
    fn begin_in<T: Send>(self, state: u64) -> (Answerer<T>, Pending<T>) {
        let cell = self.0;
        // Only the owner moves the word on from IDLE, and a slot exists only while the word is IDLE.
        let number = (cell.word.load(Ordering::Relaxed) >> NUMBER_SHIFT) + 1;
        cell.word.store(number << NUMBER_SHIFT | state, Ordering::Release);
        let share = if state == HERE {
            // SAFETY: not counted, and never dropped as long as it is not: invariant 6.
            unsafe { Arc::from_raw(Arc::as_ptr(&cell)) }
        } else {
            cell.clone()
        };
        let answerer = Answerer { cell: Some(cell), number, value: PhantomData };
        (answerer, Pending { cell: Some(share), number, value: PhantomData })
    }
}

/// The end that answers, once. Dropped unanswered it closes the call.
pub(crate) struct Answerer<T> {
    /// `None` once it answered, or was taken.
    cell: Option<Arc<Cell>>,
    number: u64,
    value: PhantomData<fn(T)>,
}

impl<T> std::fmt::Debug for Answerer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answerer").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<T> Answerer<T> {
    /// Takes it out of its place. What is left answers nothing and closes nothing.
    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        Self { cell: self.cell.take(), number: self.number, value: PhantomData }
    }

    /// Whether it is what `take` left.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.cell.is_none()
    }

    /// Stores the answer and wakes the caller. Hands the value back if the caller gave up.
    #[inline]
    pub(crate) fn answer(mut self, value: T) -> Result<(), T> {
        let cell = self.cell.take().expect("an answerer has its cell until it is consumed");
        let Some(before) = cell.claim(self.number) else { return Err(value) };
        cell.value.with_mut(|room| {
            // SAFETY: `claim` moved the word to WRITING, or nobody else can (invariant 7): the room is this answerer's
            // (invariant 3).
            unsafe { Room::write(room, value) }
        });
        Cell::publish(cell, self.number, READY, before);
        Ok(())
    }

    /// Whether the caller still waits for this answer.
    pub(crate) fn is_wanted(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.is_waiting(self.number))
    }

    /// The tag of the caller's cell.
    pub(crate) fn tag(&self) -> Tag {
        self.cell.as_ref().map(|cell| cell.tag).expect("an answerer has its cell until it is consumed")
    }

    /// A second way to the same answer. The first of the two to answer wins; dropping this one does nothing.
    pub(crate) fn twin(&self) -> Twin<T> {
        let cell = self.cell.clone().expect("an answerer has its cell until it is consumed");
        cell.here.store(0, Ordering::Relaxed);
        Twin { cell, number: self.number, value: PhantomData }
    }

    /// Gives up the ability to answer, but not yet the caller: that happens when the closer is dropped.
    pub(crate) fn into_closer(mut self) -> Closer {
        Closer { cell: self.cell.take(), number: self.number }
    }
}

impl<T> Drop for Answerer<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(cell) = self.cell.take() {
            Cell::close(cell, self.number);
        }
    }
}

/// See [`Answerer::twin`].
pub(crate) struct Twin<T> {
    cell: Arc<Cell>,
    number: u64,
    value: PhantomData<fn(T)>,
}

impl<T> Twin<T> {
    /// As [`Answerer::answer`].
    pub(crate) fn answer(self, value: T) -> Result<(), T> {
        Answerer { cell: Some(self.cell), number: self.number, value: PhantomData }.answer(value)
    }

    /// As [`Answerer::tag`].
    pub(crate) fn tag(&self) -> Tag {
        self.cell.tag
    }
}

/// An answerer without its type: all it can still do is close the call, which it does when dropped.
#[derive(Debug)]
pub(crate) struct Closer {
    /// `None` once it closed the call.
    cell: Option<Arc<Cell>>,
    number: u64,
}

impl Drop for Closer {
    fn drop(&mut self) {
        if let Some(cell) = self.cell.take() {
            Cell::close(cell, self.number);
        }
    }
}

impl Cell {
    fn is_waiting(&self, number: u64) -> bool {
        Self::waits(self.word.load(Ordering::Acquire), number)
    }

    #[inline]
    fn waits(word: u64, number: u64) -> bool {
        word >> NUMBER_SHIFT == number && matches!(word & STATE, WAITING | WAITING_OTHER | HERE)
    }

    /// WAITING -> WRITING, or nothing if this thread is alone with the word. The state it was in, or `None` if the caller gave up.
    #[inline]
    fn claim(&self, number: u64) -> Option<u64> {
        let writing = number << NUMBER_SHIFT | WRITING;
        let mut from = self.word.load(Ordering::Relaxed);
        if from == number << NUMBER_SHIFT | HERE && self.here.load(Ordering::Relaxed) == this_thread() {
            return Some(HERE);
        }
        // Again, when the caller registers another waker, or goes on to wait, at this moment.
        while Self::waits(from, number) {
            match self.word.compare_exchange(from, writing, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Some(from & STATE),
                Err(now) => from = now,
            }
        }
        None
    }

    /// WRITING -> READY or CLOSED, and wakes the caller if it waits.
    #[inline]
    fn publish(this: Arc<Self>, number: u64, state: u64, before: u64) {
        let word = number << NUMBER_SHIFT | state;
        if before == HERE {
            let cell = Arc::into_raw(this);
            // SAFETY: this share keeps the cell until the store, with which it is the owner's (invariant 6). No
            // reference to the cell is left then.
            unsafe { (*cell).word.store(word, Ordering::Release) };
            return;
        }
        this.word.store(word, Ordering::Release);
        this.wake_caller(before);
    }

    fn wake_caller(&self, before: u64) {
        if before == WAITING_OTHER {
            let other = self.other.lock().take();
            if let Some(waker) = other {
                waker.wake();
            }
        }
        if let Some(waker) = &self.fixed {
            waker.wake_by_ref();
        }
    }

    #[cold]
    fn close(this: Arc<Self>, number: u64) {
        if let Some(before) = this.claim(number) {
            Self::publish(this, number, CLOSED, before);
        }
    }
}

/// The call was closed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

/// The caller's end of a call under way. Dropped, it gives the call up.
pub(crate) struct Pending<T> {
    /// `None` once the answer was taken. Not counted in HERE.
    cell: Option<Arc<Cell>>,
    number: u64,
    value: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<T> Pending<T> {
    /// The answer, with the slot for the next call; registers the waker otherwise. Must not be polled after it was ready.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Result<T, Closed>, Slot)> {
        if let Some(done) = self.take() {
            return Poll::Ready(done);
        }
        let cell = self.cell.as_ref().expect("polled after it was ready");
        if cell.fixed.as_ref().is_some_and(|fixed| fixed.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        self.register(cx)
    }

    /// For a caller that began here, before it waits or sends its request away: the answer if it is there, with the slot for
    /// the next call. If not, it wakes the caller from now on.
    #[inline]
    pub(crate) fn settle(mut self) -> Result<(Result<T, Closed>, Slot), Self> {
        match self.take() {
            Some(done) => {
                // Nothing is left in it: the compiler does not see that.
                std::mem::forget(self);
                Ok(done)
            }
            None => self.settle_later(),
        }
    }

    #[cold]
    fn settle_later(mut self) -> Result<(Result<T, Closed>, Slot), Self> {
        if self.go_on() { Ok(self.take_soon()) } else { Err(self) }
    }

    /// See [`settle`](Self::settle): whether the answer is there.
    fn go_on(&self) -> bool {
        let cell = self.cell.as_ref().expect("asked after it was ready");
        let (here, waiting) = (self.number << NUMBER_SHIFT | HERE, self.number << NUMBER_SHIFT | WAITING);
        let mut word = cell.word.load(Ordering::Acquire);
        if word == here {
            let share = cell.clone();
            match cell.word.compare_exchange(here, waiting, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    // It is counted from now on.
                    std::mem::forget(share);
                    return false;
                }
                // The one that answers leaves its own.
                Err(now) => word = now,
            }
        }
        // Somebody answers at this moment, and wakes nobody.
        while word & STATE == WRITING {
            spin();
            word = cell.word.load(Ordering::Acquire);
        }
        true
    }

    /// Whether this waker is not the process's own.
    pub(crate) fn is_foreign(&self, cx: &Context<'_>) -> bool {
        let cell = self.cell.as_ref().expect("asked after it was ready");
        !cell.fixed.as_ref().is_some_and(|fixed| fixed.will_wake(cx.waker()))
    }

    #[cold]
    fn register(&mut self, cx: &mut Context<'_>) -> Poll<(Result<T, Closed>, Slot)> {
        let cell = self.cell.as_ref().expect("polled after it was ready");
        *cell.other.lock() = Some(cx.waker().clone());
        let waiting = self.number << NUMBER_SHIFT | WAITING;
        let other = self.number << NUMBER_SHIFT | WAITING_OTHER;
        match cell.word.compare_exchange(waiting, other, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Poll::Pending,
            Err(word) if word == other => return Poll::Pending,
            Err(_) => {}
        }
        // The answerer is at work or done. If it left WAITING_OTHER it may have missed this waker: do not rely on it.
        Poll::Ready(self.take_soon())
    }

    /// What is there, if the call is over.
    #[inline]
    fn take(&mut self) -> Option<(Result<T, Closed>, Slot)> {
        let cell = self.cell.take().expect("polled after it was ready");
        let answer = match cell.word.load(Ordering::Acquire) & STATE {
            READY => {
                // SAFETY: READY: the value is the owner's (invariant 3), of the type of `begin` (invariant 5). The word
                // goes to IDLE below, so nobody reads it again.
                Ok(cell.value.with_mut(|room| unsafe { Room::read::<T>(room) }))
            }
            CLOSED => Err(Closed),
            _ => {
                self.cell = Some(cell);
                return None;
            }
        };
        // It becomes a slot again.
        cell.word.store(self.number << NUMBER_SHIFT | IDLE, Ordering::Release);
        Some((answer, Slot(cell)))
    }

    /// As `take`, when the answerer is known to be between WRITING and its end.
    fn take_soon(&mut self) -> (Result<T, Closed>, Slot) {
        loop {
            if let Some(done) = self.take() {
                return done;
            }
            spin();
        }
    }

    /// Gives the call up. The slot, and the answer if it had come after all.
    #[cold]
    pub(crate) fn cancel(&mut self) -> (Option<Result<T, Closed>>, Slot) {
        self.go_on();
        let cell = self.cell.as_ref().expect("cancelled before it was ready");
        let idle = self.number << NUMBER_SHIFT | IDLE;
        for state in [WAITING, WAITING_OTHER] {
            let from = self.number << NUMBER_SHIFT | state;
            if cell.word.compare_exchange(from, idle, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                // Nobody is left who would take it.
                cell.other.lock().take();
                let cell = self.cell.take().expect("checked above");
                return (None, Slot(cell));
            }
        }
        let (answer, slot) = self.take_soon();
        (Some(answer), slot)
    }
}

impl<T> Drop for Pending<T> {
    #[inline]
    fn drop(&mut self) {
        if self.cell.is_some() {
            drop(self.cancel());
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
#[path = "reply_tests.rs"]
mod tests;

#[cfg(all(test, otp_loom))]
#[path = "reply_loom.rs"]
mod loom_tests;
