//! The handle of a partition supervisor, and routing.

use super::super::error::RestartChildError;
use super::super::handle::SupervisorRef;
use super::error::{ResizeError, RouteError};
use super::table::{Table, id};
use crate::child::{Child, HasPid};
use crate::process::{Name, Pid, Slot, Target, Via};
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A handle of a partition supervisor whose partitions are of type `C`: cheap to clone; dropping it ends nothing.
///
/// What it has of [`SupervisorRef`] (`which_children`, `count_children`, `stop` ..) it has by dereferencing; the ids of the
/// partitions are their numbers, from `"0"` on.
#[doc(alias = "PartitionSupervisor")]
pub struct PartitionSupervisorRef<C = ()> {
    supervisor: SupervisorRef,
    /// Kept by the handle that its start answers; others look for it at each use.
    table: Option<Arc<Table>>,
    child: PhantomData<fn() -> C>,
}

impl<C> Clone for PartitionSupervisorRef<C> {
    fn clone(&self) -> Self {
        Self { supervisor: self.supervisor.clone(), table: self.table.clone(), child: PhantomData }
    }
}

impl<C> fmt::Debug for PartitionSupervisorRef<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartitionSupervisorRef({})", *self.supervisor)
    }
}

impl<C> Deref for PartitionSupervisorRef<C> {
    type Target = SupervisorRef;
    fn deref(&self) -> &Self::Target {
        &self.supervisor
    }
}

impl<C> HasPid for PartitionSupervisorRef<C> {
    fn process_id(&self) -> Option<Pid> {
        self.supervisor.pid()
    }
}

impl<C> From<SupervisorRef> for PartitionSupervisorRef<C> {
    fn from(supervisor: SupervisorRef) -> Self {
        Self { supervisor, table: None, child: PhantomData }
    }
}

impl<C> From<&PartitionSupervisorRef<C>> for Target {
    fn from(supervisor: &PartitionSupervisorRef<C>) -> Self {
        (&supervisor.supervisor).into()
    }
}

impl<C: Child> PartitionSupervisorRef<C> {
    pub(super) fn of(supervisor: SupervisorRef, table: Arc<Table>) -> Self {
        Self { supervisor, table: Some(table), child: PhantomData }
    }

    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        SupervisorRef::named(name).into()
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        SupervisorRef::via(via).into()
    }

    /// The partition supervisor with this pid; `None` if it has ended or is none.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        let supervisor: Self = SupervisorRef::from_pid(pid)?.into();
        supervisor.table().is_some().then_some(supervisor)
    }

    /// Whoever another supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        SupervisorRef::from_slot(slot).into()
    }

    /// The partition that a key leads to: any value that can be hashed, a process's own pid for example. Equal keys lead to
    /// the same partition as long as their number is the same.
    ///
    /// What it answers stays right when the partition, or the partition supervisor under its own, is restarted. It is for
    /// asking only: nothing can be started under a route.
    ///
    /// # Errors
    /// There is no such partition supervisor, or it was resized to none.
    ///
    /// Follows Elixir's `{:via, PartitionSupervisor, {name, key}}`.
    #[doc(alias = "{:via, PartitionSupervisor, {name, key}}")]
    pub fn route<K: Hash + ?Sized>(&self, key: &K) -> Result<C::Handle, RouteError> {
        self.handle(|table| table.of_key(key).cloned())
    }

    /// The partition with this number, from 0 on; numbers beyond the last begin again with the first.
    ///
    /// # Errors
    /// There is no such partition supervisor, or it was resized to none.
    pub fn partition(&self, number: usize) -> Result<C::Handle, RouteError> {
        self.handle(|table| table.numbered(number).cloned())
    }

    fn handle(&self, find: impl FnOnce(&Table) -> Option<Arc<Slot>>) -> Result<C::Handle, RouteError> {
        let table = self.table().ok_or_else(|| self.noproc())?;
        let slot = find(&table).ok_or_else(|| RouteError::ZeroPartitions { supervisor: self.describe() })?;
        Ok(C::handle(slot))
    }

    /// All partitions, in the order of their numbers.
    ///
    /// # Errors
    /// There is no such partition supervisor.
    pub fn all(&self) -> Result<Vec<C::Handle>, RouteError> {
        let table = self.table().ok_or_else(|| self.noproc())?;
        Ok(table.slots().iter().cloned().map(C::handle).collect())
    }

    /// How many partitions there are.
    ///
    /// # Errors
    /// There is no such partition supervisor.
    ///
    /// Follows Elixir's `PartitionSupervisor.partitions/1`.
    pub fn partitions(&self) -> Result<usize, RouteError> {
        self.table().map(|table| table.active()).ok_or_else(|| self.noproc())
    }

    /// Changes the number of partitions, to at most as many as it was started with, and answers how many there were
    /// before. Where it becomes smaller the last ones are shut down; keys are led to the others before that. Where it
    /// becomes larger they are started again, and keys are led to them afterwards.
    ///
    /// Two resizes at the same time are done one after the other. A resize that is dropped half way leaves some partitions
    /// running or not that keys do not lead to; the next one sees to them. A temporary partition cannot be started again.
    ///
    /// # Errors
    /// See [`ResizeError`].
    ///
    /// Follows Elixir's `PartitionSupervisor.resize!/2`.
    #[doc(alias = "PartitionSupervisor.resize!")]
    pub async fn resize(&self, partitions: usize) -> Result<usize, ResizeError> {
        let noproc = || ResizeError::NoProc { supervisor: self.describe() };
        let table = self.table().ok_or_else(noproc)?;
        if partitions > table.max() {
            return Err(ResizeError::OutOfRange { max: table.max(), asked: partitions });
        }
        let _one_at_a_time = table.resizing.lock().await;
        let before = table.active();
        for partition in before..partitions {
            match self.supervisor.restart_child(id(partition)).await {
                // Running: another resize was dropped half way.
                Ok(_) | Err(RestartChildError::Running | RestartChildError::Restarting) => {
                    table.set_active(partition + 1);
                }
                Err(error) => return Err(ResizeError::NotStarted { partition, error }),
            }
        }
        if partitions < before {
            table.set_active(partitions);
        }
        for partition in (partitions..before).rev() {
            let ended = self.supervisor.terminate_child(id(partition)).await;
            ended.map_err(|error| ResizeError::NotEnded { partition, error })?;
        }
        Ok(before)
    }

    /// The table of whoever is there now.
    fn table(&self) -> Option<Arc<Table>> {
        if !self.supervisor.is_alive() {
            return None;
        }
        self.table.clone().or_else(|| self.supervisor.slot().routes())
    }

    fn noproc(&self) -> RouteError {
        RouteError::NoProc { supervisor: self.describe() }
    }

    fn describe(&self) -> String {
        self.supervisor.to_string()
    }
}
