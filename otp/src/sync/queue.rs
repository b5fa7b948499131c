//! The multi-producer queue below a mailbox: a slot for one item, and flume's synchronous half, used as a locked queue, for
//! more.
//!
//! flume's asynchronous half is not used: it allocates a hook and clones a waker for every wait. Who sleeps and who
//! wakes is decided by [`super::wake`], which relies on one property of this queue: **push, pop and look are totally
//! ordered, and each of them publishes what its thread wrote before.**
//!
//! Most mailboxes never have two items at once: of a server that is called in place and then stopped, of one that is told
//! something now and then. An item that finds nothing before it goes into the slot, which takes no memory but its own. The
//! channel is made by the first push that finds the slot in use, and stays; from then on nothing goes into the slot any
//! more. So what is in the slot came before everything in the channel. One word says how things are: the address of the
//! channel, null before there is one, and in its lowest bits the state of the slot:
//!
//! ```text
//!             push, without a channel             stored
//!   EMPTY ---------------------------> WRITING ------------> FULL
//!     ^            taken                          pop          |
//!     +------------------------ TAKING <-----------------------+
//! ```
//!
//! 1. EMPTY and FULL are left by compare-and-swap: whoever moves the word to WRITING or TAKING is alone with the slot until
//!    it moves it on. Every change of the word releases and acquires.
//! 2. The channel is put beside whatever state the slot is in; WRITING and TAKING are left for the next state without a
//!    loss of it. A push with a channel goes through its lock.
//! 3. A pop that finds WRITING waits until that is FULL, as it would for a lock: that item is older than what is in the
//!    channel. A look that finds it has found something.
//! 4. A pop or look that finds neither an item nor a channel writes that it found none, by a compare-and-swap of the word with
//!    itself. It comes before the compare-and-swap with which the next push begins, which has then seen all that was
//!    written before the look. Or it comes after, and finds the item. With a channel their order is that of its lock: all
//!    pushes to come go through it.
//!
//! flume keeps queued items alive as long as a sender lives, also when no receiver is left. Both ends therefore live
//! here, side by side, and whoever closes a mailbox drains it.

use super::shim::atomic::{AtomicPtr, Ordering};
use super::shim::{UnsafeCell, spin, yield_thread};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, align_of, size_of};
use std::ptr;
use std::sync::Arc;

/// The states of the slot.
const EMPTY: usize = 0;
const WRITING: usize = 1;
const FULL: usize = 2;
const TAKING: usize = 3;
const STATE: usize = 3;

/// Looks at a slot that is being written: some nanoseconds, unless the thread that writes has lost its processor.
const SPINS: u32 = if cfg!(otp_loom) { 2 } else { 64 };

/// Room for an item: a request with a string or two, or a handful of words. It lies in every process, so a larger item goes
/// into a channel.
type Room = [u64; 8];

/// See the module.
pub(crate) struct Queue<T> {
    /// The channel, and the state of the slot. The channel is set once, by a push, and freed when the queue is dropped.
    word: AtomicPtr<Channel<T>>,
    /// Holds an item in FULL; belongs to whoever moved the word there in WRITING and TAKING.
    slot: UnsafeCell<MaybeUninit<Room>>,
    /// It owns one: what `T` has to be for the queue to be `Send` follows from that.
    _owns: PhantomData<Box<Channel<T>>>,
}

// SAFETY: items are handed from thread to thread, so they have to be `Send`; none is ever lent. The slot is touched by one
// thread at a time (1).
unsafe impl<T: Send> Sync for Queue<T> {}

/// What the word says.
#[inline]
fn state<T>(word: *mut Channel<T>) -> usize {
    word.addr() & STATE
}

#[inline]
fn with_state<T>(word: *mut Channel<T>, state: usize) -> *mut Channel<T> {
    word.map_addr(|addr| addr & !STATE | state)
}

impl<T> Queue<T> {
    const FITS: bool = size_of::<T>() <= size_of::<Room>() && align_of::<T>() <= align_of::<Room>();

    pub(crate) fn new() -> Self {
        Self { word: AtomicPtr::new(ptr::null_mut()), slot: UnsafeCell::new(MaybeUninit::uninit()), _owns: PhantomData }
    }

    /// The channel that the word names.
    #[inline]
    fn channel(&self, word: *mut Channel<T>) -> Option<&Channel<T>> {
        // SAFETY: a word of this queue names none or the one that came from a box in `make`, and stays until `self` is
        // dropped.
        unsafe { with_state(word, EMPTY).as_ref() }
    }

    /// The channel, if all that is waiting is in it, and all that is to come.
    #[inline]
    fn settled(&self, word: *mut Channel<T>) -> Option<&Channel<T>> {
        if state(word) == EMPTY { self.channel(word) } else { None }
    }

    #[inline]
    pub(crate) fn push(&self, item: T) {
        let word = self.word.load(Ordering::Acquire);
        let there = self.channel(word);
        let channel = match there.map_or_else(|| self.push_into(word), Err) {
            Err(channel) => channel,
            Ok(writing) => {
                // SAFETY: this is the one that moved the word to WRITING (1), which is done only if an item fits.
                self.slot.with_mut(|slot| unsafe { slot.cast::<T>().write(item) });
                return self.move_on(writing, FULL);
            }
        };
        channel.push(item);
    }

    /// For a push that found no channel. `Ok`: the slot is its own, and the word is this one. `Err`: now there is a channel.
    fn push_into(&self, mut word: *mut Channel<T>) -> Result<*mut Channel<T>, &Channel<T>> {
        while Self::FITS && word.is_null() {
            let writing = with_state(word, WRITING);
            match self.word.compare_exchange_weak(word, writing, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(writing),
                Err(now) => word = now,
            }
        }
        Err(self.make())
    }

    /// WRITING -> FULL, or TAKING -> EMPTY. `word`: what it was moved to before.
    #[inline]
    fn move_on(&self, mut word: *mut Channel<T>, to: usize) {
        // Again, when the channel is put beside the state at this moment.
        while let Err(now) =
            self.word.compare_exchange_weak(word, with_state(word, to), Ordering::AcqRel, Ordering::Relaxed)
        {
            word = now;
        }
    }

    /// Puts the channel beside whatever state the slot is in.
    #[cold]
    fn make(&self) -> &Channel<T> {
        let made = Box::into_raw(Box::new(Channel::new()));
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            if let Some(channel) = self.channel(word) {
                // SAFETY: it was just made, and nobody else has seen it.
                drop(unsafe { Box::from_raw(made) });
                return channel;
            }
            let with_it = with_state(made, state(word));
            match self.word.compare_exchange_weak(word, with_it, Ordering::AcqRel, Ordering::Acquire) {
                // SAFETY: it was just made, and belongs to `self` now, which frees it only when it is dropped.
                Ok(_) => return unsafe { &*made },
                Err(now) => word = now,
            }
        }
    }

    /// Takes what is in the slot. `Err`: nothing is, and all that is waiting is in the channel. If there is none of
    /// either, whoever pushes from now on has seen what was written before.
    #[inline]
    fn pop_first(&self) -> Result<T, Option<&Channel<T>>> {
        let mut spins = 0;
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            let (state, channel) = (state(word), self.channel(word));
            let to = match state {
                FULL => with_state(word, TAKING),
                WRITING => {
                    if spins < SPINS {
                        spins += 1;
                        spin();
                    } else {
                        yield_thread();
                    }
                    word = self.word.load(Ordering::Acquire);
                    continue;
                }
                _ if channel.is_some() => return Err(channel),
                _ => word,
            };
            match self.word.compare_exchange(word, to, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if state == FULL => {
                    // SAFETY: this is the one that moved the word from FULL to TAKING (1), and an item was written before.
                    let item = self.slot.with_mut(|slot| unsafe { slot.cast::<T>().read() });
                    self.move_on(to, EMPTY);
                    return Ok(item);
                }
                Ok(_) => return Err(None),
                Err(now) => word = now,
            }
        }
    }

    /// Whether it has a channel, which keeps places for items that are gone.
    pub(crate) fn has_channel(&self) -> bool {
        self.channel(self.word.load(Ordering::Acquire)).is_some()
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let channel = match self.settled(self.word.load(Ordering::Acquire)) {
            Some(channel) => channel,
            None => match self.pop_first() {
                Ok(item) => return Some(item),
                Err(channel) => channel?,
            },
        };
        channel.pop()
    }

    pub(crate) fn len(&self) -> usize {
        let word = self.word.load(Ordering::Acquire);
        usize::from(matches!(state(word), WRITING | FULL)) + self.channel(word).map_or(0, Channel::len)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            if let WRITING | FULL = state(word) {
                return false;
            }
            if let Some(channel) = self.channel(word) {
                return channel.len() == 0;
            }
            match self.word.compare_exchange(word, word, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
    }

    /// Moves everything that waits to the end of `items`; what is in the channel under one lock.
    pub(crate) fn drain_into(&self, items: &mut VecDeque<T>) {
        let channel = match self.pop_first() {
            Ok(item) => {
                items.push_back(item);
                self.channel(self.word.load(Ordering::Acquire))
            }
            Err(channel) => channel,
        };
        if let Some(channel) = channel {
            channel.drain_into(items);
        }
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        let word = self.word.load(Ordering::Acquire);
        if state(word) == FULL {
            // SAFETY: an item was written, and nobody borrows the queue any more: this is the only reference to it.
            self.slot.with_mut(|slot| unsafe { slot.cast::<T>().drop_in_place() });
        }
        let channel = with_state(word, EMPTY);
        if !channel.is_null() {
            // SAFETY: it came from a box in `make`, and nobody borrows it any more: this is the only reference to `self`.
            drop(unsafe { Box::from_raw(channel) });
        }
    }
}

/// What does not fit into the slot. Aligned, so that its address leaves room for the state.
#[cfg(not(otp_loom))]
#[repr(align(8))]
struct Channel<T> {
    sender: flume::Sender<T>,
    receiver: flume::Receiver<T>,
}

#[cfg(not(otp_loom))]
impl<T> Channel<T> {
    fn new() -> Self {
        let (sender, receiver) = flume::unbounded();
        Self { sender, receiver }
    }

    #[inline]
    fn push(&self, item: T) {
        // An unbounded queue whose receiver lives beside its sender is neither full nor disconnected.
        let _ = self.sender.send(item);
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        self.receiver.try_recv().ok()
    }

    #[inline]
    fn len(&self) -> usize {
        self.receiver.len()
    }

    fn drain_into(&self, items: &mut VecDeque<T>) {
        items.extend(self.receiver.drain());
    }
}

/// What a look at all of a queue comes to.
pub(crate) enum Taken<T: 'static, O> {
    Nothing,
    /// What was in the slot.
    One(T),
    /// What was in the channel.
    Many(Burst<T, O>),
}

/// Everything that waited in a queue's channel at one moment, taken under one lock and copied nowhere. `O` is what the queue
/// lies in.
#[cfg(not(otp_loom))]
pub(crate) struct Burst<T: 'static, O> {
    items: flume::Drain<'static, T>,
    /// Keeps the queue that `items` borrows. After `items`, so that it is dropped after them.
    _owner: Arc<O>,
}

#[cfg(not(otp_loom))]
impl<T, O> Burst<T, O> {
    /// Takes what is in the slot of the queue that lies in `owner`, or else all there is in its channel.
    pub(crate) fn take(owner: &Arc<O>, queue: impl FnOnce(&O) -> &Queue<T>) -> Taken<T, O> {
        let items = match queue(owner).pop_first() {
            Ok(item) => return Taken::One(item),
            Err(Some(channel)) => channel.receiver.drain(),
            Err(None) => return Taken::Nothing,
        };
        if items.len() == 0 {
            return Taken::Nothing;
        }
        // SAFETY: only the lifetime changes, which is that of a borrow of the queue. The queue lies in `owner`, whose
        // contents stay where they are, changed by nothing but what `&Queue` allows, until `_owner` is dropped; `items`
        // is dropped before that, and handed to nobody.
        let items = unsafe { std::mem::transmute::<flume::Drain<'_, T>, flume::Drain<'static, T>>(items) };
        Taken::Many(Self { items, _owner: owner.clone() })
    }

    /// The oldest.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.items.next()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The same contract over loom's mutex, for the models.
#[cfg(otp_loom)]
#[repr(align(8))]
struct Channel<T>(super::Mutex<VecDeque<T>>);

#[cfg(otp_loom)]
impl<T> Channel<T> {
    fn new() -> Self {
        Self(super::Mutex::new(VecDeque::new()))
    }
    fn push(&self, item: T) {
        self.0.lock().push_back(item);
    }
    fn pop(&self) -> Option<T> {
        self.0.lock().pop_front()
    }
    fn len(&self) -> usize {
        self.0.lock().len()
    }
    fn drain_into(&self, items: &mut VecDeque<T>) {
        items.extend(std::mem::take(&mut *self.0.lock()));
    }
}

/// As above.
#[cfg(otp_loom)]
pub(crate) struct Burst<T, O>(VecDeque<T>, PhantomData<fn(O)>);

#[cfg(otp_loom)]
impl<T, O> Burst<T, O> {
    pub(crate) fn take(owner: &Arc<O>, queue: impl FnOnce(&O) -> &Queue<T>) -> Taken<T, O> {
        let mut items = VecDeque::new();
        match queue(owner).pop_first() {
            Ok(item) => return Taken::One(item),
            Err(Some(channel)) => channel.drain_into(&mut items),
            Err(None) => {}
        }
        if items.is_empty() { Taken::Nothing } else { Taken::Many(Self(items, PhantomData)) }
    }
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.0.pop_front()
    }
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(all(test, not(otp_loom)))]
#[path = "queue_tests.rs"]
mod tests;

#[cfg(all(test, otp_loom))]
#[path = "queue_loom.rs"]
mod loom_tests;
