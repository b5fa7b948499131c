//! The process that runs on this thread, found without being passed around.
//!
//! While a process is polled, its [`Local`] is the thread's current value. Everything in a `Local` belongs to the
//! process's own task, so it needs no lock; it is borrowed for the length of a few lines and never across user code.

use super::core::{Ancestors, AnyProcess, Core, Lineage, Process};
use super::mailbox::Inbox;
use super::pid::NO_PID;
use super::receive::{Cursor, Mark, Scan};
use super::timeout::Timer;
use super::{Info, Pid};
use crate::sync::Lent;
use crate::sync::atomic::{Ordering, fence};
use crate::sync::current::{self, Current};
use crate::sync::reply::{Closer, Slot};
use crate::sync::seat::{self, Door};
use crate::sync::wake::WakeWord;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Waker};
use tokio::runtime::{Handle, Id};

thread_local! {
    static CURRENT: Current<dyn Running> = const { Current::new() };
}

/// What belongs to the process's own task.
pub(crate) struct Local<M: 'static> {
    pub(crate) process: Arc<Process<M>>,
    pub(crate) inbox: RefCell<Inbox<M>>,
    pub(crate) own: RefCell<Own>,
    /// The runtime of its task, once somebody may want to know: not read before it waits or calls.
    runtime: Cell<Option<Id>>,
    /// What the future waits for, if that is its mailbox: set by it, taken by whoever polled it.
    pub(crate) rest: Cell<Rest>,
    /// Of this poll.
    pub(crate) woken: Cell<Woken>,
    /// Whether reply handles that are dropped wait in [`Rare::orphans`]: set by servers while they serve.
    pub(crate) holds_orphans: Cell<bool>,
    /// What the guest brought, while one polls: see [`super::visit`].
    pub(crate) handed: Lent<Cell<Option<M>>>,
    /// The waker of its task, while that is polled.
    pub(crate) polled: Lent<Waker>,
}

/// Why a process is polled that waited for its mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Not for something that was pushed.
    #[default]
    Otherwise,
    /// Something came while it waited.
    ByPush,
    /// Something came before it waited.
    ByLook,
}

/// Whether a process waits for its mailbox, with its future doing nothing until something comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It does not, or has arranged for being woken by itself.
    #[default]
    Not,
    /// It does; only its own task may poll it.
    Asleep,
    /// It does, and a guest may poll it.
    Idle,
}

/// The untyped part of [`Local`].
#[derive(Default)]
pub(crate) struct Own {
    /// The reply slot, when no call is under way. A second call at the same time makes another one.
    pub(crate) slot: Option<Slot>,
    /// The one timer behind all timeouts of the process.
    pub(crate) timer: Timer,
    /// What most processes never have.
    pub(crate) rare: Option<Box<Rare>>,
}

/// See [`Own::rare`].
#[derive(Default)]
pub(crate) struct Rare {
    /// Reply handles dropped unanswered while a handler ran: closed when it is known whether the process goes on, so
    /// that a caller whose handler stops the server learns the reason.
    pub(crate) orphans: Vec<Closer>,
    /// This process at the head of its ancestors, made when it starts its first child.
    as_parent: Option<Arc<Ancestors>>,
    /// This process at the head of its callers, made when it starts its first task.
    as_caller: Option<Arc<Ancestors>>,
    /// Of the child that it started last: the next one is likely to have the same.
    lineage: Option<Arc<Lineage>>,
    pub(crate) dictionary: HashMap<String, Box<dyn Any + Send>>,
    /// Debug state of the behaviour (`sys`).
    pub(crate) debug: Option<Box<dyn Any + Send>>,
    /// Where the last panic on this process happened.
    pub(crate) panic_location: Option<String>,
    /// Whether the behaviour has reported its failure: the crash report says less then.
    pub(crate) reported: bool,
    /// Receives that wait under a waker that is not the process's. They have seen all that is in the buffer: woken when
    /// something lies in the queue at the process's next poll, and by whoever moves something into the buffer. Never
    /// otherwise: waking them has the process polled again, for ever.
    pub(crate) foreign: Vec<Waker>,
}

impl Own {
    pub(crate) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Whether a handler dropped a reply handle.
    #[inline]
    pub(crate) fn has_orphans(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.orphans.is_empty())
    }

    /// Whether a receive waits under a waker that is not the process's.
    #[inline]
    pub(crate) fn has_foreign(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.foreign.is_empty())
    }

    /// Takes the wakers of receives, to be woken when nothing is borrowed any more.
    fn take_foreign(&mut self) -> Vec<Waker> {
        match &mut self.rare {
            Some(rare) if !rare.foreign.is_empty() => std::mem::take(&mut rare.foreign),
            _ => Vec::new(),
        }
    }

    /// Whether dropping it runs anything.
    #[inline]
    pub(crate) fn holds_anything(&self) -> bool {
        self.slot.is_some() || self.timer.is_made() || self.rare.is_some()
    }

    /// Takes the orphans, to be closed by being dropped when nothing is borrowed any more.
    pub(crate) fn take_orphans(&mut self) -> Vec<Closer> {
        match &mut self.rare {
            Some(rare) => std::mem::take(&mut rare.orphans),
            None => Vec::new(),
        }
    }
}

/// A process that calls another one.
pub(crate) struct Caller<'a> {
    pub(crate) core: &'a Core,
    pub(crate) own: &'a RefCell<Own>,
    /// The runtime of its task.
    pub(crate) runtime: Option<Id>,
}

/// The current process without the type of its messages.
pub(crate) trait Running: Any {
    fn core(&self) -> &Core;
    fn process(&self) -> Arc<dyn AnyProcess>;
    fn own(&self) -> &RefCell<Own>;
    /// What a call wants to know of its caller, at once.
    fn caller(&self) -> Caller<'_>;
    /// The waker of its task; `None` if that was never polled.
    fn waker(&self) -> Option<&Waker>;
    /// Whether a guest polls it.
    fn is_visited(&self) -> bool;
    /// See [`Local::holds_orphans`].
    fn holds_orphans(&self) -> &Cell<bool>;
    /// Offers waiting messages to `take`, which keeps one (`None`) or hands it back.
    fn scan(&self, cx: &mut Context<'_>, cursor: &mut Cursor, take: &mut dyn FnMut(Info) -> Option<Info>) -> Scan;
    /// What is in the mailbox now lies before this mark, what arrives later behind it.
    fn mark(&self) -> Mark;
    /// Gives back what memory is not needed until the next message.
    fn shrink(&self);
}

impl<M: Send + 'static> Local<M> {
    pub(crate) fn new(process: Arc<Process<M>>) -> Self {
        let inbox = RefCell::new(Inbox::new(&process.core));
        Self {
            process,
            inbox,
            own: RefCell::default(),
            runtime: Cell::default(),
            rest: Cell::default(),
            woken: Cell::default(),
            holds_orphans: Cell::default(),
            handed: Lent::new(),
            polled: Lent::new(),
        }
    }

    /// The waker of its task, which is kept where others find it from now on.
    ///
    /// Most processes wait; many a task is done at its first poll, and is spared this. Whoever needs the waker in a first
    /// poll asks for it here: before it waits for the mailbox, so that no sender looks for it in vain. Only a signal may
    /// have come before, which is looked for when the first poll is over.
    #[inline]
    pub(crate) fn waker(&self) -> Option<&Waker> {
        if self.process.core.waker.get().is_none() {
            self.polled.with(|polled| {
                if let Some(polled) = polled {
                    self.keep_waker(polled);
                }
            });
        }
        self.process.core.waker.get()
    }

    /// See [`waker`](Self::waker).
    pub(crate) fn keep_waker(&self, polled: &Waker) {
        let waker = &self.process.core.waker;
        if waker.get().is_none() {
            let _ = waker.set(polled.clone());
            // With the fence in `Core::end_with`.
            fence(Ordering::SeqCst);
        }
    }

    /// The runtime of its task. For its task itself: afterwards whoever has the turn can [ask](Self::noted_runtime).
    #[inline]
    pub(crate) fn note_runtime(&self) -> Option<Id> {
        if self.runtime.get().is_none() {
            self.runtime.set(Handle::try_current().ok().map(|handle| handle.id()));
        }
        self.runtime.get()
    }

    /// See [`note_runtime`](Self::note_runtime).
    #[inline]
    pub(crate) fn noted_runtime(&self) -> Option<Id> {
        self.runtime.get()
    }

    /// Whether a guest polls it.
    #[inline]
    pub(crate) fn is_visited(&self) -> bool {
        self.handed.with(|item| item.is_some())
    }

    /// Calls `f` with what a guest brought, if nobody has taken it.
    #[inline]
    pub(crate) fn take_handed<R>(&self, f: impl FnOnce(M) -> R) -> Option<R> {
        self.handed.take_with(|message| {
            Inbox::count_handled(&self.process);
            f(message)
        })
    }

    /// Something arrived: wakes the receives that wait under wakers of their own.
    pub(crate) fn wake_foreign(&self) {
        let foreign = self.own.borrow_mut().take_foreign();
        foreign.into_iter().for_each(Waker::wake);
    }

    /// Runs `f` as this process.
    #[inline]
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let running: &dyn Running = self;
        current::enter(&CURRENT, running, f)
    }
}

impl<M: Send + 'static> seat::Local for Local<M> {
    #[inline]
    fn word(&self) -> &WakeWord {
        &self.process.core.wake
    }
    #[inline]
    fn door(&self) -> &Door<Self> {
        &self.process.door
    }
}

impl<M: Send + 'static> Running for Local<M> {
    fn core(&self) -> &Core {
        &self.process.core
    }
    fn process(&self) -> Arc<dyn AnyProcess> {
        self.process.clone()
    }
    fn own(&self) -> &RefCell<Own> {
        &self.own
    }
    fn waker(&self) -> Option<&Waker> {
        Local::waker(self)
    }
    fn caller(&self) -> Caller<'_> {
        Caller { core: &self.process.core, own: &self.own, runtime: self.note_runtime() }
    }
    fn is_visited(&self) -> bool {
        Local::is_visited(self)
    }
    fn holds_orphans(&self) -> &Cell<bool> {
        &self.holds_orphans
    }
    fn scan(&self, cx: &mut Context<'_>, cursor: &mut Cursor, take: &mut dyn FnMut(Info) -> Option<Info>) -> Scan {
        super::receive::scan(self, cx, cursor, take)
    }
    fn mark(&self) -> Mark {
        super::receive::mark(self)
    }
    fn shrink(&self) {
        self.inbox.borrow_mut().shrink(&self.process);
        let mut own = self.own.borrow_mut();
        own.timer.shrink();
        own.slot = None;
        let mut shared = self.process.core.shared.lock();
        shared.links.shrink();
        if let Some(monitors) = &mut shared.monitors {
            monitors.watchers.shrink();
            monitors.watching.shrink_to_fit();
        }
    }
}

/// Calls `f` with the current process, if this thread runs one.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(Option<&(dyn Running + 'static)>) -> R) -> R {
    current::with(&CURRENT, f)
}

/// Calls `f` with the current process, whose messages are known to be `M`.
#[inline]
pub(crate) fn with_local<M: Send + 'static, R>(f: impl FnOnce(&Local<M>) -> R) -> R {
    with(|running| {
        let running = running.expect("a process's own code runs as that process");
        f((running as &dyn Any).downcast_ref().expect("a process's own code knows the type of its messages"))
    })
}

/// Runs `f` with reply handles that it drops being closed at once, also while a handler runs.
pub(crate) fn without_orphans(f: impl FnOnce()) {
    let held = hold_orphans(false);
    f();
    if held {
        hold_orphans(true);
    }
}

/// Answers what was set before.
fn hold_orphans(on: bool) -> bool {
    with(|running| running.is_some_and(|running| running.holds_orphans().replace(on)))
}

/// As `with`, for operations that only a process can do.
#[track_caller]
pub(crate) fn require<R>(operation: &str, f: impl FnOnce(&(dyn Running + 'static)) -> R) -> R {
    // The location of the caller is lost in a closure: decide here.
    if with(|running| running.is_none()) {
        panic!(
            "{operation} must be called from a process: run the code under #[otp::main], #[otp::test], \
             `process::spawn` or in a server"
        );
    }
    with(|running| f(running.expect("checked above")))
}

impl Caller<'_> {
    /// Its slot for an answer, if that is not in use.
    #[inline]
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.own.borrow_mut().slot.take()
    }

    /// Keeps its slot for its next answer.
    #[inline]
    pub(crate) fn give_back(&self, slot: Slot) {
        self.own.borrow_mut().slot = Some(slot);
    }
}

/// A slot for one answer: the process's own, or a new one if that is in use or nobody runs.
#[inline]
pub(crate) fn reply_slot(running: Option<&(dyn Running + 'static)>) -> Slot {
    let slot = running.and_then(|running| running.own().borrow_mut().slot.take());
    slot.unwrap_or_else(|| new_slot(running))
}

/// A new slot for answers.
#[cold]
pub(crate) fn new_slot(running: Option<&(dyn Running + 'static)>) -> Slot {
    match running {
        Some(running) => Slot::new(running.waker().cloned(), running.core().pid.to_tag()),
        None => Slot::new(None, NO_PID),
    }
}

/// Keeps the slot for the process's next answer.
#[inline]
pub(crate) fn give_back(slot: Slot) {
    with(|running| {
        if let Some(running) = running
            && running.core().pid.to_tag() == slot.tag()
        {
            running.own().borrow_mut().slot = Some(slot);
        }
    });
}

/// The pid of the process that runs this code.
///
/// # Panics
/// Outside of a process; [`try_self_pid`] answers `None` there.
///
/// Follows Elixir's `self/0`.
#[doc(alias = "self")]
#[track_caller]
pub fn self_pid() -> Pid {
    require("self_pid", |running| running.core().pid)
}

/// The pid of the process that runs this code, or `None` outside of one.
pub fn try_self_pid() -> Option<Pid> {
    with(|running| running.map(|running| running.core().pid))
}

/// What a child of the current process that runs on behalf of `callers` keeps: this process at the head of its
/// ancestors.
pub(crate) fn lineage(callers: Option<Arc<Ancestors>>) -> Option<Arc<Lineage>> {
    with(|running| match running {
        Some(running) => Some(running.own().borrow_mut().rare().lineage(running.core(), callers.as_ref())),
        None => callers.map(|callers| Arc::new(Lineage { parents: None, callers: Some(callers) })),
    })
}

/// What a task keeps that the current process starts for itself: this process at the head of ancestors and callers.
pub(crate) fn task_lineage() -> Option<Arc<Lineage>> {
    with(|running| {
        let running = running?;
        let mut own = running.own().borrow_mut();
        Some(own.rare().task_lineage(running.core()))
    })
}

/// The current process at the head of its callers: what the tasks keep that others start for it.
pub(crate) fn as_caller() -> Option<Arc<Ancestors>> {
    with(|running| running.map(|running| running.own().borrow_mut().rare().as_caller(running.core()).clone()))
}

impl Rare {
    fn as_caller(&mut self, core: &Core) -> &Arc<Ancestors> {
        self.as_caller.get_or_insert_with(|| Arc::new(Ancestors { pid: core.pid, parents: core.callers().cloned() }))
    }

    fn task_lineage(&mut self, core: &Core) -> Arc<Lineage> {
        if let (Some(last), Some(mine)) = (&self.lineage, &self.as_caller)
            && last.callers.as_ref().is_some_and(|callers| Arc::ptr_eq(callers, mine))
        {
            return last.clone();
        }
        let mine = self.as_caller(core).clone();
        self.lineage(core, Some(&mine))
    }

    /// Of a child on behalf of these callers.
    fn lineage(&mut self, core: &Core, callers: Option<&Arc<Ancestors>>) -> Arc<Lineage> {
        if let Some(last) = &self.lineage
            && last.callers.as_ref().map(Arc::as_ptr) == callers.map(Arc::as_ptr)
        {
            return last.clone();
        }
        let ancestors = || Arc::new(Ancestors { pid: core.pid, parents: core.parents().cloned() });
        let parents = self.as_parent.get_or_insert_with(ancestors).clone();
        let made = Arc::new(Lineage { parents: Some(parents), callers: callers.cloned() });
        self.lineage = Some(made.clone());
        made
    }
}

/// On whose behalf the current process runs, nearest first: for a task whoever started it, then whoever started that,
/// if it is a task itself. Empty for all other processes, and outside of one.
///
/// A task under a supervisor has the supervisor among its ancestors, but not among its callers.
///
/// ```
/// # #[otp::main] async fn main() -> otp::Result {
/// use otp::prelude::*;
/// use otp::process;
///
/// let me = process::self_pid();
/// assert_eq!(Task::async_(async { process::callers() }).await?, [me]);
/// # Ok(())
/// # }
/// ```
///
/// Follows the `$callers` that Elixir's tasks keep in their dictionary.
#[doc(alias = "$callers")]
pub fn callers() -> Vec<Pid> {
    with(|running| running.map(|running| super::spawn::ancestors(running.core().callers())).unwrap_or_default())
}
