//! Where the keys are: processes that hold them, and [`Database`], which asks the right one.
//!
//! There are many databases, and a client talks to one at a time (`SELECT`). Number 0 is divided over *shards*, which are
//! there all the time. Each of the others is a *bucket*: one process, started when the first key is put into it, and
//! stopped when it is empty and was not used for a while. A bucket that holds keys never stops by itself, since a key
//! that was set is there until somebody removes it or its time is over.
//!
//! Both are [`Shard`]s, and both are found through a registry, the [`Directory`], under the [`Place`] they fill: whoever
//! asks does not know which process that is today.

pub mod buckets;
pub mod database;
pub mod error;
pub mod shard;
pub mod table;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use otp::child::IntoStarted as _;
use otp::prelude::*;
use otp::registry::RegistrySpec;

pub use buckets::Buckets;
pub use database::Database;
pub use error::StoreError;
pub use shard::{Shard, ShardRef};

use crate::config::Config;
use crate::names::Names;

/// Which part of all keys a process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The shard of this number: a part of database 0.
    Shard(usize),
    /// The bucket of this number: all of that database.
    Bucket(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shard(number) => write!(f, "shard {number}"),
            Self::Bucket(number) => write!(f, "bucket {number}"),
        }
    }
}

/// Who holds which part. A process is entered before it runs, and its entry is gone before anybody learns of its end.
pub type Directory = Registry<Place>;

pub(crate) fn directory(names: &Names) -> RegistrySpec<Place, (), otp::registry::Unique> {
    Directory::unique(names.directory())
}

/// The supervisor of the shards. Each is restarted alone: the keys of the others have nothing to do with it.
pub(crate) fn shards(names: &Names, shards: usize) -> SupervisorSpec {
    // A client can crash a shard whenever it likes (`DEBUG PANIC`), so many crashes do not mean, as they usually
    // would, that the state everything was built on is wrong and that more has to be restarted.
    let spec = Supervisor::builder().strategy(Strategy::OneForOne).max_restarts(1000).max_seconds(10);
    spec.children((0..shards).map(|number| child_spec(names, Place::Shard(number), None))).name(names.store())
}

/// The supervisor of the buckets: without any, to begin with. It needs no `max_children`: there is a place in the directory
/// for each number that `SELECT` takes, and one process at a time has it.
pub(crate) fn buckets(names: &Names) -> DynamicSupervisorSpec {
    DynamicSupervisor::builder().name(names.buckets())
}

/// The process that holds a part of the keys, entered in the directory.
fn child_spec(names: &Names, place: Place, idle: Option<Duration>) -> ChildSpec {
    let directory = names.directory();
    ChildSpec::new(place.to_string(), move |_slot| {
        let entry = Directory::named(directory.clone()).via(place);
        async move { Shard::start_link((place, idle)).via(entry).label(place.to_string()).await.into_started() }
    })
}

/// The way to all keys, for those who start after the directory, which is everybody else in the tree.
#[derive(Clone, Debug)]
pub struct Store {
    directory: Directory,
    shards: Database,
    buckets: Arc<Buckets>,
}

impl Store {
    pub(crate) fn of(names: &Names, config: &Config) -> Self {
        let directory = Directory::named(names.directory());
        let shards = Database::sharded(&directory, config.shards);
        let buckets = Arc::new(Buckets::new(names.clone(), directory.clone(), config));
        Self { directory, shards, buckets }
    }

    /// The database of this number, if there is one. 0 is [`shards`](Self::shards).
    pub fn database(&self, number: usize) -> Option<Database> {
        match number {
            0 => Some(self.shards.clone()),
            _ if number <= self.buckets.most() => Some(Database::bucket(&self.directory, number, self.buckets.clone())),
            _ => None,
        }
    }

    /// Database 0.
    pub fn shards(&self) -> &Database {
        &self.shards
    }

    /// The others.
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// All databases that may hold something, by number: the first one, and the buckets that run.
    pub fn occupied(&self) -> Result<Vec<Database>, StoreError> {
        let running = self.buckets.running()?.into_iter();
        let buckets = running.map(|(number, _)| Database::bucket(&self.directory, number, self.buckets.clone()));
        Ok(std::iter::once(self.shards.clone()).chain(buckets).collect())
    }
}
