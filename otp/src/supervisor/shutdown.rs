//! Shutting children down: ask, wait, kill. One alone, or all at the same time.

use super::policy::ended_as_expected;
use crate::child::{ChildOptions, Shutdown};
use crate::observe::{self, ChildReport};
use crate::process::context;
use crate::process::core::AnyProcess;
use crate::process::{ExitReason, Pid, exit, link, wait};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// Says something of a child.
pub(crate) fn report(
    supervisor: &str,
    context: &'static str,
    child: &ChildOptions,
    pid: Option<Pid>,
    reason: &dyn std::fmt::Display,
) {
    observe::child(&ChildReport {
        supervisor,
        context,
        child: &child.id,
        pid: pid.as_ref().map(|pid| pid as &dyn std::fmt::Display),
        kind: &child.kind,
        restart: &child.restart,
        reason,
    });
}

/// Asks a child to end. What is answered waits for its end.
///
/// The link is taken away first: its end is waited for, and is not to come back as a message.
fn ask(pid: Pid, process: Arc<dyn AnyProcess>, shutdown: Shutdown) -> wait::Ended {
    let ended = wait::ended(process);
    context::with(|running| {
        if let Some(running) = running {
            link::disconnect(running.core(), pid);
        }
    });
    exit(pid, if shutdown == Shutdown::BrutalKill { ExitReason::Kill } else { ExitReason::Shutdown });
    ended
}

/// Says so if a child that was shut down did not end as it should have.
fn judge(supervisor: &str, child: &ChildOptions, pid: Pid, reason: &ExitReason) {
    if !ended_as_expected(child.shutdown, child.restart, reason) {
        report(supervisor, "shutdown_error", child, Some(pid), reason);
    }
}

/// Ends a child as its specification says, and returns when it is gone.
pub(crate) async fn shut_down(supervisor: &str, child: &ChildOptions, pid: Pid, process: Option<Arc<dyn AnyProcess>>) {
    // Without a process it had ended before the supervisor looked.
    let Some(process) = process else { return };
    let mut ended = pin!(ask(pid, process, child.shutdown));
    let reason = match child.shutdown {
        Shutdown::BrutalKill | Shutdown::Infinity => ended.await,
        Shutdown::Timeout(timeout) => match tokio::time::timeout(timeout, ended.as_mut()).await {
            Ok(reason) => reason,
            Err(_) => {
                exit(pid, ExitReason::Kill);
                ended.await
            }
        },
    };
    judge(supervisor, child, pid, &reason);
}

/// A child that is shut down together with others.
pub(crate) trait Leaving {
    fn options(&self) -> &ChildOptions;
    /// It no longer runs as this process.
    fn gone(&self, pid: Pid);
}

struct Asked<C> {
    pid: Pid,
    ended: wait::Ended,
    child: C,
}

impl<C: Leaving> Asked<C> {
    fn ended(self, supervisor: &str, reason: &ExitReason) {
        judge(supervisor, self.child.options(), self.pid, reason);
        self.child.gone(self.pid);
    }
}

/// Ends children at the same time, each as its own specification says, and returns when all are gone.
///
/// They are waited for one after another, those first that have least time: whoever comes later in this order has at
/// least as much time left when it is looked at, and whoever is over its time is killed at once and waited for at the
/// end. So each is killed when its own time is over, one timer serves all that have the same, and nothing here is worse
/// than sorting them.
pub(crate) async fn shut_down_all<C: Leaving>(
    supervisor: &str,
    children: impl IntoIterator<Item = (Pid, Arc<dyn AnyProcess>, C)>,
) {
    let begin = Instant::now();
    let mut asked: Vec<(Duration, Asked<C>)> = Vec::new();
    let mut unlimited: Vec<Asked<C>> = Vec::new();
    for (pid, process, child) in children {
        let shutdown = child.options().shutdown;
        let one = Asked { pid, ended: ask(pid, process, shutdown), child };
        match shutdown {
            Shutdown::Timeout(timeout) => asked.push((timeout, one)),
            Shutdown::BrutalKill | Shutdown::Infinity => unlimited.push(one),
        }
    }
    asked.sort_by_key(|(timeout, _)| *timeout);

    let mut current = Duration::ZERO;
    let mut alarm = pin!(tokio::time::sleep_until(begin));
    for (timeout, mut one) in asked {
        if timeout != current {
            current = timeout;
            // A time that no clock reaches is none.
            let never = || begin + Duration::from_secs(86_400 * 365 * 30);
            alarm.as_mut().reset(begin.checked_add(timeout).unwrap_or_else(never));
        }
        let reason = poll_fn(|cx| {
            if let Poll::Ready(reason) = Pin::new(&mut one.ended).poll(cx) {
                return Poll::Ready(Some(reason));
            }
            if alarm.is_elapsed() { Poll::Ready(None) } else { alarm.as_mut().poll(cx).map(|()| None) }
        });
        match reason.await {
            Some(reason) => one.ended(supervisor, &reason),
            None => {
                exit(one.pid, ExitReason::Kill);
                unlimited.push(one);
            }
        }
    }
    for mut one in unlimited {
        let reason = (&mut one.ended).await;
        one.ended(supervisor, &reason);
    }
}
