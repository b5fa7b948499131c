//! The runtime behind `#[otp::main]` and `#[otp::test]`.

use crate::process;
use crate::process::core::AnyProcess;
use std::any::Any;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::time::Duration;

/// Which tokio runtime is built.
#[derive(Clone, Copy, Debug)]
pub struct Runtime {
    multi_thread: bool,
    worker_threads: Option<usize>,
    max_blocking_threads: Option<usize>,
    thread_stack_size: Option<usize>,
    patience: Option<Duration>,
    start_paused: bool,
}

impl Runtime {
    fn new(multi_thread: bool) -> Self {
        Self {
            multi_thread,
            worker_threads: None,
            max_blocking_threads: None,
            thread_stack_size: None,
            patience: None,
            start_paused: false,
        }
    }

    /// A thread per core, or as many as `worker_threads` says.
    pub fn multi_thread() -> Self {
        Self::new(true)
    }

    /// Everything on the thread that calls.
    pub fn current_thread() -> Self {
        Self::new(false)
    }

    /// The number of threads.
    pub fn worker_threads(mut self, n: usize) -> Self {
        self.worker_threads = Some(n);
        self
    }

    /// At most so many threads for blocking work.
    #[cfg_attr(not(feature = "release"), expect(dead_code, reason = "a release's start settings say it"))]
    pub(crate) fn max_blocking_threads(mut self, n: usize) -> Self {
        self.max_blocking_threads = Some(n);
        self
    }

    /// Bytes of stack of each thread.
    #[cfg_attr(not(feature = "release"), expect(dead_code, reason = "a release's start settings say it"))]
    pub(crate) fn thread_stack_size(mut self, bytes: usize) -> Self {
        self.thread_stack_size = Some(bytes);
        self
    }

    /// How long the end of the body waits for blocking work, such as a read from a terminal; without, until that is done.
    #[cfg_attr(not(feature = "release"), expect(dead_code, reason = "a release ends when it is told to"))]
    pub(crate) fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Whether time stands still, and moves on by itself when nothing else can happen.
    pub fn start_paused(mut self, on: bool) -> Self {
        self.start_paused = on;
        self
    }

    fn build(self) -> tokio::runtime::Runtime {
        let mut builder = if self.multi_thread {
            tokio::runtime::Builder::new_multi_thread()
        } else {
            tokio::runtime::Builder::new_current_thread()
        };
        if let Some(n) = self.worker_threads {
            builder.worker_threads(n);
        }
        if let Some(n) = self.max_blocking_threads {
            builder.max_blocking_threads(n);
        }
        if let Some(bytes) = self.thread_stack_size {
            builder.thread_stack_size(bytes);
        }
        builder.enable_all().build().expect("the operating system gives threads and an event queue")
    }
}

/// Runs `body` as a process, on a worker: a call from the body costs what it costs in any process, where a call from the
/// future of `block_on` itself would park and unpark its thread.
///
/// A panic of the body goes on in the caller.
#[track_caller]
pub fn run_main<R: Send + 'static>(runtime: Runtime, body: impl Future<Output = R> + Send + 'static) -> R {
    run_boxed(runtime, Box::pin(body))
}

/// What came of the main process, if its body did not return.
enum Ended {
    /// The body panicked.
    Panicked(Box<dyn Any + Send>),
    /// It left, or a signal ended it.
    Otherwise(String),
}

/// Not once for each body: a program of a thousand tests would compile the task, and all that is in it, a thousand times.
#[track_caller]
fn run_boxed<R: Send + 'static>(runtime: Runtime, body: Pin<Box<dyn Future<Output = R> + Send>>) -> R {
    let (built, patience) = (runtime.build(), runtime.patience);
    let (done, result) = tokio::sync::oneshot::channel();
    let returned = built.block_on(async move {
        if runtime.start_paused {
            crate::sync::clock::follow_tokio();
            pause();
        }
        let pid = process::spawn(async move {
            let returned = process::run::caught_payload(body).await;
            let ended_with = match &returned {
                Ok(_) => None,
                Err(payload) => payload.downcast_ref::<process::Leave>().map(|leave| leave.0.clone()),
            };
            let _ = done.send(returned);
            if let Some(reason) = ended_with {
                process::exit_with(reason);
            }
        });
        // Kept: the reason of a body that is ended by a signal is told after it has left the table.
        let main = process::table::get(pid);
        match result.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(payload)) => Err(match payload.downcast::<process::Leave>() {
                Ok(leave) => Ended::Otherwise(format!("the main process ended: {}", leave.0)),
                Err(payload) => Ended::Panicked(payload),
            }),
            Err(_) => Err(Ended::Otherwise(ended_by_signal(main.as_deref()))),
        }
    });
    if let Some(patience) = patience {
        built.shutdown_timeout(patience);
    }
    match returned {
        Ok(value) => value,
        Err(Ended::Panicked(payload)) => resume_unwind(payload),
        // Here, so that the place that is shown is the program's `main`.
        Err(Ended::Otherwise(why)) => panic!("{why}"),
    }
}

/// Why, and whose signal it was: the reports of that process have its pid.
fn ended_by_signal(main: Option<&dyn AnyProcess>) -> String {
    let reason = main.and_then(|main| main.core().reason.get().cloned()).unwrap_or(process::ExitReason::NoProc);
    let from = main.and_then(|main| main.core().shared.lock().extra.as_ref()?.fatal_from);
    let by = match from {
        None => String::new(),
        Some(pid) if reason == process::ExitReason::Killed => format!(" (by {pid})"),
        Some(pid) => format!(
            " (an exit signal of {pid}, which it is linked to; if it is to outlive that, let it trap exits, or put both under a supervisor)"
        ),
    };
    format!("the main process was ended: {reason}{by}")
}

#[cfg(feature = "test-util")]
fn pause() {
    tokio::time::pause();
}

#[cfg(not(feature = "test-util"))]
fn pause() {
    panic!("`start_paused = true` needs the feature `test-util` of `otp`");
}
