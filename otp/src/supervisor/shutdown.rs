//! Shutting one child down: ask, wait, kill.

use super::policy::ended_as_expected;
use crate::child::{ChildSpec, Shutdown};
use crate::observe::{self, ChildReport};
use crate::process::context;
use crate::process::core::AnyProcess;
use crate::process::{ExitReason, Pid, exit, link, wait};
use std::sync::Arc;

/// Says something of a child.
pub(crate) fn report(
    supervisor: &str,
    context: &'static str,
    spec: &ChildSpec,
    pid: Option<Pid>,
    reason: &dyn std::fmt::Display,
) {
    observe::child(&ChildReport {
        supervisor,
        context,
        child: spec.get_id(),
        pid: pid.map(|pid| pid.to_string()),
        kind: &spec.get_kind(),
        restart: &spec.get_restart(),
        reason,
    });
}

/// Ends a child as its specification says, and returns when it is gone.
///
/// The link is taken away first: its end is waited for here, and is not to come back as a message.
pub(crate) async fn shut_down(supervisor: &str, spec: &ChildSpec, pid: Pid, process: Option<Arc<dyn AnyProcess>>) {
    // Without a process it had ended before the supervisor looked.
    let Some(process) = process else { return };
    let ended = wait::ended(process.clone());
    context::with(|running| {
        if let Some(running) = running {
            link::disconnect(running.core(), pid);
        }
    });
    let shutdown = spec.get_shutdown();
    let reason = match shutdown {
        Shutdown::BrutalKill => {
            exit(pid, ExitReason::Kill);
            ended.await
        }
        Shutdown::Infinity => {
            exit(pid, ExitReason::Shutdown);
            ended.await
        }
        Shutdown::Timeout(timeout) => {
            exit(pid, ExitReason::Shutdown);
            let mut ended = std::pin::pin!(ended);
            match tokio::time::timeout(timeout, ended.as_mut()).await {
                Ok(reason) => reason,
                Err(_) => {
                    exit(pid, ExitReason::Kill);
                    ended.await
                }
            }
        }
    };
    if !ended_as_expected(shutdown, spec.get_restart(), &reason) {
        report(supervisor, "shutdown_error", spec, Some(pid), &reason);
    }
}
