//! The children of a dynamic supervisor, found by pid. They have no order.

use super::super::children::{ChildCounts, ChildStatus};
use super::super::shutdown::Leaving;
use crate::child::{ChildKind, ChildOptions, Restart, StartFn};
use crate::process::core::AnyProcess;
use crate::process::pid::Map;
use crate::process::{Pid, Slot};
use std::sync::Arc;

/// A child as `which_children` lists it. Children of a dynamic supervisor have no ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// Whether it runs, and as which process, or is being restarted.
    pub status: ChildStatus,
    /// Whether it is a supervisor.
    pub kind: ChildKind,
    /// Its type: what Erlang's list of modules is for.
    pub type_name: &'static str,
}

/// A child as the supervisor keeps it.
pub(crate) struct Child {
    pub(crate) options: ChildOptions,
    pub(crate) type_name: &'static str,
    /// `None` for a temporary child, which is never started again: what its start held is gone with it.
    pub(crate) start: Option<Arc<StartFn>>,
    /// Where its handle looks; `None` for one that has no handle.
    pub(crate) slot: Option<Arc<Slot>>,
    pub(crate) run: Run,
}

/// Whether a child runs.
pub(crate) enum Run {
    /// The process is kept to learn the true reason also of a child that ends while it is being shut down; `None` if it
    /// had ended before it was looked at.
    Running(Option<Arc<dyn AnyProcess>>),
    /// Its restart failed and will be tried again.
    Restarting,
}

impl Child {
    fn info(&self, pid: Pid) -> ChildInfo {
        let status = match self.run {
            Run::Running(_) => ChildStatus::Running(pid),
            Run::Restarting => ChildStatus::Restarting,
        };
        ChildInfo { status, kind: self.options.kind, type_name: self.type_name }
    }

    /// What a restart needs; nothing for a temporary child.
    pub(crate) fn restart(&self) -> Option<(Arc<StartFn>, Arc<Slot>)> {
        Some((self.start.clone()?, self.slot.clone()?))
    }

    pub(crate) fn keeps_start(&self) -> bool {
        self.options.restart != Restart::Temporary
    }
}

impl Leaving for Box<Child> {
    fn options(&self) -> &ChildOptions {
        &self.options
    }

    fn gone(&self, pid: Pid) {
        if let Some(slot) = &self.slot {
            slot.clear(pid);
        }
    }
}

/// See the module. A child whose restart failed stays under the pid it had last, by which it can be terminated.
///
/// The counts are kept in step by the methods here: they are asked for often, also with 100 000 children.
#[derive(Default)]
pub(crate) struct Children {
    by_pid: Map<Pid, Box<Child>>,
    restarting: usize,
    supervisors: usize,
}

impl Children {
    /// All, running or not.
    pub(crate) fn len(&self) -> usize {
        self.by_pid.len()
    }

    pub(crate) fn insert(&mut self, pid: Pid, child: Box<Child>) {
        self.count(&child, true);
        if let Some(before) = self.by_pid.insert(pid, child) {
            // A start answered with the process of another child.
            self.count(&before, false);
        }
    }

    pub(crate) fn get(&self, pid: Pid) -> Option<&Child> {
        self.by_pid.get(&pid).map(|child| &**child)
    }

    pub(crate) fn remove(&mut self, pid: Pid) -> Option<Box<Child>> {
        let child = self.by_pid.remove(&pid)?;
        self.count(&child, false);
        Some(child)
    }

    /// The restart of a child failed and will be tried again.
    pub(crate) fn set_restarting(&mut self, pid: Pid) {
        if let Some(mut child) = self.remove(pid) {
            child.run = Run::Restarting;
            self.insert(pid, child);
        }
    }

    pub(crate) fn is_restarting(&self, pid: Pid) -> bool {
        self.get(pid).is_some_and(|child| matches!(child.run, Run::Restarting))
    }

    /// Takes all that run out, with their processes; the others are forgotten.
    pub(crate) fn take_running(&mut self) -> impl Iterator<Item = (Pid, Arc<dyn AnyProcess>, Box<Child>)> + use<> {
        std::mem::take(self).by_pid.into_iter().filter_map(|(pid, mut child)| {
            match std::mem::replace(&mut child.run, Run::Restarting) {
                Run::Running(Some(process)) => Some((pid, process, child)),
                Run::Running(None) | Run::Restarting => None,
            }
        })
    }

    pub(crate) fn list(&self) -> Vec<ChildInfo> {
        self.by_pid.iter().map(|(pid, child)| child.info(*pid)).collect()
    }

    pub(crate) fn counts(&self) -> ChildCounts {
        let specs = self.len();
        ChildCounts {
            specs,
            active: specs - self.restarting,
            supervisors: self.supervisors,
            workers: specs - self.supervisors,
        }
    }

    fn count(&mut self, child: &Child, added: bool) {
        let change = |count: &mut usize| if added { *count += 1 } else { *count -= 1 };
        if matches!(child.run, Run::Restarting) {
            change(&mut self.restarting);
        }
        if child.options.kind == ChildKind::Supervisor {
            change(&mut self.supervisors);
        }
    }
}
