//! The children of a supervisor, in start order; found by id and by pid without a search.

use crate::child::{ChildKind, ChildOptions, ChildSpec};
use crate::process::Pid;
use crate::process::core::AnyProcess;
use crate::process::pid::Map;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The place of a child in start order.
pub(crate) type Place = u64;

/// A child as the supervisor keeps it.
pub(crate) struct Child {
    /// Shared with the maps that find the child.
    pub(crate) id: Arc<str>,
    /// Without its id, which is the one above: nothing is kept twice of what there may be a hundred thousand of.
    pub(crate) spec: ChildSpec,
    pub(crate) run: Run,
}

/// Whether a child runs.
#[derive(Clone)]
pub(crate) enum Run {
    /// `process` is kept to learn the true reason also of a child that ends while it is being shut down; `None` if it
    /// had ended before it was looked at.
    Running {
        pid: Pid,
        process: Option<Arc<dyn AnyProcess>>,
    },
    Stopped,
    /// Its restart failed and will be tried again.
    Restarting,
}

/// What is known of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildStatus {
    /// It runs.
    Running(Pid),
    /// It does not run: it was stopped, is not to be restarted, or its `init` answered ignore.
    #[doc(alias = ":undefined")]
    Stopped,
    /// Its restart failed and will be tried again.
    #[doc(alias = ":restarting")]
    Restarting,
}

impl ChildStatus {
    /// Its pid, if it runs.
    pub fn pid(self) -> Option<Pid> {
        match self {
            Self::Running(pid) => Some(pid),
            _ => None,
        }
    }
}

/// A child, as `which_children` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// Its id.
    pub id: String,
    /// Whether it runs, and as which process.
    pub status: ChildStatus,
    /// Whether it is a supervisor.
    pub kind: ChildKind,
    /// Its type: what Erlang's list of modules is for.
    pub type_name: &'static str,
}

/// How many children there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChildCounts {
    /// All, running or not.
    pub specs: usize,
    /// Those that run.
    pub active: usize,
    /// Supervisors, running or not.
    pub supervisors: usize,
    /// Workers, running or not.
    pub workers: usize,
}

impl Child {
    pub(crate) fn status(&self) -> ChildStatus {
        match &self.run {
            Run::Running { pid, .. } => ChildStatus::Running(*pid),
            Run::Stopped => ChildStatus::Stopped,
            Run::Restarting => ChildStatus::Restarting,
        }
    }

    /// The specification as it was given.
    pub(crate) fn full_spec(&self) -> ChildSpec {
        self.spec.clone().id(self.id.to_string())
    }

    /// Everything of it but its start.
    pub(crate) fn full_options(&self) -> ChildOptions {
        self.spec.options.clone().id(self.id.to_string())
    }

    fn counts_as_significant(&self) -> usize {
        usize::from(self.spec.is_significant() && !matches!(self.run, Run::Stopped))
    }

    pub(crate) fn info(&self) -> ChildInfo {
        ChildInfo {
            id: self.id.to_string(),
            status: self.status(),
            kind: self.spec.get_kind(),
            type_name: self.spec.type_name,
        }
    }
}

/// See the module. The maps are kept in step with `by_place` by the methods here.
#[derive(Default)]
pub(crate) struct Children {
    /// Boxed: the nodes of the tree are half empty.
    by_place: BTreeMap<Place, Box<Child>>,
    by_id: HashMap<Arc<str>, Place>,
    by_pid: Map<Pid, Place>,
    /// Significant children that run or will again: counted, because it is asked at each end.
    significant: usize,
    next: Place,
}

impl Children {
    /// Appends a child that does not run.
    pub(crate) fn append(&mut self, mut spec: ChildSpec) -> Place {
        let place = self.next;
        self.next += 1;
        let id: Arc<str> = Arc::from(std::mem::take(&mut spec.options.id));
        self.by_id.insert(id.clone(), place);
        self.by_place.insert(place, Box::new(Child { id, spec, run: Run::Stopped }));
        place
    }

    pub(crate) fn find(&self, id: &str) -> Option<Place> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn get(&self, place: Place) -> Option<&Child> {
        self.by_place.get(&place).map(|child| &**child)
    }

    /// The child that ran as this process, which has ended: it is stopped now.
    pub(crate) fn ended(&mut self, pid: Pid) -> Option<Place> {
        let place = *self.by_pid.get(&pid)?;
        self.set(place, Run::Stopped);
        Some(place)
    }

    /// Changes whether a child runs; answers how it ran before.
    pub(crate) fn set(&mut self, place: Place, run: Run) -> Option<Run> {
        let child = self.by_place.get_mut(&place)?;
        self.significant -= child.counts_as_significant();
        let before = std::mem::replace(&mut child.run, run);
        self.significant += child.counts_as_significant();
        if let Run::Running { pid, .. } = &before {
            self.by_pid.remove(pid);
        }
        if let Run::Running { pid, .. } = &child.run {
            self.by_pid.insert(*pid, place);
        }
        Some(before)
    }

    pub(crate) fn remove(&mut self, place: Place) -> Option<Child> {
        let child = self.by_place.remove(&place)?;
        self.by_id.remove(&child.id);
        self.significant -= child.counts_as_significant();
        if let Run::Running { pid, .. } = &child.run {
            self.by_pid.remove(pid);
        }
        Some(*child)
    }

    /// Whether any significant child runs, or will again.
    pub(crate) fn any_significant(&self) -> bool {
        self.significant > 0
    }

    /// Places from one on, in start order.
    pub(crate) fn places_from(&self, first: Place) -> Vec<Place> {
        self.by_place.range(first..).map(|(place, _)| *place).collect()
    }

    /// All children, in start order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Place, &Child)> {
        self.by_place.iter().map(|(place, child)| (*place, &**child))
    }

    pub(crate) fn counts(&self) -> ChildCounts {
        let mut counts = ChildCounts { specs: self.by_place.len(), active: self.by_pid.len(), ..Default::default() };
        for child in self.by_place.values() {
            match child.spec.get_kind() {
                ChildKind::Worker => counts.workers += 1,
                ChildKind::Supervisor => counts.supervisors += 1,
            }
        }
        counts
    }
}
