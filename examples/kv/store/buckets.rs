//! The databases that come and go: started by whoever needs one first.

use std::time::Duration;

use otp::prelude::*;
use otp::supervisor::dynamic::StartChildError;

use super::{Directory, Place, StoreError, child_spec};
use crate::config::Config;
use crate::names::Names;

/// Starts buckets, and knows which of them run.
#[derive(Clone, Debug)]
pub struct Buckets {
    names: Names,
    directory: Directory,
    supervisor: DynamicSupervisorRef,
    most: usize,
    idle: Option<Duration>,
}

impl Buckets {
    pub(super) fn new(names: Names, directory: Directory, config: &Config) -> Self {
        let supervisor = DynamicSupervisorRef::named(names.buckets());
        Self { names, directory, supervisor, most: config.buckets, idle: config.bucket_idle }
    }

    /// How many there may be. They are numbered from 1.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Sees to it that a bucket runs. Any number of clients may want the same one at the same time: the directory lets one
    /// process have the place, and all of them find that one.
    ///
    /// It is temporary: when it crashes its keys are lost whoever starts the next one, and that is the next client who
    /// puts a key into it.
    pub(super) async fn start(&self, place: Place) -> Result<(), StoreError> {
        let bucket = child_spec(&self.names, place, self.idle).restart(Restart::Temporary);
        match self.supervisor.start_child(bucket).await {
            Ok(_) | Err(StartChildError::AlreadyStarted(_)) => Ok(()),
            Err(StartChildError::Call(_)) => Err(StoreError::Restarting(place)),
            Err(error) => Err(StoreError::NotStarted(place, error)),
        }
    }

    /// The buckets that run, by number.
    pub fn running(&self) -> Result<Vec<(usize, Pid)>, StoreError> {
        let buckets = self.directory.select(|place, pid, ()| match place {
            Place::Bucket(number) => Some((*number, pid)),
            Place::Shard(_) => None,
        });
        let mut buckets = buckets.map_err(|_| StoreError::Down)?;
        buckets.sort_unstable();
        Ok(buckets)
    }
}
