//! Selective receive: the first message that matches is taken, all others stay where they are.

use super::Info;
use super::context::{self, Local};
use super::mailbox::Item;
pub(crate) use super::mailbox::Mark;
use super::timeout::Deadline;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

/// How far a receive has looked: each message is offered once.
#[derive(Default)]
pub(crate) struct Cursor {
    /// Where it begins.
    from: Mark,
    at: usize,
    removals: u64,
    /// Messages offered in this poll, to yield in time.
    offered: u32,
    /// Whether something was moved into the buffer, where other receives of the process have to look for it.
    moved: bool,
    /// It does not wait when it has found nothing.
    looks: bool,
}

impl Cursor {
    /// Looks at what lies behind the mark only.
    pub(crate) fn from(mark: Mark) -> Self {
        // The number of removals is never this one at first: the place is looked up.
        Self { from: mark, removals: u64::MAX, ..Self::default() }
    }
}

pub(crate) fn mark<M: Send + 'static>(local: &Local<M>) -> Mark {
    let mut inbox = local.inbox.borrow_mut();
    let moved = inbox.pass_all(&local.process);
    let mark = inbox.mark();
    drop(inbox);
    if moved {
        local.wake_foreign();
    }
    mark
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A message was kept.
    Took,
    /// None of those that are there was; an owner that waits is marked as sleeping and will be woken.
    Nothing,
    /// There may be more, but others come first; the task has been scheduled again.
    Yield,
}

/// Messages offered before a receive yields.
const OFFERED_IN_A_ROW: u32 = 1024;

pub(crate) fn scan<M: Send + 'static>(
    local: &Local<M>,
    cx: &mut Context<'_>,
    cursor: &mut Cursor,
    take: &mut dyn FnMut(Info) -> Option<Info>,
) -> Scan {
    if local.is_visited() && !cursor.looks {
        // Only its own task sleeps in a receive.
        cx.waker().wake_by_ref();
        return Scan::Yield;
    }
    cursor.moved = false;
    let scan = search(local, cx, cursor, take);
    if cursor.moved {
        local.wake_foreign();
    }
    scan
}

fn search<M: Send + 'static>(
    local: &Local<M>,
    cx: &mut Context<'_>,
    cursor: &mut Cursor,
    take: &mut dyn FnMut(Info) -> Option<Info>,
) -> Scan {
    cursor.offered = 0;
    let process = &*local.process;
    if local.inbox.borrow_mut().had_its_share(process) {
        cx.waker().wake_by_ref();
        return Scan::Yield;
    }
    loop {
        let Some(offer) = next(local, cursor) else {
            let mut inbox = local.inbox.borrow_mut();
            // One that only looks says nothing to senders: the turn may be a guest's.
            let done = if cursor.looks { !inbox.pass_all(process) } else { inbox.sleep(process) };
            if done {
                return Scan::Nothing;
            }
            drop(inbox);
            cursor.moved = true;
            continue;
        };
        let monitor = match &offer {
            Info::Down(down) => Some(down.reference.0),
            _ => None,
        };
        // User code (guards) runs here: nothing is borrowed.
        let back = take(offer);
        let mut inbox = local.inbox.borrow_mut();
        match back {
            None => {
                inbox.remove(process, cursor.at);
                cursor.removals = inbox.removals();
                inbox.took_one(process);
                if let Some(monitor) = monitor {
                    super::monitor::take_down(&process.core, monitor);
                }
                return Scan::Took;
            }
            Some(info) => {
                if let Some(place) = inbox.get_mut(process, cursor.at) {
                    *place = Item::Info(info);
                }
                cursor.at += 1;
            }
        }
        drop(inbox);
        cursor.offered += 1;
        if cursor.offered == OFFERED_IN_A_ROW {
            cx.waker().wake_by_ref();
            return Scan::Yield;
        }
    }
}

/// Takes the next message out of its place in the buffer, which stays: the caller fills it again or removes it.
fn next<M: Send + 'static>(local: &Local<M>, cursor: &mut Cursor) -> Option<Info> {
    let mut inbox = local.inbox.borrow_mut();
    if cursor.removals != inbox.removals() {
        // Another receive of this process took something: places have moved.
        cursor.at = inbox.place_of(cursor.from);
        cursor.removals = inbox.removals();
    }
    loop {
        if inbox.get_mut(&local.process, cursor.at).is_none() {
            cursor.moved |= inbox.pass_all(&local.process);
        }
        let item = inbox.get_mut(&local.process, cursor.at)?;
        // A `Down` whose monitor was taken back with a flush is gone, wherever it lies.
        if let Item::Info(Info::Down(down)) = item
            && super::monitor::is_flushed(&local.process.core, down)
        {
            super::monitor::take_down(&local.process.core, down.reference.0);
            inbox.remove(&local.process, cursor.at);
            cursor.removals = inbox.removals();
            continue;
        }
        match item {
            Item::Info(_) => {
                let Item::Info(info) = std::mem::replace(item, Item::Info(Info::Any(Box::new(())))) else {
                    unreachable!("matched above")
                };
                return Some(info);
            }
            Item::Message(_) => cursor.at += 1,
            Item::Down(_) => unreachable!("it was made whole"),
        }
    }
}

/// Waits for a message that `select` accepts: `Ok` takes it, `Err` hands it back and it stays in the mailbox.
/// `None` when `after` passed first; a message that is there wins over a time of zero.
///
/// This is what [`receive!`](crate::receive) expands to.
pub async fn receive_match<R>(mut select: impl FnMut(Info) -> Result<R, Info>, after: Option<Duration>) -> Option<R> {
    let mut receiving = Receiving::default();
    poll_fn(move |cx| receiving.poll(&mut select, after, cx)).await
}

/// A receive under way, for futures that are written by hand. Polled again after it was ready, it goes on with the
/// next message that was not offered yet, until the same deadline.
#[derive(Default)]
pub(crate) struct Receiving {
    cursor: Cursor,
    deadline: Deadline,
}

impl Receiving {
    /// Looks at what lies behind the mark only.
    pub(crate) fn from(mark: Mark) -> Self {
        Self { cursor: Cursor::from(mark), deadline: Deadline::default() }
    }

    /// As [`receive_match`]; `after` counts from the first poll.
    pub(crate) fn poll<R>(
        &mut self,
        select: &mut dyn FnMut(Info) -> Result<R, Info>,
        after: Option<Duration>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<R>> {
        let Self { cursor, deadline } = self;
        let foreign =
            context::require("receive", |running| !running.waker().is_some_and(|own| own.will_wake(cx.waker())));
        let mut found = None;
        let mut take = |info: Info| match select(info) {
            Ok(value) => {
                found = Some(value);
                None
            }
            Err(info) => Some(info),
        };
        match context::require("receive", |running| running.scan(cx, cursor, &mut take)) {
            Scan::Took => return Poll::Ready(found),
            // What is there wins over the time: look at all of it first.
            Scan::Yield => return Poll::Pending,
            Scan::Nothing if foreign => wake_with_process(cx),
            Scan::Nothing => {}
        }
        match after {
            Some(after) if deadline.poll(after, foreign, cx).is_ready() => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }

    /// Passes over what is there now, which removes each `Down` that was flushed.
    pub(crate) fn sweep(&mut self) {
        self.look(&mut |info| Err::<(), _>(info));
    }

    /// What is there now, without waiting.
    pub(crate) fn look<R>(&mut self, select: &mut dyn FnMut(Info) -> Result<R, Info>) -> Option<R> {
        self.cursor.looks = true;
        let seen = loop {
            let mut found = None;
            let mut take = |info: Info| match select(info) {
                Ok(value) => {
                    found = Some(value);
                    None
                }
                Err(info) => Some(info),
            };
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let scan = context::require("receive", |running| running.scan(&mut cx, &mut self.cursor, &mut take));
            match scan {
                Scan::Took => break found,
                Scan::Nothing => break None,
                // All of it is looked at, whatever the share.
                Scan::Yield => {}
            }
        };
        self.cursor.looks = false;
        seen
    }
}

/// What arrives wakes the process's own task: a receive that waits under another waker (in a `FuturesUnordered`, say) is
/// woken by that.
pub(crate) fn wake_with_process(cx: &Context<'_>) {
    context::require("receive", |running| {
        let waker = cx.waker().clone();
        let mut own = running.own().borrow_mut();
        let waiting = &mut own.rare().foreign;
        if !waiting.iter().any(|known| known.will_wake(&waker)) {
            waiting.push(waker);
        }
    });
}

/// Waits for the next message of type `M`; all others stay in the mailbox, in order.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
///
/// #[derive(Debug, PartialEq)]
/// struct Tick(u32);
///
/// process::send(process::self_pid(), "something else").unwrap();
/// process::send(process::self_pid(), Tick(1)).unwrap();
/// assert_eq!(process::receive::<Tick>().await, Tick(1));
/// assert_eq!(process::receive::<&str>().await, "something else");
/// # }
/// ```
///
/// # Panics
/// Outside of a process.
///
/// Follows Erlang's `receive` with one pattern; [`receive!`](crate::receive) has all of it.
pub async fn receive<M: Send + 'static>() -> M {
    receive_match(Info::take::<M>, None).await.expect("without a time there is no timeout")
}

/// As [`receive`], for at most this long. With a time of zero it looks at what is there and does not wait.
///
/// Follows Erlang's `receive .. after`.
#[doc(alias = "after")]
pub async fn receive_timeout<M: Send + 'static>(after: Duration) -> Option<M> {
    receive_match(Info::take::<M>, Some(after)).await
}
