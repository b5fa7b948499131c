//! What the tasks of a stream run in.
//!
//! Each item has a process of its own, but no task of tokio's of its own: a [`Carrier`] is one, and runs the processes of
//! one item after another. A stream has as many carriers as it has had items under way at a time. Invariants:
//!
//! 1. A carrier has one order at most, on its [`Desk`] or in itself: the stream gives it the next one when it has taken the
//!    outcome of the one before. So no item waits behind another, whatever that does with its thread.
//! 2. The stream puts an order on the desk, or closes it, *before* it wakes the carrier. A wake during a poll has tokio poll once
//!    more, so a look at the desk per poll is enough. The carrier leaves its waker there before it gives its first outcome
//!    away: whoever finds none knows that the first poll is still to come.
//! 3. Each order leaves an outcome. A carrier that is dropped early, by the end of its runtime, ends the process that it has,
//!    takes what lies on its desk and ends that too, and leaves word there that it is gone: the stream starts another one.
//! 4. When a carrier hands an outcome over, it holds nothing that belongs to the item, nor its process. Mostly the stream is the
//!    last to hold that then, and makes the next one in its place: memory that is given back on another thread than the
//!    one that asked for it has both wait for the allocator, over and over.

use super::super::outcome::Outcome;
use super::super::start::prepare_linked;
use super::finished::{Ended, Finished};
use super::options::Options;
use super::tasks::{Start, Starts};
use crate::process::ExitReason;
use crate::process::context::{self, Local};
use crate::process::core::{Kind, Process, Tells};
use crate::process::run::{AtEnd, Runner, note_panic_locations};
use crate::process::spawn::Plain;
use crate::sync::atomic::{AtomicBool, Ordering, fence};
use crate::sync::{Mutex, SetOnce};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use tokio::runtime::{Handle, Id};

/// What is done with an item, as one place has it. Its orders are counted here: if those of all places were counted together,
/// all threads would write that count.
pub(super) struct Work<W>(Arc<W>);

impl<W> Work<W> {
    pub(super) fn get(&self) -> &W {
        &self.0
    }
}

/// An item, and the process in which its task is to run.
struct Order<I, W> {
    process: Arc<Plain>,
    item: u64,
    input: I,
    work: Arc<Work<W>>,
}

/// What a carrier shares with the stream.
struct Desk<I, W> {
    /// Written by the stream and by its carrier. Never held for longer than it takes to move an order.
    next: Mutex<Next<I, W>>,
    /// The carrier's, which leaves it at its first poll.
    waker: SetOnce<Waker>,
    /// Set by the stream: no order comes any more.
    closed: AtomicBool,
}

enum Next<I, W> {
    Nothing,
    Order(Order<I, W>),
    /// The carrier takes nothing any more.
    Gone,
}

impl<I, W> Desk<I, W> {
    fn new(first: Order<I, W>) -> Arc<Self> {
        let next = Mutex::new(Next::Order(first));
        Arc::new(Self { next, waker: SetOnce::new(), closed: AtomicBool::new(false) })
    }

    /// For the stream. The order comes back if the carrier is gone.
    fn give(&self, order: Order<I, W>) -> Result<(), Order<I, W>> {
        let mut next = self.next.lock();
        if matches!(*next, Next::Gone) {
            return Err(order);
        }
        *next = Next::Order(order);
        drop(next);
        self.wake();
        Ok(())
    }

    /// For the stream: the carrier ends, as soon as it is empty.
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // With the fence in `Carrier::poll`: either this finds the waker, or the first poll sees that it is closed.
        fence(Ordering::SeqCst);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    /// For the carrier: what there is, and what it leaves in its place.
    fn take(&self, leave: Next<I, W>) -> Option<Order<I, W>> {
        match std::mem::replace(&mut *self.next.lock(), leave) {
            Next::Order(order) => Some(order),
            Next::Nothing | Next::Gone => None,
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// The end of a process in a carrier: keeps what became of its item.
struct Keep<R> {
    item: u64,
    outcome: Option<Outcome<R>>,
}

impl<R> AtEnd<R> for Keep<R> {
    fn reason(&mut self, value: R) -> ExitReason {
        self.outcome = Some(Ok(value));
        ExitReason::Normal
    }
    fn ended(&mut self, reason: &ExitReason) {
        self.outcome.get_or_insert_with(|| Err(reason.clone()));
    }
}

pin_project! {
    /// See the module. `M` makes the future of an item.
    struct Carrier<I, W, M, F>
    where
        M: Fn(Arc<Work<W>>, I) -> F,
        F: Future<Output: Send>,
        F: Send,
    {
        desk: Arc<Desk<I, W>>,
        finished: Arc<Finished<F::Output>>,
        make: M,
        #[pin]
        runner: Option<Runner<Infallible, F, Keep<F::Output>>>,
    }

    impl<I, W, M, F> PinnedDrop for Carrier<I, W, M, F>
    where
        M: Fn(Arc<Work<W>>, I) -> F,
        F: Future<Output: Send>,
        F: Send,
    {
        fn drop(mut this: Pin<&mut Self>) {
            if let Some(order) = this.desk.take(Next::Gone) {
                this.as_mut().load(order);
            }
            if let Some(runner) = this.as_mut().project().runner.as_pin_mut() {
                runner.abort();
                this.unload();
            }
        }
    }
}

impl<I, W, M, F> Carrier<I, W, M, F>
where
    M: Fn(Arc<Work<W>>, I) -> F,
    F: Future<Output: Send> + Send,
{
    /// It is empty.
    fn load(self: Pin<&mut Self>, Order { process, item, input, work }: Order<I, W>) {
        let mut this = self.project();
        let keep = Keep { item, outcome: None };
        this.runner.set(Some(Runner::new(Local::new(process), (this.make)(work, input), keep)));
    }

    /// The process has ended.
    fn unload(self: Pin<&mut Self>) {
        let mut this = self.project();
        let Some(runner) = this.runner.as_mut().as_pin_mut() else { return };
        let Keep { item, outcome } = runner.at_end();
        let (item, outcome) = (*item, outcome.take());
        this.runner.set(None);
        if let Some(outcome) = outcome {
            this.finished.push(Ended { item, outcome });
        }
    }
}

impl<I, W, M, F> Future for Carrier<I, W, M, F>
where
    M: Fn(Arc<Work<W>>, I) -> F,
    F: Future<Output: Send> + Send,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.runner.is_none() {
            if self.desk.waker.get().is_none() {
                let _ = self.desk.waker.set(cx.waker().clone());
                // With the fence in `Desk::close`.
                fence(Ordering::SeqCst);
            }
            if let Some(order) = self.desk.take(Next::Nothing) {
                self.as_mut().load(order);
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
pub(super) struct Carriers<I, W, M, R> {
    /// Of the processes.
    kind: &'static Kind,
    work: Arc<W>,
    make: M,
    finished: Arc<Finished<R>>,
    places: Vec<Place<I, W>>,
    /// Places with nothing under way, in the order in which they became so: the last one is taken first, its memory is near.
    free: Vec<usize>,
}

/// Where one item after another is under way.
struct Place<I, W> {
    /// Its carrier's; none before the first item.
    desk: Option<Arc<Desk<I, W>>>,
    /// That of the carrier.
    runtime: Option<Id>,
    /// What is under way here. Or for the next one: its memory.
    process: Option<Arc<Plain>>,
    work: Arc<Work<W>>,
}

impl<I, W, M, F> Carriers<I, W, M, F::Output>
where
    I: Send + 'static,
    W: Send + Sync + 'static,
    M: Fn(Arc<Work<W>>, I) -> F + Clone + Send + 'static,
    F: Future<Output: Send + 'static> + Send + 'static,
{
    /// For processes of this kind; `make` makes what they run.
    pub(super) fn new(kind: &'static Kind, work: W, make: M, finished: Arc<Finished<F::Output>>) -> Self {
        Self { kind, work: Arc::new(work), make, finished, places: Vec::new(), free: Vec::new() }
    }

    /// A place with nothing under way.
    fn vacancy(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.places.push(Place {
                desk: None,
                runtime: None,
                process: None,
                work: Arc::new(Work(self.work.clone())),
            });
            self.places.len() - 1
        })
    }

    /// Gives the order to the carrier in this place, if there is one and it runs in this runtime.
    fn hand_over(&mut self, at: usize, runtime: Id, mut order: Order<I, W>) {
        let place = &mut self.places[at];
        if let Some(desk) = place.desk.take() {
            if place.runtime == Some(runtime) {
                match desk.give(order) {
                    Ok(()) => {
                        place.desk = Some(desk);
                        return;
                    }
                    Err(back) => order = back,
                }
            }
            desk.close();
        }
        let desk = Desk::new(order);
        (place.desk, place.runtime) = (Some(desk.clone()), Some(runtime));
        let (finished, make) = (self.finished.clone(), self.make.clone());
        note_panic_locations();
        drop(tokio::spawn(Carrier { desk, finished, make, runner: None }));
    }
}

impl<I, W, M, F> Starts<I> for Carriers<I, W, M, F::Output>
where
    I: Send + 'static,
    W: Send + Sync + 'static,
    M: Fn(Arc<Work<W>>, I) -> F + Clone + Send + 'static,
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn start(&mut self, input: I, item: u64, _: &Options) -> Start {
        // Whoever consumes the stream now may be of another runtime than whoever did before.
        let runtime = Handle::current().id();
        let at = self.vacancy();
        let place = &mut self.places[at];
        let (spare, lineage) = (place.process.take(), context::task_lineage());
        let process = prepare_linked(self.kind, Tells::UnlessTrapped, Tells::Collected, lineage, spare);
        let (pid, work) = (process.core.pid, place.work.clone());
        place.process = Some(process.clone());
        self.hand_over(at, runtime, Order { process, item, input, work });
        Start::Started(pid, at)
    }

    fn ended(&mut self, at: usize) {
        let process = &mut self.places[at].process;
        *process = process.take().and_then(Process::recycle);
        self.free.push(at);
    }

    fn close(&mut self) {
        self.free.clear();
        for place in self.places.drain(..) {
            if let Some(desk) = place.desk {
                desk.close();
            }
        }
    }
}
