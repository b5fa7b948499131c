//! The multi-producer queue below a mailbox: flume's synchronous half, used as a locked queue.
//!
//! flume's asynchronous half is not used: it allocates a hook and clones a waker for every wait. Who sleeps and who
//! wakes is decided by [`super::wake`], which relies on one property of this queue: **push, pop and drain go through
//! one lock**, so they are totally ordered and each of them publishes what its thread wrote before.
//!
//! flume keeps queued items alive as long as a sender lives, also when no receiver is left. Both ends therefore live
//! here, side by side, and whoever closes a mailbox drains it.

use std::collections::VecDeque;

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

    /// Moves everything that waits to the end of `buffer`, under one lock.
    pub(crate) fn drain_into(&self, buffer: &mut VecDeque<T>) {
        buffer.extend(self.receiver.drain());
    }

    pub(crate) fn len(&self) -> usize {
        self.receiver.len()
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
    pub(crate) fn drain_into(&self, buffer: &mut VecDeque<T>) {
        buffer.extend(std::mem::take(&mut *self.0.lock()));
    }
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }
}
