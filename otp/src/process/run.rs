//! The future that is a process: what happens at each poll of its task, and the only places that catch panics.

use super::ExitReason;
use super::context::{self, Local, Rest, Running, Woken};
use super::core::Core;
use super::exit::{End, finish};
use crate::sync::atomic::Ordering;
use crate::sync::seat::{Seat, Turn};
use crate::sync::wake::Begin;
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The process's task. Its future is dropped in place when a signal ends the process; `at_end` knows what the output
    /// means.
    pub(crate) struct Runner<M, F, E>
    where
        M: Send,
        M: 'static,
        F: Future<Output: Send>,
        F: Send,
        E: AtEnd<F::Output>,
    {
        #[pin]
        seat: Seat<Local<M>, F>,
        at_end: E,
    }

    impl<M, F, E> PinnedDrop for Runner<M, F, E>
    where
        M: Send,
        M: 'static,
        F: Future<Output: Send>,
        F: Send,
        E: AtEnd<F::Output>,
    {
        fn drop(this: Pin<&mut Self>) {
            // Not finished: the runtime is being shut down, or it could not be spawned.
            this.abort();
        }
    }
}

impl<M: Send + 'static, F: Future<Output: Send> + Send, E: AtEnd<F::Output>> Runner<M, F, E> {
    pub(crate) fn new(local: Local<M>, future: F, at_end: E) -> Self {
        Self { seat: Seat::new(local, future), at_end }
    }

    /// Ends the process here and now, unless it has ended.
    pub(crate) fn abort(self: Pin<&mut Self>) {
        let this = self.project();
        let mut turn = this.seat.seize();
        if turn.is_running() {
            let local = turn.local();
            local.enter(|| {
                let reason = finish(local, ExitReason::Killed, End::Signal, || turn.drop_future());
                this.at_end.ended(reason);
            });
        }
    }

    /// What it was launched with.
    pub(crate) fn at_end(self: Pin<&mut Self>) -> &mut E {
        self.project().at_end
    }
}

impl<M: Send + 'static, F: Future<Output: Send> + Send, E: AtEnd<F::Output>> Future for Runner<M, F, E> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let at_end = this.at_end;
        let Some((mut turn, begin)) = this.seat.enter() else { return Poll::Pending };
        let local = turn.local();
        let core = &local.process.core;
        local.enter(move || {
            let is_first = core.waker.get().is_none();
            let mut woken = if begin == Begin::Woken { Woken::ByPush } else { Woken::Otherwise };
            loop {
                // Not lent for longer: whoever rests lets go of `local`.
                let ended = local.polled.during(cx.waker(), || match poll_as(local, &mut turn, at_end, woken, cx) {
                    Poll::Ready((reason, end)) => {
                        at_end.ended(finish(local, reason, end, || turn.drop_future()));
                        true
                    }
                    Poll::Pending => false,
                });
                if ended {
                    return Poll::Ready(());
                }
                if is_first {
                    local.keep_waker(cx.waker());
                    if core.flags.is_signalled() {
                        // Perhaps before there was a waker.
                        continue;
                    }
                }
                match local.rest.take() {
                    Rest::Not => return Poll::Pending,
                    Rest::Asleep => {
                        core.wake.announce_sleep();
                        if local.process.queue.is_empty() {
                            return Poll::Pending;
                        }
                        core.wake.stay_awake();
                    }
                    Rest::Idle => {
                        local.note_runtime();
                        let queue = &local.process.queue;
                        match turn.rest(|| queue.is_empty()) {
                            None => return Poll::Pending,
                            Some(back) => turn = back,
                        }
                    }
                }
                woken = Woken::ByLook;
            }
        })
    }
}

/// Polls the process's future, unless a signal is to end it. Ready: the process has ended, and how.
#[inline]
fn poll_as<M: Send + 'static, F: Future<Output: Send> + Send>(
    local: &Local<M>,
    turn: &mut Turn<'_, Local<M>, F>,
    at_end: &mut impl AtEnd<F::Output>,
    woken: Woken,
    cx: &mut Context<'_>,
) -> Poll<(ExitReason, End)> {
    let core = &local.process.core;
    if core.flags.is_signalled() {
        return Poll::Ready((fatal(core), End::Signal));
    }
    if local.own.borrow().has_foreign() && !local.process.queue.is_empty() {
        local.wake_foreign();
    }
    local.woken.set(woken);
    core.polling.store(true, Ordering::Relaxed);
    let polled = turn.poll(cx);
    core.polling.store(false, Ordering::Relaxed);
    polled.map(|outcome| match outcome {
        Ok(output) => (at_end.reason(output), End::Own),
        Err(payload) => (ExitReason::from_panic(payload, take_location(local)), End::Own),
    })
}

/// What the output of a process's future means, and what happens last at its end. Runs on its task, as that process,
/// and must not panic.
pub(crate) trait AtEnd<Output> {
    /// The future is done: the exit reason. The output may be kept for `ended`.
    fn reason(&mut self, output: Output) -> ExitReason;
    /// The process has ended, its links and monitors have been told.
    fn ended(&mut self, reason: &ExitReason);
}

/// The output is the reason, and nobody waits.
impl AtEnd<ExitReason> for () {
    #[inline]
    fn reason(&mut self, output: ExitReason) -> ExitReason {
        output
    }
    #[inline]
    fn ended(&mut self, _: &ExitReason) {}
}

fn fatal(core: &Core) -> ExitReason {
    let shared = core.shared.lock();
    shared.extra.as_ref().and_then(|extra| extra.fatal.clone()).unwrap_or(ExitReason::Killed)
}

pin_project! {
    /// Runs a future to its end; a panic is handed over as it is. Written by hand: an `async fn` would store the future
    /// twice, and it lies in every idle server.
    #[must_use = "futures do nothing unless awaited"]
    pub(crate) struct CaughtPayload<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for CaughtPayload<F> {
    type Output = Result<F::Output, Box<dyn Any + Send>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.project().future;
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    }
}

pub(crate) fn caught_payload<F: Future>(future: F) -> CaughtPayload<F> {
    CaughtPayload { future }
}

pin_project! {
    /// As [`CaughtPayload`]; a panic becomes the exit reason that it stands for.
    #[must_use = "futures do nothing unless awaited"]
    pub(crate) struct Caught<F> {
        #[pin]
        inner: CaughtPayload<F>,
    }
}

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, ExitReason>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().inner.poll(cx).map_err(panicked)
    }
}

pub(crate) fn caught<F: Future>(future: F) -> Caught<F> {
    Caught { inner: caught_payload(future) }
}

pin_project! {
    /// As [`Caught`], done on the process's own task only: what follows is no business of a guest.
    #[project = AtHomeProjection]
    #[must_use = "futures do nothing unless awaited"]
    pub(crate) enum CaughtAtHome<F: Future> {
        Running { #[pin] inner: Caught<F> },
        // Its place is that of the future, which is gone.
        Done { outcome: Option<Result<F::Output, ExitReason>> },
    }
}

impl<F: Future> Future for CaughtAtHome<F> {
    type Output = Result<F::Output, ExitReason>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.as_mut().project() {
            AtHomeProjection::Running { inner } => {
                let outcome = std::task::ready!(inner.poll(cx));
                if !context::with(|running| running.is_some_and(Running::is_visited)) {
                    return Poll::Ready(outcome);
                }
                self.set(Self::Done { outcome: Some(outcome) });
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            AtHomeProjection::Done { outcome } => Poll::Ready(outcome.take().expect("polled after it was done")),
        }
    }
}

pub(crate) fn caught_at_home<F: Future>(future: F) -> CaughtAtHome<F> {
    CaughtAtHome::Running { inner: caught(future) }
}

/// Runs a function of the user's; a panic becomes the exit reason that it stands for.
pub(crate) fn caught_sync<R>(f: impl FnOnce() -> R) -> Result<R, ExitReason> {
    catch_unwind(AssertUnwindSafe(f)).map_err(panicked)
}

/// Runs a function that may run destructors or formatters of the user's; a panic goes no further.
pub(crate) fn shielded(f: impl FnOnce(), panicked: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        // Its destructor may panic too.
        std::mem::forget(payload);
        panicked();
    }
}

fn panicked(payload: Box<dyn Any + Send>) -> ExitReason {
    let location = context::with(|running| running.and_then(take_location));
    ExitReason::from_panic(payload, location)
}

fn take_location(running: &dyn Running) -> Option<String> {
    running.own().borrow_mut().rare.as_mut().and_then(|rare| rare.panic_location.take())
}

/// Has the place of a panic noted for the exit reason. The hook that was there runs as before.
pub(crate) fn note_panic_locations() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            context::with(|running| {
                if let (Some(running), Some(location)) = (running, info.location())
                    && let Ok(mut own) = running.own().try_borrow_mut()
                {
                    own.rare().panic_location = Some(location.to_string());
                }
            });
            before(info);
        }));
    });
}
