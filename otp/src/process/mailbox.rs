//! The mailbox: one queue of everything, in the order it arrived, and the owner's end of it.
//!
//! The owner takes items one by one; after a few hits in a row it takes all that waits, a burst, under one lock. What a
//! selective receive passed over stays with the owner, in order. A mailbox of any length costs the same per message.
//!
//! ```text
//! senders -> queue -> burst -> passed -> a selective receive
//!              |        |         +----> the loop of a server
//!              |        +--------------> (oldest first: passed, burst, queue)
//!              +----------------------->
//! ```

use super::core::{AnyProcess, Core, Process};
use super::reference::Reference;
use super::{ExitReason, Info, Priority, monitor};
use crate::sync::atomic::Ordering;
use crate::sync::{Burst, Taken};
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
    /// A monitor of its own fired. What its `Down` says lies with the monitor, until the owner comes to it: thousands that wait
    /// are not each in a box, and no box is freed on another thread than it was made on.
    Down(Reference),
}

/// Hits in a row after which the owner takes the whole queue, if that is worth it.
const BURST: u8 = 4;
/// Items that are worth it. Whoever takes the queue takes its memory, which senders then ask for anew, and gives that back on
/// another thread than theirs: with few items both wait longer for the allocator than for the queue's lock. Up to twice as
/// many keep their places in the queue when they are gone, until the process hibernates.
const WORTH: usize = 16;

/// The owner's end. Lives in the process's task.
pub(crate) struct Inbox<M: 'static> {
    /// What a selective receive passed over, or holds ready for the next one: the oldest. Boxed: servers have none.
    passed: Option<Box<Passed<M>>>,
    /// Taken from the queue at once, handled one by one. Boxed: an idle process has none.
    burst: Option<Box<Burst<Item<M>, Process<M>>>>,
    /// Hits in a row.
    row: u8,
    /// Messages until it yields.
    left: u16,
}

struct Passed<M> {
    items: VecDeque<Item<M>>,
    /// Counts all that left: places move to the front by at most that much, and a scan that was under way starts again.
    left: u64,
}

/// A place in the order of arrival: a receive that looks for something that cannot have come before starts here, however
/// many messages wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(u64);

/// What the owner has to do when [`Inbox::next`] gave it nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Look again: there is something.
    Look,
    /// Wait: whoever polls sees to it that it is woken.
    Rest,
    /// Let others run: it had its share, and its task has been scheduled again.
    Yield,
}

impl<M: Send + 'static> Inbox<M> {
    pub(crate) fn new(core: &Core) -> Self {
        Self { passed: None, burst: None, row: 0, left: budget(core) }
    }

    /// The next item, for a loop that handles everything in order. `None`: nothing is there, or it had its share; what
    /// to do then, [`Inbox::wait`] tells.
    #[inline]
    pub(crate) fn next(&mut self, process: &Arc<Process<M>>) -> Option<Item<M>> {
        if self.left == 0 {
            return None;
        }
        if self.passed.is_some() {
            let item = self.next_passed(process);
            if item.is_some() {
                return item;
            }
        }
        let is_taken = self.burst.as_ref().is_none_or(|burst| burst.is_empty());
        if self.row >= BURST && is_taken && process.queue.len() < WORTH {
            self.burst = None;
            self.row = 0;
        }
        if self.row < BURST {
            let item = process.queue.pop();
            if item.is_some() {
                self.row += 1;
                self.took_one(process);
            } else {
                self.row = 0;
            }
            return item;
        }
        if is_taken && let Some(item) = self.take_burst(process) {
            self.took_one(process);
            return Some(item);
        }
        let item = self.burst.as_mut()?.pop();
        self.count_held(process);
        self.took_one(process);
        item
    }

    fn next_passed(&mut self, process: &Process<M>) -> Option<Item<M>> {
        let passed = self.passed.as_mut()?;
        let item = passed.items.pop_front();
        if item.is_some() {
            passed.left += 1;
            self.count_held(process);
            self.took_one(process);
        }
        item
    }

    /// Takes all that waits, a single item at once. Leaves no burst, and none of its memory, if there is no more.
    fn take_burst(&mut self, process: &Arc<Process<M>>) -> Option<Item<M>> {
        let taken = Burst::take(process, |process| &process.queue);
        self.burst = None;
        match taken {
            Taken::Many(burst) => {
                self.burst = Some(Box::new(burst));
                // What is in a burst is older than what is in the queue: it comes first.
                self.row = BURST;
            }
            Taken::One(item) => return Some(item),
            Taken::Nothing => self.row = 0,
        }
        None
    }

    /// As `next`, but passes over what must wait: it stays in the mailbox, in order. `held` is how many such items are
    /// known to lie at the front.
    #[cold]
    pub(crate) fn next_where(
        &mut self,
        process: &Process<M>,
        held: &mut u32,
        must_wait: impl Fn(&Item<M>) -> bool,
    ) -> Option<Item<M>> {
        if self.left == 0 {
            return None;
        }
        self.pass_all(process);
        while let Some(item) = self.get_mut(process, *held as usize) {
            if must_wait(item) {
                *held += 1;
                continue;
            }
            let item = self.remove(process, *held as usize);
            self.took_one(process);
            return item;
        }
        None
    }

    /// The oldest, as the process ends.
    pub(crate) fn pop_any(&mut self, process: &Process<M>) -> Option<Item<M>> {
        let passed = self.passed.as_mut().and_then(|passed| passed.items.pop_front());
        passed.or_else(|| self.burst.as_mut().and_then(|burst| burst.pop())).or_else(|| process.queue.pop())
    }

    /// Whether a look at the queue is worth it before sleep is announced: it is in a burst.
    #[inline]
    pub(crate) fn is_busy(&self) -> bool {
        self.row >= 2 || self.held() > 0
    }

    /// What the owner has taken from the queue and not handled.
    fn held(&self) -> usize {
        self.passed.as_ref().map_or(0, |passed| passed.items.len()) + self.burst.as_ref().map_or(0, |burst| burst.len())
    }

    #[inline]
    fn count_held(&self, process: &Process<M>) {
        // Beyond that many the count is out by whole turns; the messages are not.
        process.core.buffered.store(self.held() as u32, Ordering::Relaxed);
    }

    /// Whether the owner may wait for its mailbox: it has nothing but the `held` items that it passed over. Whether
    /// something waits in the queue is looked at after that was announced.
    #[inline]
    pub(crate) fn wait(&mut self, process: &Process<M>, held: u32, cx: &Context<'_>) -> Wait {
        if self.left == 0 {
            self.left = budget(&process.core);
            cx.waker().wake_by_ref();
            return Wait::Yield;
        }
        if self.held() > held as usize {
            return Wait::Look;
        }
        Wait::Rest
    }

    /// It has waited for the mailbox, and was woken.
    #[inline]
    pub(crate) fn rested(&mut self, process: &Process<M>) {
        self.row = 0;
        self.left = budget(&process.core);
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

    fn passed_over(&mut self) -> &mut Passed<M> {
        self.passed.get_or_insert_with(|| Box::new(Passed { items: VecDeque::new(), left: 0 }))
    }

    /// Moves whatever waits to where a selective receive looks for it. Whether that was anything.
    pub(crate) fn pass_all(&mut self, process: &Process<M>) -> bool {
        let before = self.passed.as_ref().map_or(0, |passed| passed.items.len());
        let burst = self.burst.take();
        let passed = self.passed_over();
        if let Some(mut burst) = burst {
            passed.items.extend(std::iter::from_fn(|| burst.pop()));
        }
        process.queue.drain_into(&mut passed.items);
        let moved = passed.items.len() > before;
        self.count_held(process);
        moved
    }

    /// The item at this place among those passed over; never an `Item::Down`, which is made whole here.
    pub(crate) fn get_mut(&mut self, process: &Process<M>, at: usize) -> Option<&mut Item<M>> {
        let item = self.passed.as_mut()?.items.get_mut(at)?;
        if let Item::Down(reference) = item {
            *item = Item::Info(monitor::whole_down(&process.core, *reference));
        }
        Some(item)
    }

    /// Takes the item at this place out.
    pub(crate) fn remove(&mut self, process: &Process<M>, at: usize) -> Option<Item<M>> {
        let passed = self.passed.as_mut()?;
        let item = passed.items.remove(at);
        passed.left += 1;
        self.count_held(process);
        item
    }

    /// What is in the mailbox now lies before this mark, what arrives later at or behind it.
    pub(crate) fn mark(&mut self) -> Mark {
        let passed = self.passed.as_ref();
        Mark(passed.map_or(0, |passed| passed.left + passed.items.len() as u64))
    }

    /// The first place among those passed over at which something behind the mark can lie.
    pub(crate) fn place_of(&self, Mark(mark): Mark) -> usize {
        usize::try_from(mark.saturating_sub(self.removals())).unwrap_or(usize::MAX)
    }

    /// Changes whenever places among those passed over may have moved.
    pub(crate) fn removals(&self) -> u64 {
        self.passed.as_ref().map_or(0, |passed| passed.left)
    }

    /// Something left the mailbox.
    #[inline]
    pub(crate) fn took_one(&mut self, process: &Process<M>) {
        self.left -= 1;
        Self::count_handled(process);
        if process.core.flags.is_bounded() {
            made_room(process);
        }
    }

    /// Counts what is handled.
    #[inline]
    pub(crate) fn count_handled(process: &Process<M>) {
        let handled = &process.core.handled;
        handled.store(handled.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Whether the owner holds nothing that it took from the queue.
    #[inline]
    pub(crate) fn is_clear(&self) -> bool {
        self.held() == 0
    }

    /// Gives back memory.
    pub(crate) fn shrink(&mut self, process: &Arc<Process<M>>) {
        if let Some(passed) = &mut self.passed {
            passed.items.shrink_to_fit();
        }
        if process.queue.has_channel() && self.burst.as_ref().is_none_or(|burst| burst.is_empty()) {
            if let Some(item) = self.take_burst(process) {
                self.passed_over().items.push_back(item);
            }
            self.count_held(process);
        }
    }

    /// A scan ended with nothing: sleep unless something came. `false`: look again.
    pub(crate) fn sleep(&mut self, process: &Process<M>) -> bool {
        process.core.wake.announce_sleep();
        if self.pass_all(process) {
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

fn is_room_of(core: &Core, room: &Arc<Notify>) -> bool {
    let shared = core.shared.lock();
    shared.extra.as_ref().and_then(|e| e.bound.as_ref()).is_some_and(|bound| Arc::ptr_eq(&bound.room, room))
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
        // A bound that was set anew meanwhile has another room: the one above will not be told of.
        if is_room_of(process.core(), &room) {
            notified.await;
        }
    }
}

/// Wakes whoever waits for room: the process has ended.
#[cold]
pub(crate) fn release_waiters(core: &Core) {
    let room = core.shared.lock().extra.as_ref().and_then(|e| e.bound.as_ref()).map(|bound| bound.room.clone());
    if let Some(room) = room {
        room.notify_waiters();
    }
}
