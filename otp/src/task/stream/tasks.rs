//! The tasks of one stream: starting them, waiting for them, timing them out, delivering what they answered.

use super::super::outcome::{Outcome, is_doomed};
use super::finished::{Ended, Finished};
use super::line::Line;
use super::options::{OnTimeout, Options, TaskFailure};
use crate::process::link::{collect, disconnect};
use crate::process::timeout::Deadline;
use crate::process::{ExitReason, Pid, context, exit, table, try_self_pid};
use crate::sync::clock::{self, Millis};
use futures_core::Stream;
use pin_project_lite::pin_project;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How tasks are started.
pub(crate) trait Starts<I>: Send {
    /// A task for this item, which has this number.
    fn start(&mut self, input: I, item: u64, options: &Options) -> Start;

    /// The task that was started in this place has ended, and left its outcome.
    fn ended(&mut self, _place: usize) {}

    /// None is started any more.
    fn close(&mut self) {}
}

impl<I, F: FnMut(I, u64, &Options) -> Start + Send> Starts<I> for F {
    fn start(&mut self, input: I, item: u64, options: &Options) -> Start {
        self(input, item, options)
    }
}

/// A task that was started, or is being.
pub(crate) enum Start {
    /// In this place.
    Started(Pid, usize),
    /// By somebody who has to be asked.
    Asked(Pin<Box<dyn Future<Output = Result<Pid, TaskFailure>> + Send>>),
}

/// An item's result, with the item if it is kept.
pub(super) struct Done<I, R> {
    pub(super) input: Option<I>,
    pub(super) result: Result<R, TaskFailure>,
}

/// A task that has not ended, as far as the stream knows.
struct Running<I> {
    pid: Pid,
    /// The process that consumed the stream when it was started.
    owner: Option<Pid>,
    deadline: Option<Millis>,
    input: Option<I>,
    /// It was killed for being late.
    late: bool,
    /// Where it was started; `None` if somebody else started it.
    place: Option<usize>,
}

impl<I> Running<I> {
    /// Kills it. Its owner does not hear of that.
    fn stop(&self) {
        if let Some(owner) = self.owner.and_then(table::get) {
            disconnect(owner.core(), self.pid);
        }
        exit(self.pid, ExitReason::Kill);
    }

    /// It has ended: its owner takes its link out.
    fn collect(&self) {
        let Some(owner) = self.owner else { return };
        let is_done = context::with(|running| {
            let me = running.map(|running| running.core()).filter(|me| me.pid == owner);
            me.map(|me| collect(me, self.pid)).is_some()
        });
        if !is_done && let Some(owner) = table::get(owner) {
            collect(owner.core(), self.pid);
        }
    }
}

/// A task that somebody was asked to start.
struct Asked<I, R> {
    item: u64,
    input: Option<I>,
    answer: Pin<Box<dyn Future<Output = Result<Pid, TaskFailure>> + Send>>,
    /// Its outcome, if it has ended before the answer was looked at.
    early: Option<Outcome<R>>,
}

pin_project! {
    /// See the module.
    pub(super) struct Tasks<S, R>
    where
        S: Stream,
    {
        #[pin]
        input: S,
        pool: Pool<S::Item, R>,
    }
}

/// All of it but the input.
struct Pool<I, R> {
    options: Options,
    start: Box<dyn Starts<I>>,
    /// Copies an item, if failures are to carry it.
    keep: Option<fn(&I) -> I>,
    /// Of the input there is no more.
    exhausted: bool,
    /// Where the tasks leave their finished.
    finished: Arc<Finished<R>>,
    /// Taken from there, handled one by one: until then they count as running, so that a consumer that is slower than its
    /// tasks has no more of them than it asked for.
    arrived: VecDeque<Ended<R>>,
    /// By item. They were started in this order and have the same time: the first one is the first to be late.
    running: Line<Running<I>>,
    asked: Option<Asked<I, R>>,
    /// The number of the next item.
    next: u64,
    /// The item whose result is at the front of `results`, if they are delivered in order.
    delivered: u64,
    /// To be delivered. In order, with gaps for those that have not ended.
    results: VecDeque<Option<Done<I, R>>>,
    /// The last result: delivered when no task is left.
    last: Option<Done<I, R>>,
    ended: bool,
    deadline: Deadline,
}

impl<I, R> Drop for Pool<I, R> {
    fn drop(&mut self) {
        self.stop_all();
        self.start.close();
    }
}

impl<S: Stream, R> Tasks<S, R> {
    pub(super) fn new(input: S, finished: Arc<Finished<R>>, start: Box<dyn Starts<S::Item>>, options: Options) -> Self {
        Self { input, pool: Pool::new(finished, start, options) }
    }

    /// Failures are to carry the item.
    pub(super) fn keep_input(&mut self)
    where
        S::Item: Clone,
    {
        self.pool.keep = Some(S::Item::clone);
    }

    pub(super) fn options(&self) -> &Options {
        &self.pool.options
    }

    pub(super) fn options_mut(&mut self) -> &mut Options {
        &mut self.pool.options
    }

    pub(super) fn is_ended(&self) -> bool {
        self.pool.ended
    }

    pub(super) fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Done<S::Item, R>>> {
        let mut this = self.project();
        let pool = this.pool;
        loop {
            if pool.ended {
                return Poll::Ready(None);
            }
            while pool.has_room(cx) {
                match this.input.as_mut().poll_next(cx) {
                    Poll::Ready(Some(input)) => pool.start(input),
                    Poll::Ready(None) => pool.exhausted = true,
                    Poll::Pending => break,
                }
            }
            if let Some(done) = pool.deliver() {
                return Poll::Ready(Some(done));
            }
            if pool.is_idle() {
                pool.ended = true;
                pool.start.close();
                return Poll::Ready(pool.last.take());
            }
            match pool.next_outcome(cx) {
                Some(Ended { outcome: Err(_), .. }) if pool.options.linked && is_doomed() => {
                    // The link has told this process too: it ends here, and does not see the failure.
                    return Poll::Pending;
                }
                Some(ended) => pool.settle(ended),
                None if pool.poll_late(cx).is_ready() => {}
                None => return Poll::Pending,
            }
        }
    }
}

impl<I, R> Pool<I, R> {
    fn new(finished: Arc<Finished<R>>, start: Box<dyn Starts<I>>, options: Options) -> Self {
        Self {
            options,
            start,
            keep: None,
            exhausted: false,
            finished,
            arrived: VecDeque::new(),
            running: Line::new(),
            asked: None,
            next: 0,
            delivered: 0,
            results: VecDeque::new(),
            last: None,
            ended: false,
            deadline: Deadline::default(),
        }
    }

    fn stop_all(&self) {
        self.running.iter().for_each(Running::stop);
    }

    /// Whether another task is to be started.
    fn has_room(&mut self, cx: &mut Context<'_>) -> bool {
        (self.asked.is_none() || self.poll_asked(cx).is_ready())
            && self.last.is_none()
            && !self.exhausted
            && self.running.len() < self.options.max_concurrency
    }

    /// Whether nothing is left to wait for.
    fn is_idle(&self) -> bool {
        (self.exhausted || self.last.is_some()) && self.running.len() == 0 && self.asked.is_none()
    }

    fn start(&mut self, input: I) {
        let item = self.next;
        self.next += 1;
        let kept = self.keep.map(|keep| keep(&input));
        match self.start.start(input, item, &self.options) {
            Start::Started(pid, place) => self.run(item, pid, Some(place), kept),
            Start::Asked(answer) => self.asked = Some(Asked { item, input: kept, answer, early: None }),
        }
    }

    fn run(&mut self, item: u64, pid: Pid, place: Option<usize>, input: Option<I>) {
        let owner = if self.options.linked { try_self_pid() } else { None };
        let deadline = self.options.timeout.map(clock::deadline);
        self.running.push(item, Running { pid, owner, deadline, input, late: false, place });
    }

    /// Ready when the task that somebody was asked to start is there, or cannot be.
    fn poll_asked(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(asked) = &mut self.asked else { return Poll::Ready(()) };
        let answer = ready!(asked.answer.as_mut().poll(cx));
        let Some(Asked { item, input, early, .. }) = self.asked.take() else { return Poll::Ready(()) };
        match answer {
            Ok(pid) => {
                self.run(item, pid, None, input);
                if let Some(outcome) = early {
                    self.settle(Ended { item, outcome });
                } else if self.last.is_some() {
                    self.stop_all();
                }
            }
            Err(failure) => self.end_with(Done { input, result: Err(failure) }),
        }
        Poll::Ready(())
    }

    /// No more tasks: those that run are stopped, and when they are gone this is the last result.
    fn end_with(&mut self, done: Done<I, R>) {
        self.last.get_or_insert(done);
        self.results.clear();
        self.stop_all();
    }

    fn deliver(&mut self) -> Option<Done<I, R>> {
        let done = self.results.front_mut()?.take()?;
        self.results.pop_front();
        self.delivered += 1;
        Some(done)
    }

    /// The next task that has ended. `None`: `cx` will be woken.
    fn next_outcome(&mut self, cx: &Context<'_>) -> Option<Ended<R>> {
        if self.arrived.is_empty() {
            self.finished.take(&mut self.arrived, cx);
        }
        self.arrived.pop_front()
    }

    /// A task has ended: its result is put where it is to be delivered.
    fn settle(&mut self, Ended { item, outcome }: Ended<R>) {
        if let Some(asked) = self.asked.as_mut().filter(|asked| asked.item == item) {
            asked.early = Some(outcome);
            return;
        }
        let running = self.running.remove(item);
        if let Some(running) = &running {
            running.collect();
            if let Some(place) = running.place {
                self.start.ended(place);
            }
        }
        if self.last.is_some() {
            return;
        }
        let (input, late) = running.map_or((None, false), |running| (running.input, running.late));
        let result = match outcome {
            Ok(value) => Ok(value),
            Err(reason) => Err(self.failure(reason, late)),
        };
        let done = Some(Done { input, result });
        if !self.options.ordered {
            self.results.push_back(done);
            return;
        }
        let place = usize::try_from(item - self.delivered).expect("fewer results than bytes of memory");
        if self.results.len() <= place {
            self.results.resize_with(place + 1, || None);
        }
        self.results[place] = done;
    }

    #[cold]
    fn failure(&self, reason: ExitReason, late: bool) -> TaskFailure {
        match (reason, self.options.timeout) {
            (ExitReason::Killed, Some(timeout)) if late => TaskFailure::Timeout(timeout),
            (reason, _) => TaskFailure::Exit(reason),
        }
    }

    /// Ready when a task was too slow, and has been dealt with.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.last.is_some() {
            return Poll::Pending;
        }
        let on_time = self.running.iter_mut().find(|running| !running.late);
        let Some((running, deadline)) =
            on_time.and_then(|running| running.deadline.map(|deadline| (running, deadline)))
        else {
            return Poll::Pending;
        };
        let foreign = context::with(|running| {
            !running.is_some_and(|running| running.waker().is_some_and(|own| own.will_wake(cx.waker())))
        });
        ready!(self.deadline.poll_at(deadline, foreign, cx));
        match self.options.on_timeout {
            OnTimeout::KillTask => {
                running.late = true;
                running.stop();
            }
            OnTimeout::Exit => {
                let failure = TaskFailure::Timeout(self.options.timeout.unwrap_or_default());
                let input = running.input.take();
                self.end_with(Done { input, result: Err(failure) });
            }
        }
        Poll::Ready(())
    }
}
