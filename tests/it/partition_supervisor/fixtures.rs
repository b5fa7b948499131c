//! A child that knows its partition, and a registry with one name.

use otp::name::Via;
use otp::prelude::*;
use otp::process;
use std::sync::{Arc, Mutex};

/// Answers the number of its partition.
#[gen_server(handle = NumberedRef)]
pub(super) struct Numbered {
    partition: usize,
}

#[gen_server]
impl Numbered {
    #[init]
    fn init(partition: usize) -> Self {
        Self { partition }
    }

    #[call]
    pub(super) fn partition(&self) -> usize {
        self.partition
    }
}

/// So many of them.
pub(super) fn numbered(partitions: usize) -> PartitionSupervisorSpec<Numbered> {
    PartitionSupervisor::of::<Numbered>(|partition| partition).partitions(partitions)
}

/// A registry with one name.
#[derive(Clone, Default)]
pub(super) struct OneName(Arc<Mutex<Option<Pid>>>);

impl Via for OneName {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        let mut holder = self.0.lock().unwrap();
        match *holder {
            Some(holder) => Err(holder),
            None => {
                *holder = Some(pid);
                Ok(())
            }
        }
    }
    fn unregister(&self, pid: Pid) {
        self.0.lock().unwrap().take_if(|holder| *holder == pid);
    }
    fn whereis(&self) -> Option<Pid> {
        *self.0.lock().unwrap()
    }
    fn describe(&self) -> String {
        "one name".into()
    }
}

/// Kills a process, and waits until its supervisor has dealt with that.
pub(super) async fn crash(supervisor: &SupervisorRef, pid: Pid) {
    process::exit(pid, ExitReason::Kill);
    process::wait(pid).await;
    let _ = supervisor.count_children().await;
}
