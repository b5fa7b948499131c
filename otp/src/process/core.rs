//! What a process shares with the rest of the program: one allocation, held by the process table, by typed handles and
//! by the process's own task.

use super::context::Local;
use super::few::Few;
use super::flags::Flags;
use super::mailbox::{Bound, Item};
use super::name::{Name, Registration};
use super::pid::Map;
use super::reference::Reference;
use super::{ExitReason, Info, Pid, Priority, context, table};
use crate::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use crate::sync::reply::Answerer;
use crate::sync::seat::Door;
use crate::sync::wake::{AfterPush, WakeWord};
use crate::sync::{Mutex, Queue, SetOnce, SetOncePtr};
use slab::Slab;
use std::any::Any;
use std::sync::Arc;
use std::task::Waker;

/// What kind of process it is: one static value per type of server.
#[derive(Debug)]
pub(crate) struct Kind {
    /// `gen_server`, `supervisor`, `process` ..
    pub(crate) behaviour: &'static str,
    /// The type of the server, or of the future.
    pub(crate) initial_call: fn() -> &'static str,
    /// Size of its state in bytes.
    pub(crate) state_size: usize,
}

impl Kind {
    /// Whether it answers system requests.
    pub(crate) fn is_server(&self) -> bool {
        !matches!(self.behaviour, "process" | "task" | "registry")
    }
}

/// The process and those that started it, nearest first: a list that children share.
#[derive(Debug)]
pub(crate) struct Ancestors {
    pub(crate) pid: Pid,
    pub(crate) parents: Option<Arc<Ancestors>>,
}

/// Where a process comes from. One value for all that a process starts on behalf of the same callers: what counts its
/// holders is written by each that starts and each that ends, on any thread, so there is one such count and not two.
#[derive(Debug)]
pub(crate) struct Lineage {
    /// Who started it. `None` for a process that was started by no process.
    pub(crate) parents: Option<Arc<Ancestors>>,
    /// On whose behalf it runs, which need not be who started it. `None` but for tasks.
    pub(crate) callers: Option<Arc<Ancestors>>,
}

impl Drop for Ancestors {
    fn drop(&mut self) {
        // A long chain (each process starting the next one) would otherwise be dropped recursively.
        let mut next = self.parents.take();
        while let Some(mut parents) = next.and_then(Arc::into_inner) {
            next = parents.parents.take();
        }
    }
}

/// The untyped part of a process.
///
/// In this order: what each message looks at comes first, and lies in one place with the queue and the count of the
/// process's holders. Messages to many processes find none of that in the cache.
#[repr(C)]
pub(crate) struct Core {
    /// Life-cycle bits; `flags.rs` says who sets which.
    pub(crate) flags: Flags,
    /// Who has the turn, and who is to be woken. See `sync::wake`.
    pub(crate) wake: WakeWord,
    /// Whether it is being polled at this moment. Written by whoever has the turn.
    pub(crate) polling: AtomicBool,
    /// Messages it handles before it yields. Set by anybody, read by the owner at each poll.
    pub(crate) priority: AtomicU8,
    /// The waker of its task: see [`Local::waker`], which sets it. Never changed: a task keeps its waker.
    pub(crate) waker: SetOnce<Waker>,
    /// Messages handled. Written by whoever has the turn; guests that wait for it look whether it goes up.
    pub(crate) handled: AtomicU64,
    /// Items that the owner moved from the queue to its own buffer and has not handled. Written by the owner.
    pub(crate) buffered: AtomicU32,
    pub(crate) pid: Pid,
    pub(crate) kind: &'static Kind,
    /// Where it comes from; `None` if from nowhere. Never changes.
    lineage: Option<Arc<Lineage>>,
    /// Why it ended. Set once by its own task, before anybody is told.
    pub(crate) reason: SetOncePtr<ExitReason>,
    /// Relations to other processes and whatever is rarely looked at. Held for a few instructions at a time, and never
    /// together with the lock of another process.
    pub(crate) shared: Mutex<Shared>,
}

/// Who watches a process.
#[derive(Debug)]
pub(crate) enum Watcher {
    /// A process with a monitor.
    Process(Pid),
    /// A future that waits for the end.
    Waiter(Answerer<ExitReason>),
}

/// What this process watches with a monitor.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The number of the monitor's reference: another one may have had this place before.
    pub(crate) number: u64,
    /// `None` if there was nobody to watch.
    pub(crate) pid: Option<Pid>,
    /// The name that was monitored, when it was a name.
    pub(crate) name: Option<Box<Name>>,
    pub(crate) stage: Stage,
}

/// What a link tells this side when the other one ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tells {
    /// Everything: a side that traps exits gets an `Exit`.
    #[default]
    Always,
    /// Nothing to a side that traps exits: it learns of the end in another way.
    UnlessTrapped,
    /// Everything. And the other side, which learns of a `normal` end of this one in another way, takes its entry out
    /// then: this one does not tell it.
    Collected,
}

/// How far a monitor has come.
#[derive(Debug)]
pub(crate) enum Stage {
    Watching,
    /// Its `Down` lies in the mailbox, and says this.
    Fired(ExitReason),
    /// As above, and is to be dropped when it is taken.
    Flushed(ExitReason),
}

/// Both sides of monitors.
#[derive(Debug, Default)]
pub(crate) struct Monitors {
    /// Of others on this process.
    pub(crate) watchers: Few<Reference, Watcher>,
    /// Of this process on others, until their `Down` leaves the mailbox; each lies where its reference says.
    pub(crate) watching: Slab<Watched>,
}

impl Monitors {
    /// What this process watches with this monitor.
    pub(crate) fn watched(&mut self, reference: Reference) -> Option<&mut Watched> {
        self.watching.get_mut(reference.place()).filter(|watched| watched.number == reference.number())
    }
}

/// The part of a process behind its lock.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Exit has begun: relations are no longer accepted.
    pub(crate) ended: bool,
    /// The local name. Boxed: most processes have none.
    pub(crate) name: Option<Box<Name>>,
    /// Both sides of a link hold the other's pid.
    pub(crate) links: Few<Pid, Tells>,
    /// Boxed: most processes have none, and nobody has any on them.
    pub(crate) monitors: Option<Box<Monitors>>,
    /// What most processes never have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// See [`Shared::extra`].
#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// The reason behind the `SIGNALLED` flag: that of the first fatal signal, but a kill wins.
    pub(crate) fatal: Option<ExitReason>,
    /// Who sent that signal, if a process did.
    pub(crate) fatal_from: Option<Pid>,
    pub(crate) label: Option<String>,
    /// Global names and via names.
    pub(crate) registrations: Vec<Registration>,
    /// What is given back when it ends: see `tie`. Entered by registries; taken out by its exit.
    pub(crate) ties: Vec<Arc<dyn super::tie::Tie>>,
    /// Timers whose message is for this process: stopped when it ends.
    pub(crate) timers: Map<u64, super::TimerRef>,
    pub(crate) aliases: Map<Reference, super::alias::AliasMode>,
    pub(crate) bound: Option<Bound>,
    pub(crate) suspended_by: Option<Pid>,
    /// The place of a supervisor, for handles that know it by name only.
    pub(crate) slot: Option<Arc<super::Slot>>,
    /// Whom it waits for in a call: looked at by others that are about to wait (debug builds).
    pub(crate) waits_for: Option<super::cycle::Wait>,
    /// Whose call it handles at this moment (debug builds).
    pub(crate) serves: Option<Pid>,
}

impl Shared {
    pub(crate) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    pub(crate) fn monitors(&mut self) -> &mut Monitors {
        self.monitors.get_or_insert_default()
    }

    /// What this process watches with this monitor.
    pub(crate) fn watched(&mut self, reference: Reference) -> Option<&mut Watched> {
        self.monitors.as_mut()?.watched(reference)
    }

    /// Takes a monitor of another process on this one out.
    pub(crate) fn remove_watcher(&mut self, reference: Reference) -> Option<Watcher> {
        self.monitors.as_mut()?.watchers.remove(&reference)
    }

    pub(crate) fn add_name(&mut self, registration: Registration) {
        match registration {
            Registration::Name(name) if !name.is_global() => self.name = Some(Box::new(name)),
            other => self.extra().registrations.push(other),
        }
    }

    pub(crate) fn remove_name(&mut self, name: &Name) {
        if self.name.as_deref() == Some(name) {
            self.name = None;
        } else if let Some(extra) = &mut self.extra {
            extra.registrations.retain(|r| !matches!(r, Registration::Name(n) if n == name));
        }
    }
}

impl Core {
    #[inline]
    fn new(pid: Pid, kind: &'static Kind, lineage: Option<Arc<Lineage>>, links: Few<Pid, Tells>) -> Self {
        Self {
            pid,
            wake: WakeWord::new(),
            flags: Flags::new(),
            polling: AtomicBool::new(false),
            priority: AtomicU8::new(Priority::Normal as u8),
            buffered: AtomicU32::new(0),
            handled: AtomicU64::new(0),
            waker: SetOnce::new(),
            reason: SetOncePtr::new(),
            kind,
            lineage,
            shared: Mutex::new(Shared { links, ..Shared::default() }),
        }
    }

    /// Runs the process's task soon.
    #[inline]
    pub(crate) fn wake_task(&self) {
        // Without a waker the task has not been polled yet: it will be. Or its first poll is under way, and sees to it that
        // nothing is missed.
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    /// Its local name, or its pid.
    pub(crate) fn display(&self) -> String {
        let name = self.shared.lock().name.clone();
        name.map_or_else(|| self.pid.to_string(), |name| name.to_string())
    }

    /// Ends the process at its next poll, whatever it does.
    pub(crate) fn end_with(&self, reason: ExitReason) {
        self.end_by(None, reason);
    }

    /// As `end_with`, on behalf of a process.
    pub(crate) fn end_by(&self, from: Option<Pid>, reason: ExitReason) {
        let mut shared = self.shared.lock();
        if shared.ended {
            return;
        }
        let extra = shared.extra();
        let unused = if extra.fatal.is_none() || reason == ExitReason::Killed {
            extra.fatal_from = from;
            extra.fatal.replace(reason)
        } else {
            Some(reason)
        };
        drop(shared);
        // A value of the user's: not under the lock.
        drop(unused);
        self.flags.signal();
        // With the fence in `Local::keep_waker`: either this sees the waker, or the first poll sees the signal when it is over.
        fence(Ordering::SeqCst);
        self.wake_task();
    }

    /// See [`Lineage`].
    pub(crate) fn parents(&self) -> Option<&Arc<Ancestors>> {
        self.lineage.as_ref()?.parents.as_ref()
    }

    /// See [`Lineage`].
    pub(crate) fn callers(&self) -> Option<&Arc<Ancestors>> {
        self.lineage.as_ref()?.callers.as_ref()
    }

    /// Who started it.
    pub(crate) fn parent(&self) -> Option<Pid> {
        self.parents().map(|parents| parents.pid)
    }
}

/// A process that takes messages of type `M` beside those of any type. In this order: see [`Core`].
#[repr(C)]
pub(crate) struct Process<M: 'static> {
    pub(crate) queue: Queue<Item<M>>,
    /// For callers that run a request in place.
    pub(crate) door: Door<Local<M>>,
    pub(crate) core: Core,
}

impl<M: Send + 'static> Process<M> {
    /// Makes a process and lists it. It does not run yet.
    pub(crate) fn new(kind: &'static Kind, lineage: Option<Arc<Lineage>>) -> Arc<Self> {
        Self::with_links(kind, lineage, Few::None, None)
    }

    /// As `new`, with these links on its side. `spare` is one that has been [recycled](Self::recycle).
    pub(crate) fn with_links(
        kind: &'static Kind,
        lineage: Option<Arc<Lineage>>,
        links: Few<Pid, Tells>,
        spare: Option<Arc<Self>>,
    ) -> Arc<Self> {
        let process = match spare {
            None => Arc::new(Self::unlisted(kind, lineage, links)),
            Some(mut spare) => {
                let core = &mut Arc::get_mut(&mut spare).expect("nobody else has it").core;
                core.kind = kind;
                core.lineage = lineage;
                core.shared.get_mut().links = links;
                spare
            }
        };
        table::insert(process, |process, pid| process.core.pid = pid)
    }

    fn unlisted(kind: &'static Kind, lineage: Option<Arc<Lineage>>, links: Few<Pid, Tells>) -> Self {
        let core = Core::new(Pid::NOBODY, kind, lineage, links);
        Self { core, queue: Queue::new(), door: Door::new() }
    }

    /// The memory of a process that has ended, without anything of that, for another one. `None` if somebody holds it still.
    pub(crate) fn recycle(mut process: Arc<Self>) -> Option<Arc<Self>> {
        let ended = Arc::get_mut(&mut process)?;
        *ended = Self::unlisted(ended.core.kind, None, Few::None);
        Some(process)
    }

    /// Appends to the mailbox. An item for a process that has ended is dropped.
    #[inline]
    pub(crate) fn push(&self, item: Item<M>) {
        self.queue.push(item);
        match self.core.wake.after_push() {
            AfterPush::Nothing => {}
            AfterPush::Wake => self.core.wake_task(),
            AfterPush::Drain => self.drain(),
        }
    }

    /// Drops what is in the queue: callers among it are told. They are no debt of whoever happens to push, so they are
    /// told now and not when its handler is done; and their destructors are no concern of its either.
    #[cold]
    pub(crate) fn drain(&self) {
        context::without_orphans(|| {
            while let Some(item) = self.queue.pop() {
                super::run::shielded(|| drop(item), || crate::observe::panic_in_drop(&self.core.pid));
            }
        });
    }
}

/// A process without the type of its messages.
pub(crate) trait AnyProcess: Any + Send + Sync {
    fn core(&self) -> &Core;
    /// Appends to the mailbox. Notifications are never refused.
    fn push_info(&self, info: Info);
    /// As `push_info`: a monitor of this process fired.
    fn push_down(&self, reference: Reference);
    /// Messages waiting.
    fn queue_len(&self) -> usize;
}

impl<M: Send + 'static> AnyProcess for Process<M> {
    fn core(&self) -> &Core {
        &self.core
    }
    fn push_info(&self, info: Info) {
        self.push(Item::Info(info));
    }
    fn push_down(&self, reference: Reference) {
        self.push(Item::Down(reference));
    }
    fn queue_len(&self) -> usize {
        self.queue.len() + self.core.buffered.load(Ordering::Relaxed) as usize
    }
}

impl std::fmt::Debug for dyn AnyProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.core().pid, f)
    }
}

/// A monitor fired: hands the `Down` over, unless the monitor was taken back.
pub(crate) fn deliver_down(watcher: Pid, reference: Reference, reason: &ExitReason) {
    let Some(process) = table::get(watcher) else { return };
    {
        let mut shared = process.core().shared.lock();
        // An alias that lives as long as its monitor ends here.
        super::alias::close_if_bound(&mut shared, reference);
        let Some(watched) = shared.watched(reference) else { return };
        watched.stage = Stage::Fired(reason.clone());
    }
    process.push_down(reference);
}
