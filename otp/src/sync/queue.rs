//! The multi-producer queue below a mailbox: flume's synchronous half, used as a locked queue.
//!
//! flume's asynchronous half is not used: it allocates a hook and clones a waker for every wait. Who sleeps and who
//! wakes is decided by [`super::wake`], which relies on one property of this queue: **push, pop and look are totally
//! ordered, and each of them publishes what its thread wrote before.**
//!
//! The channel is made by the first push: a task is done without one, and a server that is called in place never needs it.
//! The property holds from the beginning:
//!
//! - Once there is a channel, push, pop and look go through its lock.
//! - A pop or look that finds none writes that it found none, by a compare-and-swap of nothing with nothing. It comes
//!   before the compare-and-swap that puts the channel there, then: whoever pushes has seen that channel, and so all that
//!   was written before the look. Or it comes after, and finds the channel.
//!
//! flume keeps queued items alive as long as a sender lives, also when no receiver is left. Both ends therefore live
//! here, side by side, and whoever closes a mailbox drains it.

use super::shim::atomic::{AtomicPtr, Ordering};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Queue<T> {
    /// Null until the first push, then never changed until the queue is dropped, which frees it.
    channel: AtomicPtr<Channel<T>>,
    /// It owns one: what `T` has to be for the queue to be `Send` and `Sync` follows from that.
    _owns: PhantomData<Box<Channel<T>>>,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self { channel: AtomicPtr::new(ptr::null_mut()), _owns: PhantomData }
    }

    /// The channel, if there is one. What was written before is seen by whoever pushes from now on if there is none.
    #[inline]
    fn channel(&self) -> Option<&Channel<T>> {
        let mut channel = self.channel.load(Ordering::Acquire);
        if channel.is_null() {
            let null = ptr::null_mut();
            let looked = self.channel.compare_exchange(null, null, Ordering::AcqRel, Ordering::Acquire);
            channel = looked.err()?;
        }
        // SAFETY: what is not null came from a box in `make`, and stays until `self` is dropped.
        NonNull::new(channel).map(|channel| unsafe { channel.as_ref() })
    }

    #[cold]
    fn make(&self) -> &Channel<T> {
        let made = Box::into_raw(Box::new(Channel::new()));
        match self.channel.compare_exchange(ptr::null_mut(), made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it was just made, and belongs to `self` now, which frees it only when it is dropped.
            Ok(_) => unsafe { &*made },
            Err(there) => {
                // SAFETY: it was just made, and nobody else has seen it.
                drop(unsafe { Box::from_raw(made) });
                // SAFETY: it is not null, so it is what another thread made here, which stays until `self` is dropped.
                unsafe { &*there }
            }
        }
    }

    /// Whether anything was ever pushed.
    pub(crate) fn is_used(&self) -> bool {
        self.channel().is_some()
    }

    #[inline]
    pub(crate) fn push(&self, item: T) {
        let channel = self.channel.load(Ordering::Acquire);
        // SAFETY: what is not null came from a box in `make`, and stays until `self` is dropped.
        let channel = NonNull::new(channel).map(|channel| unsafe { channel.as_ref() });
        channel.unwrap_or_else(|| self.make()).push(item);
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        self.channel()?.pop()
    }

    pub(crate) fn len(&self) -> usize {
        self.channel().map_or(0, Channel::len)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.channel().is_none_or(|channel| channel.len() == 0)
    }

    /// Moves everything that waits to the end of `items`, under one lock.
    pub(crate) fn drain_into(&self, items: &mut VecDeque<T>) {
        if let Some(channel) = self.channel() {
            channel.drain_into(items);
        }
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        let channel = self.channel.load(Ordering::Acquire);
        if !channel.is_null() {
            // SAFETY: it came from a box in `make`, and nobody borrows it any more: this is the only reference to `self`.
            drop(unsafe { Box::from_raw(channel) });
        }
    }
}

#[cfg(not(otp_loom))]
#[derive(Debug)]
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

/// Everything that waited in a queue at one moment, taken under one lock and copied nowhere. `O` is what the queue lies
/// in.
#[cfg(not(otp_loom))]
pub(crate) struct Burst<T: 'static, O> {
    items: flume::Drain<'static, T>,
    /// Keeps the queue that `items` borrows. After `items`, so that it is dropped after them.
    _owner: Arc<O>,
}

#[cfg(not(otp_loom))]
impl<T, O> Burst<T, O> {
    /// Takes all there is in the queue that lies in `owner`.
    pub(crate) fn take(owner: &Arc<O>, queue: impl FnOnce(&O) -> &Queue<T>) -> Self {
        let queue = queue(owner);
        let items = queue.channel().unwrap_or_else(|| queue.make()).receiver.drain();
        // SAFETY: only the lifetime changes, which is that of a borrow of the queue. The queue lies in `owner`, whose
        // contents stay where they are, changed by nothing but what `&Queue` allows, until `_owner` is dropped; `items`
        // is dropped before that, and handed to nobody.
        let items = unsafe { std::mem::transmute::<flume::Drain<'_, T>, flume::Drain<'static, T>>(items) };
        Self { items, _owner: owner.clone() }
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
#[derive(Debug)]
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
pub(crate) struct Burst<T, O>(VecDeque<T>, std::marker::PhantomData<fn(O)>);

#[cfg(otp_loom)]
impl<T, O> Burst<T, O> {
    pub(crate) fn take(owner: &Arc<O>, queue: impl FnOnce(&O) -> &Queue<T>) -> Self {
        let mut items = VecDeque::new();
        queue(owner).drain_into(&mut items);
        Self(items, std::marker::PhantomData)
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
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[test]
    fn it_is_empty_before_the_first_push_and_in_order_after_it() {
        let queue = Queue::new();
        assert_eq!((queue.len(), queue.is_empty(), queue.pop()), (0, true, None));
        (0..3).for_each(|n| queue.push(n));
        assert_eq!((queue.len(), queue.is_empty(), queue.pop()), (3, false, Some(0)));
        let mut rest = VecDeque::new();
        queue.drain_into(&mut rest);
        assert_eq!(rest, [1, 2]);
    }

    #[test]
    fn first_pushes_at_the_same_time_share_one_channel() {
        let rounds = if cfg!(miri) { 20 } else { 200 };
        for _ in 0..rounds {
            let (queue, ready) = (Queue::new(), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                for n in 0..3 {
                    let (queue, ready) = (&queue, &ready);
                    scope.spawn(move || {
                        ready.fetch_add(1, SeqCst);
                        while ready.load(SeqCst) < 3 {
                            std::hint::spin_loop();
                        }
                        queue.push(n);
                    });
                }
            });
            let mut all: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2]);
        }
    }

    #[test]
    fn what_waits_in_it_is_dropped_with_it() {
        let counted = Arc::new(());
        let queue = Queue::new();
        (0..3).for_each(|_| queue.push(counted.clone()));
        drop(queue);
        assert_eq!(Arc::strong_count(&counted), 1);
    }
}
