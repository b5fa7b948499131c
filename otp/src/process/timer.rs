//! Messages that are sent later.

use super::send::{Dest, send};
use super::{Pid, table};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

const WAITING: u8 = 0;
const FIRED: u8 = 1;
const CANCELLED: u8 = 2;

/// A message that is under way: made by [`send_after`] and [`send_at`].
#[derive(Clone)]
pub struct TimerRef(Arc<Timer>);

struct Timer {
    id: u64,
    /// The process the message is for, when it was addressed by pid.
    owner: Option<Pid>,
    at: Instant,
    /// Leaves `WAITING` once: whoever moves it on decides whether the message is sent.
    state: AtomicU8,
    abort: std::sync::OnceLock<tokio::task::AbortHandle>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Timer {
    fn leave(&self, to: u8) -> bool {
        self.state.compare_exchange(WAITING, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Whether this stopped it.
    fn stop(&self) -> bool {
        let stopped = self.leave(CANCELLED);
        if let (true, Some(abort)) = (stopped, self.abort.get()) {
            abort.abort();
        }
        stopped
    }

    fn remaining(&self) -> Duration {
        let left = self.at.saturating_duration_since(Instant::now());
        Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }
}

impl TimerRef {
    /// The process it was for has ended.
    pub(crate) fn stop(&self) {
        self.0.stop();
    }
}

impl fmt::Debug for TimerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimerRef({})", self.0.id)
    }
}

impl PartialEq for TimerRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}
impl Eq for TimerRef {}

/// Sends a message after at least this long. It arrives once; the sender does not wait, also with a time of zero:
/// whatever is in the mailbox by then comes first.
///
/// A timer for a pid is dropped when that process ends. A name is looked up when the time has come.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
/// use std::time::Duration;
///
/// process::send_after(process::self_pid(), "later", Duration::from_millis(1));
/// assert_eq!(process::receive::<&str>().await, "later");
/// # }
/// ```
///
/// # Panics
/// Outside of a tokio runtime.
///
/// Follows Elixir's `Process.send_after/4`. Where that fails for a negative time, a `Duration` cannot be negative.
pub fn send_after<M: Send + 'static>(dest: impl Into<Dest>, message: M, after: Duration) -> TimerRef {
    let now = Instant::now();
    let at = now.checked_add(after).unwrap_or_else(|| now + Duration::from_secs(86_400 * 365 * 30));
    send_at(dest, message, at)
}

/// Sends a message at a moment of tokio's clock; at once if that has passed.
///
/// Follows `Process.send_after(dest, msg, time, abs: true)`.
#[doc(alias = "abs")]
pub fn send_at<M: Send + 'static>(dest: impl Into<Dest>, message: M, at: Instant) -> TimerRef {
    let dest = dest.into();
    let owner = match &dest {
        Dest::Pid(pid) => Some(*pid),
        _ => None,
    };
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    let timer = Arc::new(Timer { id, owner, at, state: AtomicU8::new(WAITING), abort: std::sync::OnceLock::new() });
    let task = tokio::spawn({
        let timer = timer.clone();
        async move {
            tokio::time::sleep_until(at).await;
            if timer.leave(FIRED) {
                forget(owner, id);
                // A name that nobody has by now: nobody is there to be told.
                let _ = send(dest, message);
            }
        }
    });
    let _ = timer.abort.set(task.abort_handle());
    attach(owner, &timer);
    TimerRef(timer)
}

/// The process that the message is for ends its timers when it ends.
fn attach(owner: Option<Pid>, timer: &Arc<Timer>) {
    let Some(pid) = owner else { return };
    let alive = table::get(pid).is_some_and(|process| {
        let mut shared = process.core().shared.lock();
        if !shared.ended && timer.state.load(Ordering::Acquire) == WAITING {
            shared.extra().timers.insert(timer.id, TimerRef(timer.clone()));
        }
        !shared.ended
    });
    if !alive {
        timer.stop();
    }
    // It may have fired between the look at its state and the entry, on another thread.
    if timer.state.load(Ordering::Acquire) != WAITING {
        forget(owner, timer.id);
    }
}

fn forget(owner: Option<Pid>, id: u64) {
    if let Some(process) = owner.and_then(table::get)
        && let Some(extra) = &mut process.core().shared.lock().extra
    {
        extra.timers.remove(&id);
    }
}

/// Stops a timer. The time that was left, in whole milliseconds, or `None` if the message was sent or the timer
/// stopped before: then nothing is stopped.
///
/// Never waits, so Erlang's asynchronous form has no counterpart. Follows Elixir's `Process.cancel_timer/2`.
pub fn cancel_timer(timer: &TimerRef) -> Option<Duration> {
    if !timer.0.stop() {
        return None;
    }
    let left = timer.0.remaining();
    forget(timer.0.owner, timer.0.id);
    Some(left)
}

/// The time that is left, in whole milliseconds; `None` if the message was sent or the timer stopped.
///
/// Follows Elixir's `Process.read_timer/1`.
pub fn read_timer(timer: &TimerRef) -> Option<Duration> {
    (timer.0.state.load(Ordering::Acquire) == WAITING).then(|| timer.0.remaining())
}
