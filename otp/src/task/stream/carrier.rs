//! What the tasks of a stream run in.
//!
//! Each item has a process of its own, but not a task of tokio's of its own: a [`Carrier`] is one, and runs the processes of one
//! item after another. A stream has as many as have run at a time. Invariants:
//!
//! 1. A carrier has one process at most. It is given the next one by the stream ([`Desk::give`]), which does that once it
//!    has the outcome of the one before; nothing waits for a carrier while a future in it keeps a thread.
//! 2. The stream puts the order on the desk before it wakes the carrier, and says that the desk is closed before it wakes it. A
//!    wake during a poll has tokio poll again, so a carrier looks once a poll, and before it gives an outcome away it has left its
//!    waker.
//! 3. Each order leaves an outcome. A carrier that is dropped, because its runtime is shut down, ends the process that it has,
//!    takes what lies on the desk, and leaves word there that it is gone: the stream starts another one.
//! 4. A process that has ended goes back to the stream with its outcome, when the carrier has dropped all that belonged to it: mostly
//!    nobody else holds it any more, then, and the next one takes its memory. Memory that is asked for on one thread and given
//!    back on another makes both wait for the allocator.

use super::super::outcome::Outcome;
use super::super::start::prepare_linked;
use super::finished::{Ended, Shared};
use super::options::Options;
use super::tasks::{Start, Starts};
use crate::process::ExitReason;
use crate::process::context::{self, Local};
use crate::process::core::{Kind, Tells};
use crate::process::run::{AtEnd, Runner, note_panic_locations};
use crate::process::spawn::Plain;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, SetOnce};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use tokio::runtime::Id;

/// An item, and the process in which its task is to run.
struct Order<I> {
    process: Arc<Plain>,
    input: I,
    item: u64,
}

/// What a carrier shares with the stream.
pub(super) struct Desk<I, W, R> {
    /// What is done with an item, and where its outcome is left.
    shared: Arc<Shared<W, R>>,
    /// Put there by the stream, taken by the carrier.
    next: Mutex<Next<I>>,
    /// The carrier's. Left by its first poll.
    waker: SetOnce<Waker>,
    /// Nothing comes any more: set by the stream.
    closed: AtomicBool,
}

enum Next<I> {
    Nothing,
    Order(Order<I>),
    /// The carrier takes nothing any more.
    Gone,
}

impl<I, W, R> Desk<I, W, R> {
    /// What is done with an item.
    pub(super) fn work(&self) -> &W {
        &self.shared.work
    }

    /// For the stream. Given back if the carrier is gone.
    fn give(&self, order: Order<I>) -> Result<(), Order<I>> {
        {
            let mut next = self.next.lock();
            if matches!(*next, Next::Gone) {
                return Err(order);
            }
            *next = Next::Order(order);
        }
        self.wake();
        Ok(())
    }

    /// For the stream: the carrier ends, when its process has.
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        // Without one it has not been polled yet: it will be.
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// For the carrier.
    fn take(&self, leave: Next<I>) -> Option<Order<I>> {
        match std::mem::replace(&mut *self.next.lock(), leave) {
            Next::Order(order) => Some(order),
            Next::Nothing | Next::Gone => None,
        }
    }
}

/// The end of a process that a carrier runs: keeps what became of it.
struct Keep<R>(Option<Outcome<R>>);

impl<R> AtEnd<R> for Keep<R> {
    fn reason(&mut self, value: R) -> ExitReason {
        self.0 = Some(Ok(value));
        ExitReason::Normal
    }
    fn ended(&mut self, reason: &ExitReason) {
        self.0.get_or_insert_with(|| Err(reason.clone()));
    }
}

pin_project! {
    /// See the module. `M` makes the future of an item.
    struct Carrier<I, W, R, M, F>
    where
        M: Fn(Arc<Desk<I, W, R>>, I) -> F,
        R: Send,
        F: Future<Output = R>,
        F: Send,
    {
        desk: Arc<Desk<I, W, R>>,
        make: M,
        // The item that is run, and its process.
        current: Option<(u64, Arc<Plain>)>,
        #[pin]
        runner: Option<Runner<Infallible, F, Keep<R>>>,
    }

    impl<I, W, R, M, F> PinnedDrop for Carrier<I, W, R, M, F>
    where
        M: Fn(Arc<Desk<I, W, R>>, I) -> F,
        R: Send,
        F: Future<Output = R>,
        F: Send,
    {
        fn drop(mut this: Pin<&mut Self>) {
            if let Some(order) = this.desk.take(Next::Gone) {
                this.as_mut().load(order);
            }
            let running = this.as_mut().project().runner.as_pin_mut();
            if let Some(running) = running {
                running.abort();
                this.unload();
            }
        }
    }
}

impl<I, W, R, M, F> Carrier<I, W, R, M, F>
where
    M: Fn(Arc<Desk<I, W, R>>, I) -> F,
    R: Send,
    F: Future<Output = R> + Send,
{
    /// There is nothing in it.
    fn load(self: Pin<&mut Self>, Order { process, input, item }: Order<I>) {
        let mut this = self.project();
        *this.current = Some((item, process.clone()));
        let future = (this.make)(this.desk.clone(), input);
        this.runner.set(Some(Runner::new(Local::new(process), future, Keep(None))));
    }

    /// The process has ended.
    fn unload(self: Pin<&mut Self>) {
        let mut this = self.project();
        let outcome = this.runner.as_mut().as_pin_mut().and_then(|runner| runner.at_end().0.take());
        this.runner.set(None);
        if let (Some((item, process)), Some(outcome)) = (this.current.take(), outcome) {
            this.desk.shared.ended(Ended { item, outcome, process: Some(process) });
        }
    }
}

impl<I, W, R, M, F> Future for Carrier<I, W, R, M, F>
where
    M: Fn(Arc<Desk<I, W, R>>, I) -> F,
    R: Send,
    F: Future<Output = R> + Send,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.runner.is_none() {
            if self.desk.waker.get().is_none() {
                let _ = self.desk.waker.set(cx.waker().clone());
            }
            match self.desk.take(Next::Nothing) {
                Some(order) => self.as_mut().load(order),
                None if self.desk.is_closed() => return Poll::Ready(()),
                None => return Poll::Pending,
            }
        }
        if let Some(runner) = self.as_mut().project().runner.as_pin_mut() {
            ready!(runner.poll(cx));
            self.as_mut().unload();
        }
        if self.desk.is_closed() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// The carriers of a stream, as it sees them.
pub(super) struct Carriers<I, W, R, M> {
    /// Of the processes.
    kind: &'static Kind,
    shared: Arc<Shared<W, R>>,
    make: M,
    /// Each at its place.
    all: Vec<Place<I, W, R>>,
    /// Places whose carrier has nothing to do, the last one that became so last.
    free: Vec<usize>,
}

struct Place<I, W, R> {
    /// None before the first order.
    desk: Option<Arc<Desk<I, W, R>>>,
    /// Where the carrier runs.
    runtime: Option<Id>,
    /// Of the process that ended here last.
    spare: Option<Arc<Plain>>,
}

impl<I, W, R, M, F> Carriers<I, W, R, M>
where
    I: Send + 'static,
    W: Send + Sync + 'static,
    R: Send + 'static,
    M: Fn(Arc<Desk<I, W, R>>, I) -> F + Clone + Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    pub(super) fn new(kind: &'static Kind, shared: Arc<Shared<W, R>>, make: M) -> Self {
        Self { kind, shared, make, all: Vec::new(), free: Vec::new() }
    }

    fn hire(&self, order: Order<I>) -> Arc<Desk<I, W, R>> {
        let desk = Arc::new(Desk {
            shared: self.shared.clone(),
            next: Mutex::new(Next::Order(order)),
            waker: SetOnce::new(),
            closed: AtomicBool::new(false),
        });
        note_panic_locations();
        drop(tokio::spawn(Carrier { desk: desk.clone(), make: self.make.clone(), current: None, runner: None }));
        desk
    }
}

impl<I, W, R, M, F> Starts<I> for Carriers<I, W, R, M>
where
    I: Send + 'static,
    W: Send + Sync + 'static,
    R: Send + 'static,
    M: Fn(Arc<Desk<I, W, R>>, I) -> F + Clone + Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    fn start(&mut self, input: I, item: u64, _: &Options) -> Start {
        let at = self.free.pop().unwrap_or_else(|| {
            self.all.push(Place { desk: None, runtime: None, spare: None });
            self.all.len() - 1
        });
        let place = &mut self.all[at];
        let lineage = context::task_lineage();
        let process = prepare_linked(self.kind, Tells::UnlessTrapped, Tells::Collected, lineage, place.spare.take());
        let pid = process.core.pid;
        let mut order = Order { process, input, item };
        // Whoever consumes it now may be of another runtime than who did before.
        let runtime = context::with(|running| running.and_then(|running| running.runtime()));
        if let Some(desk) = &place.desk {
            if place.runtime == runtime {
                match desk.give(order) {
                    Ok(()) => return Start::Started(pid, at),
                    Err(back) => order = back,
                }
            }
            desk.close();
        }
        let desk = self.hire(order);
        let place = &mut self.all[at];
        (place.desk, place.runtime) = (Some(desk), runtime);
        Start::Started(pid, at)
    }

    fn ended(&mut self, at: usize, process: Option<Arc<Plain>>) {
        self.all[at].spare = process;
        self.free.push(at);
    }

    fn close(&mut self) {
        self.free.clear();
        for place in self.all.drain(..) {
            if let Some(desk) = place.desk {
                desk.close();
            }
        }
    }
}
