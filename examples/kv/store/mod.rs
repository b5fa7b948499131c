//! Where the keys are: shard processes under a supervisor, and [`Shards`], which asks the right one.

pub mod shard;
pub mod table;

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use otp::prelude::*;
use otp::process;

pub use shard::{Shard, ShardRef};
use table::{Condition, IncrError, Size, TimeToLive};

/// The supervisor of the shards. Each is restarted alone: the keys of the others have nothing to do with it.
pub(crate) fn supervisor(shards: usize) -> SupervisorSpec {
    // A client can crash a shard whenever it likes (`DEBUG PANIC`), so many crashes do not mean, as they usually
    // would, that the state everything was built on is wrong and that more has to be restarted.
    let spec = Supervisor::builder().strategy(Strategy::OneForOne).max_restarts(1000).max_seconds(10);
    spec.children((0..shards).map(|number| ChildSpec::of::<Shard>(move || number).id(id(number))))
}

fn id(number: usize) -> String {
    format!("shard {number}")
}

/// Asks the shard that owns a key, or all of them.
///
/// Its handles come from the supervisor: each reaches whoever is that shard at the moment, also after a restart.
#[derive(Clone, Debug)]
pub struct Shards {
    shards: Arc<[ShardRef]>,
}

/// How long to wait for a shard that is being restarted, each time. Together a quarter of a second: a restart takes
/// microseconds, and a client that waits longer wants to know.
const PATIENCE: [Duration; 8] = {
    let ms = Duration::from_millis;
    [ms(1), ms(2), ms(4), ms(8), ms(16), ms(32), ms(64), ms(128)]
};

impl Shards {
    /// The shards of a store that is running.
    pub(crate) fn of(store: &SupervisorRef, shards: usize) -> Self {
        Self { shards: (0..shards).map(|number| store.child::<Shard>(&id(number))).collect() }
    }

    /// The handle of each shard, by number.
    pub fn all(&self) -> &[ShardRef] {
        &self.shards
    }

    /// The number of the shard that owns a key: always the same one, so not the hasher with random keys.
    pub fn owner(&self, key: &[u8]) -> usize {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        // The modulus is a `usize`, so the rest is one.
        (hasher.finish() % self.shards.len() as u64) as usize
    }

    /// The value of a key.
    pub async fn get(&self, key: Bytes) -> Result<Option<Bytes>, ShardError> {
        self.ask(self.owner(&key), |shard| shard.get(key.clone())).await
    }

    /// Sets a key. False if the condition did not hold.
    pub async fn set(
        &self,
        key: Bytes,
        value: Bytes,
        time_to_live: Option<Duration>,
        condition: Option<Condition>,
    ) -> Result<bool, ShardError> {
        self.ask(self.owner(&key), |shard| shard.set(key.clone(), value.clone(), time_to_live, condition)).await
    }

    /// Removes keys and says how many were there.
    pub async fn remove(&self, keys: Vec<Bytes>) -> Result<usize, ShardError> {
        self.sum(keys, |shard, keys| shard.remove(keys)).await
    }

    /// Says how many of the keys are there; one named twice counts twice.
    pub async fn count(&self, keys: Vec<Bytes>) -> Result<usize, ShardError> {
        self.sum(keys, |shard, keys| shard.count(keys)).await
    }

    /// Adds one to a number.
    pub async fn incr(&self, key: Bytes) -> Result<Result<i64, IncrError>, ShardError> {
        self.ask(self.owner(&key), |shard| shard.incr(key.clone())).await
    }

    /// Gives a key a new time to live. False if there is no such key.
    pub async fn expire(&self, key: Bytes, time_to_live: Duration) -> Result<bool, ShardError> {
        self.ask(self.owner(&key), |shard| shard.expire(key.clone(), time_to_live)).await
    }

    /// How long a key has to live.
    pub async fn time_to_live(&self, key: Bytes) -> Result<TimeToLive, ShardError> {
        self.ask(self.owner(&key), |shard| shard.time_to_live(key.clone())).await
    }

    /// The keys that fit a pattern, in no particular order.
    pub async fn keys(&self, pattern: Bytes) -> Result<Vec<Bytes>, ShardError> {
        Ok(self.ask_all(|shard| shard.keys(pattern.clone())).await?.concat())
    }

    /// How much each shard holds, in the order of their numbers.
    pub async fn sizes(&self) -> Vec<Result<Size, ShardError>> {
        self.ask_each(|shard| shard.size()).await
    }

    /// How many keys there are.
    pub async fn total(&self) -> Result<usize, ShardError> {
        self.sizes().await.into_iter().map(|size| size.map(|size| size.keys)).sum()
    }

    /// Forgets all keys.
    pub async fn clear(&self) -> Result<(), ShardError> {
        self.ask_all(|shard| shard.clear()).await.map(|_| ())
    }

    /// Crashes the shard that owns the key, so this never succeeds.
    pub async fn crash(&self, key: Bytes) -> Result<(), ShardError> {
        self.ask(self.owner(&key), |shard| shard.crash(key.clone())).await
    }

    /// Asks each shard that owns some of the keys about those, all at once, and adds up what they say.
    ///
    /// There is no transaction over shards: if one of them fails, the others have done their part.
    async fn sum<A: Send + 'static>(
        &self,
        keys: Vec<Bytes>,
        call: impl for<'a> Fn(&'a ShardRef, Vec<Bytes>) -> Call<'a, Shard, A, usize>,
    ) -> Result<usize, ShardError> {
        let mut parts = vec![Vec::new(); self.shards.len()];
        for key in keys {
            parts[self.owner(&key)].push(key);
        }
        let parts = parts.iter().enumerate().filter(|(_, part)| !part.is_empty());
        let call = &call;
        let asked = parts.map(|(number, part)| self.ask(number, move |shard| call(shard, part.clone())));
        join_all(asked).await.into_iter().sum()
    }

    /// Asks all shards, all at once. An error if one of them fails.
    async fn ask_all<A: Send + 'static, T: Send + 'static>(
        &self,
        call: impl for<'a> Fn(&'a ShardRef) -> Call<'a, Shard, A, T>,
    ) -> Result<Vec<T>, ShardError> {
        self.ask_each(call).await.into_iter().collect()
    }

    /// Asks all shards, all at once.
    async fn ask_each<A: Send + 'static, T: Send + 'static>(
        &self,
        call: impl for<'a> Fn(&'a ShardRef) -> Call<'a, Shard, A, T>,
    ) -> Vec<Result<T, ShardError>> {
        join_all((0..self.shards.len()).map(|number| self.ask(number, &call))).await
    }

    /// Asks one shard, with some patience while it is being restarted.
    ///
    /// Only a call that found nobody is repeated: nobody has begun to carry it out, so this is safe even for `INCR`.
    /// A call that was lost in a crash may have been carried out, and that is for the client to judge.
    async fn ask<A: Send + 'static, T: Send + 'static>(
        &self,
        number: usize,
        call: impl for<'a> Fn(&'a ShardRef) -> Call<'a, Shard, A, T>,
    ) -> Result<T, ShardError> {
        for pause in PATIENCE {
            match call(&self.shards[number]).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.is_noproc() => process::sleep(pause).await,
                Err(error) => return Err(ShardError::of(number, error)),
            }
        }
        Err(ShardError::Restarting(number))
    }
}

/// Why a shard, of this number, did not answer.
#[derive(Clone, Debug)]
pub enum ShardError {
    /// It crashed when it had the request. Holds why.
    Crashed(usize, ExitReason),
    /// It has not come back after a crash.
    Restarting(usize),
    /// It is there, and the call failed all the same: most likely it took too long.
    Failed(usize, CallError),
}

impl ShardError {
    fn of(shard: usize, error: CallError) -> Self {
        match error.exit_reason() {
            Some(reason) => Self::Crashed(shard, reason.clone()),
            None => Self::Failed(shard, error),
        }
    }
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crashed(shard, reason) => write!(f, "ERR shard {shard} crashed: {reason}"),
            // The word by which Redis Cluster says that the same request may succeed in a moment.
            Self::Restarting(shard) => write!(f, "TRYAGAIN shard {shard} is being restarted"),
            Self::Failed(shard, error) => write!(f, "ERR shard {shard} did not answer: {error}"),
        }
    }
}

impl std::error::Error for ShardError {}
