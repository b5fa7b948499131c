//! Short words for what every test of dynamic supervisors asks.

use super::super::fixtures::*;
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildCounts;

/// A dynamic supervisor with the default options.
pub(super) async fn supervisor() -> DynamicSupervisorRef {
    DynamicSupervisor::builder().start_link().await.unwrap()
}

/// Specs, active, supervisors, workers.
pub(super) async fn counts<X>(supervisor: &DynamicSupervisorRef<X>) -> (usize, usize, usize, usize) {
    let ChildCounts { specs, active, supervisors, workers, .. } = supervisor.count_children().await.unwrap();
    (specs, active, supervisors, workers)
}

/// The processes of all children that run, sorted.
pub(super) async fn running<X>(supervisor: &DynamicSupervisorRef<X>) -> Vec<Pid> {
    let children = supervisor.which_children().await.unwrap();
    let mut running: Vec<Pid> = children.into_iter().filter_map(|child| child.status.pid()).collect();
    running.sort();
    running
}

/// The process of the only child.
pub(super) async fn only<X>(supervisor: &DynamicSupervisorRef<X>) -> Pid {
    let running = running(supervisor).await;
    assert_eq!(running.len(), 1, "{running:?}");
    running[0]
}

/// Starts a job as a child.
pub(super) async fn start<X>(supervisor: &DynamicSupervisorRef<X>, spec: ChildSpec) -> Pid {
    supervisor.start_child(spec).await.unwrap().pid
}

/// Ends a child with a signal, and waits until its supervisor has dealt with that, if it lives on.
pub(super) async fn end_child<X>(supervisor: &DynamicSupervisorRef<X>, pid: Pid, reason: ExitReason) {
    end(pid, reason).await;
    let _ = supervisor.count_children().await;
}

/// A child that traps exits and ends with this reason when it is told to shut down.
pub(super) fn ends_with(reason: ExitReason) -> ChildSpec {
    ChildSpec::new("ends", move |_slot| {
        let reason = reason.clone();
        async move {
            let life = async move {
                process::receive::<Exit>().await;
                process::exit_with(reason)
            };
            let pid = process::options().link().trap_exit(true).spawn(life).expect("it has no name");
            Ok(otp::child::Started::new(pid))
        }
    })
}
