//! The mailbox: one queue of everything, in the order it arrived, and the owner's end of it.
//!
//! The owner takes items one by one; after a few hits in a row it moves all that waits into a buffer of its own under
//! one lock. What a selective receive passed over stays in that buffer, in order. A mailbox of any length costs the
//! same per message.

use super::core::{AnyProcess, Core, Process};
use super::{ExitReason, Info, Priority};
use crate::sync::atomic::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Context;
use tokio::sync::Notify;

/// What lies in a mailbox.
pub(crate) enum Item<M> {
    /// For a server of the right type.
    Message(M),
    /// For any process.
    Info(Info),
}

/// Hits in a row after which the owner takes the whole queue.
const BURST: u8 = 4;

/// The owner's end. Lives in the process's task.
pub(crate) struct Inbox<M> {
    /// Taken from the queue, not handled yet.
    pub(crate) buffer: VecDeque<Item<M>>,
    /// Counts removals from the middle: a scan that was under way starts again.
    pub(crate) removals: u32,
    /// Hits in a row.
    row: u8,
    /// Messages until it yields.
    left: u16,
}

/// What the owner found.
pub(crate) enum Taken<M> {
    Item(Item<M>),
    /// Nothing is there; the owner is marked as sleeping and will be woken.
    Nothing,
    /// It had its share; its task has been scheduled again.
    Yield,
}

impl<M: Send + 'static> Inbox<M> {
    pub(crate) fn new(core: &Core) -> Self {
        Self { buffer: VecDeque::new(), removals: 0, row: 0, left: budget(core) }
    }

    /// The next item, for a loop that handles everything in order.
    #[inline]
    pub(crate) fn take(&mut self, process: &Process<M>, cx: &mut Context<'_>) -> Taken<M> {
        if self.left == 0 {
            self.left = budget(&process.core);
            cx.waker().wake_by_ref();
            return Taken::Yield;
        }
        if !self.buffer.is_empty() {
            return self.take_buffered(process);
        }
        // In a burst, look before announcing sleep.
        if self.row >= 2
            && let Some(item) = self.look(process)
        {
            return self.taken(process, item);
        }
        process.core.wake.announce_sleep();
        if let Some(item) = self.look(process) {
            process.core.wake.stay_awake();
            return self.taken(process, item);
        }
        self.left = budget(&process.core);
        Taken::Nothing
    }

    #[inline]
    fn taken(&mut self, process: &Process<M>, item: Item<M>) -> Taken<M> {
        self.took_one(process);
        Taken::Item(item)
    }

    /// Whether it has to yield before it takes anything; then its share begins anew.
    pub(crate) fn had_its_share(&mut self, process: &Process<M>) -> bool {
        let had = self.left == 0;
        if had {
            self.left = budget(&process.core);
        }
        had
    }

    /// Counts something that is handled without being taken; `false` if it has to yield first.
    pub(crate) fn spend(&mut self, process: &Process<M>) -> bool {
        if self.had_its_share(process) {
            return false;
        }
        self.left -= 1;
        true
    }

    fn take_buffered(&mut self, process: &Process<M>) -> Taken<M> {
        let item = self.buffer.pop_front().expect("it was not empty");
        process.core.buffered.store(self.buffer.len(), Ordering::Relaxed);
        self.taken(process, item)
    }

    #[inline]
    fn look(&mut self, process: &Process<M>) -> Option<Item<M>> {
        if self.row < BURST {
            let item = process.queue.pop();
            self.row = if item.is_some() { self.row + 1 } else { 0 };
            return item;
        }
        self.drain(process);
        let item = self.buffer.pop_front();
        if self.buffer.is_empty() {
            self.row = 0;
        }
        process.core.buffered.store(self.buffer.len(), Ordering::Relaxed);
        item
    }

    /// Takes whatever waits into the buffer.
    pub(crate) fn drain(&mut self, process: &Process<M>) {
        process.queue.drain_into(&mut self.buffer);
        process.core.buffered.store(self.buffer.len(), Ordering::Relaxed);
    }

    /// Something left the mailbox.
    #[inline]
    pub(crate) fn took_one(&mut self, process: &Process<M>) {
        self.left -= 1;
        let core = &process.core;
        core.handled.store(core.handled.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        if core.flags.is_bounded() {
            made_room(process);
        }
    }

    /// Gives back memory.
    pub(crate) fn shrink(&mut self) {
        self.buffer.shrink_to_fit();
    }

    /// A scan ended with nothing: sleep unless something came. `false`: look again.
    pub(crate) fn sleep(&mut self, process: &Process<M>) -> bool {
        process.core.wake.announce_sleep();
        let before = self.buffer.len();
        self.drain(process);
        if self.buffer.len() > before {
            process.core.wake.stay_awake();
            return false;
        }
        self.left = budget(&process.core);
        true
    }
}

#[inline]
fn budget(core: &Core) -> u16 {
    Priority::from_u8(core.priority.load(Ordering::Relaxed)).budget()
}

/// What happens to a message that finds a mailbox full. It is reported in any case.
#[doc(alias = "max_heap_size")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// The process is killed, as a full heap does in Erlang with `kill: true`: it ends with `killed`.
    Kill,
    /// The message is taken all the same, and the first one past the bound is logged.
    Log,
    /// The message is dropped, and the first one is logged.
    Drop,
}

/// A bound on the length of a mailbox.
///
/// Only messages and casts count against it and feel it; notifications of links and monitors and system requests always
/// get through.
///
/// ```
/// use otp::process::{Mailbox, Overflow};
///
/// let mailbox = Mailbox::bounded(10_000, Overflow::Kill);
/// assert_eq!(mailbox.max(), Some(10_000));
/// assert_eq!(Mailbox::unbounded().max(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mailbox(Option<(usize, Overflow)>);

impl Mailbox {
    /// No bound: the default.
    pub const fn unbounded() -> Self {
        Self(None)
    }

    /// At most `max` messages; `overflow` says what happens to the next one.
    pub const fn bounded(max: usize, overflow: Overflow) -> Self {
        Self(Some((max, overflow)))
    }

    /// The bound.
    pub const fn max(self) -> Option<usize> {
        match self.0 {
            Some((max, _)) => Some(max),
            None => None,
        }
    }

    /// What happens past the bound.
    pub const fn overflow(self) -> Option<Overflow> {
        match self.0 {
            Some((_, overflow)) => Some(overflow),
            None => None,
        }
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::unbounded()
    }
}

/// The bound of a process that has one.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    max: usize,
    overflow: Overflow,
    /// The first overflow was logged; set back when the mailbox is empty enough again.
    logged: bool,
    /// Whoever waits for room. Woken by the owner when it took something.
    room: Arc<Notify>,
}

/// Sets the bound, answers the one before.
pub(crate) fn set_bound(core: &Core, mailbox: Mailbox) -> Mailbox {
    let mut shared = core.shared.lock();
    let extra = shared.extra();
    let before = extra.bound.as_ref().map(|b| (b.max, b.overflow));
    let room = extra.bound.take().map_or_else(Arc::default, |b| b.room);
    extra.bound = mailbox.0.map(|(max, overflow)| Bound { max, overflow, logged: false, room: room.clone() });
    core.flags.set_bounded(extra.bound.is_some());
    drop(shared);
    // Wakers are woken outside of the lock.
    room.notify_waiters();
    Mailbox(before)
}

pub(crate) fn bound(core: &Core) -> Mailbox {
    Mailbox(core.shared.lock().extra.as_ref().and_then(|e| e.bound.as_ref()).map(|b| (b.max, b.overflow)))
}

#[cold]
fn made_room<M: Send + 'static>(process: &Process<M>) {
    let len = process.queue_len();
    let room = {
        let mut shared = process.core.shared.lock();
        match shared.extra.as_mut().and_then(|e| e.bound.as_mut()) {
            Some(bound) if len < bound.max => {
                bound.logged = false;
                bound.room.clone()
            }
            _ => return,
        }
    };
    // One place, one sender.
    room.notify_one();
}

/// What a sender of an ordinary message learns of a bounded mailbox.
pub(crate) enum Admission {
    /// Send it.
    Room,
    /// Do not.
    Full,
}

/// Whether there is room for one more, without doing anything about it.
#[cold]
pub(crate) fn has_room(process: &dyn AnyProcess) -> bool {
    let len = process.queue_len();
    let shared = process.core().shared.lock();
    shared.extra.as_ref().and_then(|e| e.bound.as_ref()).is_none_or(|bound| len < bound.max)
}

/// Asks for room for a message that does not wait, and applies the policy if there is none.
#[cold]
pub(crate) fn admit(process: &dyn AnyProcess) -> Admission {
    let core = process.core();
    let len = process.queue_len();
    let (overflow, report, max) = {
        let mut shared = core.shared.lock();
        let Some(bound) = shared.extra.as_mut().and_then(|e| e.bound.as_mut()) else { return Admission::Room };
        if len < bound.max {
            return Admission::Room;
        }
        (bound.overflow, !std::mem::replace(&mut bound.logged, true), bound.max)
    };
    if report {
        crate::observe::mailbox_overflow(&core.display(), max, &overflow);
    }
    match overflow {
        Overflow::Log => Admission::Room,
        Overflow::Drop => Admission::Full,
        Overflow::Kill => {
            core.end_with(ExitReason::Killed);
            Admission::Full
        }
    }
}

/// Waits until there may be room. Ends at once when the process does.
pub(crate) async fn wait_for_room(process: &dyn AnyProcess) {
    loop {
        let room = {
            let shared = process.core().shared.lock();
            match shared.extra.as_ref().and_then(|e| e.bound.as_ref()) {
                Some(bound) => bound.room.clone(),
                None => return,
            }
        };
        let notified = room.notified();
        let mut notified = std::pin::pin!(notified);
        // Registered before looking, so that room made in between is not missed.
        notified.as_mut().enable();
        if process.core().wake.is_closed() || has_room(process) {
            return;
        }
        notified.await;
    }
}

/// Wakes whoever waits for room: the process has ended.
pub(crate) fn release_waiters(core: &Core) {
    let room = core.shared.lock().extra.as_ref().and_then(|e| e.bound.as_ref()).map(|bound| bound.room.clone());
    if let Some(room) = room {
        room.notify_waiters();
    }
}
