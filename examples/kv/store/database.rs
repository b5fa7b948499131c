//! One database: asks the process that holds a key, or all that hold some of its keys.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use otp::prelude::*;
use otp::process;

use super::table::{Condition, IncrError, Size, TimeToLive};
use super::{Buckets, Directory, Place, Shard, ShardRef, StoreError};

/// The keys of one database.
///
/// Its handles name a place in the directory: each reaches whoever holds that place at the moment, also after a restart.
#[derive(Clone, Debug)]
pub struct Database {
    parts: Arc<[ShardRef]>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Database 0. Its processes are there unless one of them has just crashed.
    Sharded,
    /// Another one. Its process, if it runs, is the only one.
    Bucket(usize, Arc<Buckets>),
}

/// How long to wait for a process that is being restarted, each time. Together a quarter of a second: a restart takes
/// microseconds, and a client that waits longer wants to know.
const PATIENCE: [Duration; 8] = {
    let ms = Duration::from_millis;
    [ms(1), ms(2), ms(4), ms(8), ms(16), ms(32), ms(64), ms(128)]
};

/// What to do about a call to a bucket that does not run. It holds nothing, so most questions have their answer already.
enum Absent<T> {
    /// This is the answer.
    Is(T),
    /// It takes a process: start it.
    Start,
}

impl Database {
    pub(super) fn sharded(directory: &Directory, shards: usize) -> Self {
        let parts = (0..shards).map(|number| ShardRef::via(directory.via(Place::Shard(number))));
        Self { parts: parts.collect(), kind: Kind::Sharded }
    }

    pub(super) fn bucket(directory: &Directory, number: usize, buckets: Arc<Buckets>) -> Self {
        let part = ShardRef::via(directory.via(Place::Bucket(number)));
        Self { parts: Arc::new([part]), kind: Kind::Bucket(number, buckets) }
    }

    /// Its number.
    pub fn number(&self) -> usize {
        match self.kind {
            Kind::Sharded => 0,
            Kind::Bucket(number, _) => number,
        }
    }

    /// The handle of each process that holds some of its keys.
    pub fn parts(&self) -> &[ShardRef] {
        &self.parts
    }

    /// Which of the [`parts`](Self::parts) holds a key: always the same one, so not the hasher with random keys.
    pub fn owner(&self, key: &[u8]) -> usize {
        if self.parts.len() == 1 {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        // The modulus is a `usize`, so the rest is one.
        (hasher.finish() % self.parts.len() as u64) as usize
    }

    /// The value of a key.
    pub async fn get(&self, key: Bytes) -> Result<Option<Bytes>, StoreError> {
        self.ask(self.owner(&key), Absent::Is(None), |shard| shard.get(key.clone())).await
    }

    /// Sets a key. False if the condition did not hold.
    pub async fn set(
        &self,
        key: Bytes,
        value: Bytes,
        time_to_live: Option<Duration>,
        condition: Option<Condition>,
    ) -> Result<bool, StoreError> {
        let absent = if condition == Some(Condition::IfPresent) { Absent::Is(false) } else { Absent::Start };
        let part = self.owner(&key);
        self.ask(part, absent, |shard| shard.set(key.clone(), value.clone(), time_to_live, condition)).await
    }

    /// Removes keys and says how many were there.
    pub async fn remove(&self, keys: Vec<Bytes>) -> Result<usize, StoreError> {
        self.sum(keys, |shard, keys| shard.remove(keys)).await
    }

    /// Says how many of the keys are there; one named twice counts twice.
    pub async fn count(&self, keys: Vec<Bytes>) -> Result<usize, StoreError> {
        self.sum(keys, |shard, keys| shard.count(keys)).await
    }

    /// Adds one to a number.
    pub async fn incr(&self, key: Bytes) -> Result<Result<i64, IncrError>, StoreError> {
        self.ask(self.owner(&key), Absent::Start, |shard| shard.incr(key.clone())).await
    }

    /// Gives a key a new time to live. False if there is no such key.
    pub async fn expire(&self, key: Bytes, time_to_live: Duration) -> Result<bool, StoreError> {
        self.ask(self.owner(&key), Absent::Is(false), |shard| shard.expire(key.clone(), time_to_live)).await
    }

    /// How long a key has to live.
    pub async fn time_to_live(&self, key: Bytes) -> Result<TimeToLive, StoreError> {
        let absent = Absent::Is(TimeToLive::NoKey);
        self.ask(self.owner(&key), absent, |shard| shard.time_to_live(key.clone())).await
    }

    /// The keys that fit a pattern, in no particular order.
    pub async fn keys(&self, pattern: Bytes) -> Result<Vec<Bytes>, StoreError> {
        let keys = self.ask_each(Vec::new, |shard| shard.keys(pattern.clone())).await;
        Ok(keys.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// How much each of its processes holds, in their order.
    pub async fn sizes(&self) -> Vec<Result<Size, StoreError>> {
        self.ask_each(Size::default, |shard| shard.size()).await
    }

    /// How much there is, without what cannot be asked at the moment.
    pub async fn size(&self) -> Size {
        self.sizes().await.into_iter().flatten().fold(Size::default(), |sum, part| Size {
            keys: sum.keys + part.keys,
            expiring: sum.expiring + part.expiring,
        })
    }

    /// How many keys there are.
    pub async fn total(&self) -> Result<usize, StoreError> {
        self.sizes().await.into_iter().map(|size| size.map(|size| size.keys)).sum()
    }

    /// Forgets all keys.
    pub async fn clear(&self) -> Result<(), StoreError> {
        self.ask_each(|| (), |shard| shard.clear()).await.into_iter().collect()
    }

    /// Crashes the process that holds the key, so this never succeeds.
    pub async fn crash(&self, key: Bytes) -> Result<(), StoreError> {
        self.ask(self.owner(&key), Absent::Start, |shard| shard.crash(key.clone())).await
    }

    /// Asks each process that holds some of the keys about those, all at once, and adds up what they say.
    ///
    /// There is no transaction over shards: if one of them fails, the others have done their part.
    async fn sum<A: Send + 'static>(
        &self,
        keys: Vec<Bytes>,
        call: impl for<'a> Fn(&'a ShardRef, Vec<Bytes>) -> Call<'a, Shard, A, usize>,
    ) -> Result<usize, StoreError> {
        let mut parts = vec![Vec::new(); self.parts.len()];
        for key in keys {
            parts[self.owner(&key)].push(key);
        }
        let parts = parts.iter().enumerate().filter(|(_, keys)| !keys.is_empty());
        let call = &call;
        let asked = parts.map(|(part, keys)| self.ask(part, Absent::Is(0), move |shard| call(shard, keys.clone())));
        join_all(asked).await.into_iter().sum()
    }

    /// Asks all its processes, all at once.
    async fn ask_each<A: Send + 'static, T: Send + 'static>(
        &self,
        absent: impl Fn() -> T,
        call: impl for<'a> Fn(&'a ShardRef) -> Call<'a, Shard, A, T>,
    ) -> Vec<Result<T, StoreError>> {
        join_all((0..self.parts.len()).map(|part| self.ask(part, Absent::Is(absent()), &call))).await
    }

    /// Asks one process, with some patience while it is being restarted.
    ///
    /// Only a call that nobody has begun to carry out is repeated, so this is safe even for `INCR`: one that found nobody,
    /// or that lay in the mailbox of a bucket which found itself idle. A call that was lost in a crash may have been
    /// carried out, and that is for the client to judge.
    async fn ask<A: Send + 'static, T: Send + 'static>(
        &self,
        part: usize,
        absent: Absent<T>,
        call: impl for<'a> Fn(&'a ShardRef) -> Call<'a, Shard, A, T>,
    ) -> Result<T, StoreError> {
        let mut absent = Some(absent);
        for pause in PATIENCE {
            let error = match call(&self.parts[part]).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // A process of ours ends with `normal` for one reason: it is a bucket, empty and not used.
            if !error.is_noproc() && error.exit_reason() != Some(&ExitReason::Normal) {
                return Err(StoreError::of(self.place(part), error));
            }
            match (&self.kind, absent.take()) {
                (Kind::Sharded, _) => process::sleep(pause).await,
                (Kind::Bucket(..), Some(Absent::Is(answer))) => return Ok(answer),
                (Kind::Bucket(_, buckets), _) => buckets.start(self.place(part)).await?,
            }
        }
        Err(StoreError::Restarting(self.place(part)))
    }

    fn place(&self, part: usize) -> Place {
        match self.kind {
            Kind::Sharded => Place::Shard(part),
            Kind::Bucket(number, _) => Place::Bucket(number),
        }
    }
}
