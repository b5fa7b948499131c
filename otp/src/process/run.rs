//! The future that is a process: what happens at each poll of its task, and the only places that catch panics.

use super::ExitReason;
use super::context::{self, Local, Running};
use super::core::Core;
use super::exit::{End, finish};
use crate::sync::atomic::{Ordering, fence};
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The process's task. `future` is dropped in place when a signal ends the process; `at_end` knows what its output
    /// means.
    pub(crate) struct Runner<M, F, E>
    where
        M: Send,
        M: 'static,
        F: Future,
        E: AtEnd<F::Output>,
    {
        local: Local<M>,
        #[pin]
        future: Option<F>,
        at_end: E,
    }

    impl<M, F, E> PinnedDrop for Runner<M, F, E>
    where
        M: Send,
        M: 'static,
        F: Future,
        E: AtEnd<F::Output>,
    {
        fn drop(this: Pin<&mut Self>) {
            // Not finished: the runtime is being shut down, or it could not be spawned.
            let mut this = this.project();
            if this.future.is_some() {
                let local = &*this.local;
                local.enter(|| {
                    finish(local, ExitReason::Killed, End::Signal, || this.future.set(None));
                    this.at_end.ended(exit_reason(&local.process.core));
                });
            }
        }
    }
}

impl<M: Send + 'static, F: Future, E: AtEnd<F::Output>> Runner<M, F, E> {
    pub(crate) fn new(local: Local<M>, future: F, at_end: E) -> Self {
        Self { local, future: Some(future), at_end }
    }
}

impl<M: Send + 'static, F: Future, E: AtEnd<F::Output>> Future for Runner<M, F, E> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let local = &*this.local;
        let core = &local.process.core;
        if core.waker.get().is_none() {
            let _ = core.waker.set(cx.waker().clone());
            // With the fence in `Core::end_with`: a signal that does not find the waker is found below.
            fence(Ordering::SeqCst);
        }
        local.enter(|| {
            let (reason, end) = if core.flags.is_signalled() {
                (fatal(core), End::Signal)
            } else {
                if local.own.borrow().has_foreign() && !local.process.queue.is_empty() {
                    local.wake_foreign();
                }
                core.polling.store(true, Ordering::Relaxed);
                let future = this.future.as_mut().as_pin_mut().expect("a process that has ended is not polled");
                let polled = catch_unwind(AssertUnwindSafe(|| future.poll(cx)));
                core.polling.store(false, Ordering::Relaxed);
                match polled {
                    Ok(Poll::Pending) => return Poll::Pending,
                    Ok(Poll::Ready(output)) => (this.at_end.reason(output), End::Own),
                    Err(payload) => (ExitReason::from_panic(payload, take_location(local)), End::Own),
                }
            };
            finish(local, reason, end, || this.future.set(None));
            this.at_end.ended(exit_reason(core));
            Poll::Ready(())
        })
    }
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

/// Why the process ended, once `finish` has begun.
fn exit_reason(core: &Core) -> &ExitReason {
    core.reason.get().expect("set first thing at the end")
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
