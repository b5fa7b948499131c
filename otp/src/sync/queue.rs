//! The multi-producer queue below a mailbox: flume's synchronous half, used as a locked queue.
//!
//! flume's asynchronous half is not used: it allocates a hook and clones a waker for every wait. Who sleeps and who
//! wakes is decided by [`super::wake`], which relies on one property of this queue: **push, pop and drain go through
//! one lock**, so they are totally ordered and each of them publishes what its thread wrote before.
//!
//! flume keeps queued items alive as long as a sender lives, also when no receiver is left. Both ends therefore live
//! here, side by side, and whoever closes a mailbox drains it.

use std::collections::VecDeque;
use std::sync::Arc;

#[cfg(not(otp_loom))]
#[derive(Debug)]
pub(crate) struct Queue<T> {
    sender: flume::Sender<T>,
    receiver: flume::Receiver<T>,
}

#[cfg(not(otp_loom))]
impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = flume::unbounded();
        Self { sender, receiver }
    }

    #[inline]
    pub(crate) fn push(&self, item: T) {
        // An unbounded queue whose receiver lives beside its sender is neither full nor disconnected.
        let _ = self.sender.send(item);
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        self.receiver.try_recv().ok()
    }

    pub(crate) fn len(&self) -> usize {
        self.receiver.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }

    /// Moves everything that waits to the end of `items`, under one lock.
    pub(crate) fn drain_into(&self, items: &mut VecDeque<T>) {
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
        let items = queue(owner).receiver.drain();
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
pub(crate) struct Queue<T>(super::Mutex<VecDeque<T>>);

#[cfg(otp_loom)]
impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self(super::Mutex::new(VecDeque::new()))
    }
    pub(crate) fn push(&self, item: T) {
        self.0.lock().push_back(item);
    }
    pub(crate) fn pop(&self) -> Option<T> {
        self.0.lock().pop_front()
    }
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
    pub(crate) fn drain_into(&self, items: &mut VecDeque<T>) {
        items.extend(std::mem::take(&mut *self.0.lock()));
    }
}

/// As above.
#[cfg(otp_loom)]
pub(crate) struct Burst<T, O>(VecDeque<T>, std::marker::PhantomData<fn(O)>);

#[cfg(otp_loom)]
impl<T, O> Burst<T, O> {
    pub(crate) fn take(owner: &Arc<O>, queue: impl FnOnce(&O) -> &Queue<T>) -> Self {
        Self(std::mem::take(&mut *queue(owner).0.lock()), std::marker::PhantomData)
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
