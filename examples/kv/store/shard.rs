//! One shard: the process that owns a part of the keys. A bucket is a shard that owns all keys of its database.

use std::time::{Duration, Instant};

use bytes::Bytes;
use otp::prelude::*;
use otp::process;

use super::Place;
use super::table::{Condition, IncrError, Size, Table, TimeToLive};

/// How often a shard that holds keys with a deadline looks for those whose time is over. Only their memory waits for
/// that: nobody is shown such a key.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// How many keys one sweep takes at most, so that no caller waits for a million of them.
const SWEEP_LIMIT: usize = 10_000;

/// A server that owns a part of the keys. Whatever happens to it happens to these keys alone.
///
/// Its state is lost when it crashes: a shard starts again empty, like a Redis without a file to read.
// It traps exits because `terminate` is to run also when the supervisor shuts it down, which it does by a signal.
#[gen_server(trap_exit = true)]
pub struct Shard {
    place: Place,
    table: Table,
    /// How long nobody has to use it before it stops, if it is empty. `None`: it stays.
    idle: Option<Duration>,
    /// When it was asked something last.
    used: Instant,
    /// True while a [`Sweep`] is on its way.
    sweep_is_due: bool,
    /// True while a [`Look`] is on its way.
    look_is_due: bool,
}

/// The shard's own reminder to look for keys whose time is over.
struct Sweep;

/// The shard's own reminder to see whether anybody needs it.
struct Look;

#[gen_server]
impl Shard {
    #[init]
    fn init(place: Place, idle: Option<Duration>) -> Self {
        let table = Table::default();
        let mut shard = Self { place, table, idle, used: now(), sweep_is_due: false, look_is_due: false };
        shard.look_later();
        shard
    }

    /// The value of a key.
    #[call]
    pub fn get(&mut self, key: Bytes) -> Option<Bytes> {
        let now = self.touch();
        self.table.get(&key, now)
    }

    /// Sets a key. False if the condition did not hold.
    #[call]
    pub fn set(
        &mut self,
        key: Bytes,
        value: Bytes,
        time_to_live: Option<Duration>,
        condition: Option<Condition>,
    ) -> bool {
        let now = self.touch();
        let done = self.table.set(&key, &value, time_to_live, condition, now);
        self.sweep_later();
        done
    }

    /// Removes keys and says how many were there.
    #[call]
    pub fn remove(&mut self, keys: Vec<Bytes>) -> usize {
        let now = self.touch();
        let removed = keys.iter().filter(|key| self.table.remove(key, now)).count();
        self.look_later();
        removed
    }

    /// Says how many of the keys are there; one named twice counts twice.
    #[call]
    pub fn count(&mut self, keys: Vec<Bytes>) -> usize {
        let now = self.touch();
        keys.iter().filter(|key| self.table.contains(key, now)).count()
    }

    /// Adds one to a number.
    #[call]
    pub fn incr(&mut self, key: Bytes) -> Result<i64, IncrError> {
        let now = self.touch();
        self.table.incr(&key, now)
    }

    /// Gives a key a new time to live. False if there is no such key.
    #[call]
    pub fn expire(&mut self, key: Bytes, time_to_live: Duration) -> bool {
        let now = self.touch();
        let done = self.table.expire(&key, time_to_live, now);
        self.sweep_later();
        self.look_later();
        done
    }

    /// How long a key has to live.
    #[call]
    pub fn time_to_live(&mut self, key: Bytes) -> TimeToLive {
        let now = self.touch();
        self.table.time_to_live(&key, now)
    }

    /// The keys that fit a pattern.
    #[call]
    pub fn keys(&mut self, pattern: Bytes) -> Vec<Bytes> {
        let now = self.touch();
        self.table.keys(&pattern, now)
    }

    /// How much the shard holds. To look is not to use: statistics keep nothing alive.
    #[call]
    pub fn size(&mut self) -> Size {
        self.table.size(now())
    }

    /// Forgets all keys.
    #[call]
    pub fn clear(&mut self) {
        self.touch();
        self.table = Table::default();
        self.look_later();
    }

    /// Crashes, for those who want to see what happens then. There is never an answer.
    #[call]
    pub fn crash(&mut self, key: Bytes) {
        panic!("DEBUG PANIC of key '{}'", key.escape_ascii());
    }

    #[info]
    fn sweep(&mut self, _: Sweep) {
        self.sweep_is_due = false;
        if self.table.sweep(SWEEP_LIMIT, now()) {
            // There is more to do. Calls that came meanwhile are before us in the mailbox and get their turn first.
            self.sweep_is_due = process::send(process::self_pid(), Sweep).is_ok();
        }
        self.sweep_later();
        self.look_later();
    }

    /// Stops if it is empty and was not used for long enough. A call that comes just now is not lost: whoever asked learns
    /// that nobody carried it out, and that the reason is this one.
    #[info]
    fn look(&mut self, _: Look) -> Next {
        self.look_is_due = false;
        if self.table.is_empty() && self.stops_at().is_some_and(|at| at <= now()) {
            tracing::debug!("{} is empty and was not used for {:?}", self.place, self.idle.unwrap_or_default());
            return Next::stop(ExitReason::Normal);
        }
        self.look_later();
        Next::noreply()
    }

    /// The directory has ended, of which each of its processes is told. The supervisors stop everything that relies on
    /// it, from the listener on: until it is our turn, requests that are under way get their answers.
    #[info]
    fn exit(&mut self, _: Exit) {}

    /// Notes that it is used, and says when that is.
    fn touch(&mut self) -> Instant {
        self.used = now();
        self.used
    }

    /// Asks for a sweep, if there will be something to sweep and none was asked for.
    fn sweep_later(&mut self) {
        if self.table.has_deadlines() && !self.sweep_is_due {
            process::send_after(process::self_pid(), Sweep, SWEEP_EVERY);
            self.sweep_is_due = true;
        }
    }

    /// When it stops if it is empty and nobody uses it until then. `None`: never.
    fn stops_at(&self) -> Option<Instant> {
        self.used.checked_add(self.idle?)
    }

    /// Asks for a look when it will have been idle for long enough, if it is empty and none was asked for: one that holds
    /// keys has nothing to look for.
    fn look_later(&mut self) {
        if let Some(at) = self.stops_at()
            && self.table.is_empty()
            && !self.look_is_due
        {
            process::send_after(process::self_pid(), Look, at.saturating_duration_since(now()));
            self.look_is_due = true;
        }
    }

    #[terminate]
    fn terminate(&mut self, reason: &ExitReason) {
        let keys = self.table.size(now()).keys;
        match self.place {
            place if !reason.is_orderly() => tracing::warn!(keys, "{place} crashes and takes its keys along"),
            Place::Shard(shard) => tracing::info!(shard, keys, "shard stops"),
            // There may be thousands of them.
            Place::Bucket(bucket) => tracing::debug!(bucket, keys, "bucket stops"),
        }
    }
}

/// The time by the runtime's clock, which a test can stop and turn.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[otp::test(start_paused = true)]
    async fn keys_expire_by_the_clock_and_are_swept() -> otp::Result {
        let shard = Shard::start_link((Place::Shard(0), None)).await?;
        shard.set(bytes("short"), bytes("1"), Some(Duration::from_secs(1)), None).await?;
        shard.set(bytes("ever"), bytes("2"), None, None).await?;
        assert_eq!(shard.size().await?, Size { keys: 2, expiring: 1 });
        tokio::time::sleep(Duration::from_millis(900)).await;
        assert_eq!(shard.get(bytes("short")).await?, Some(bytes("1")));
        tokio::time::sleep(Duration::from_millis(101)).await;
        assert_eq!(shard.get(bytes("short")).await?, None);
        assert_eq!(shard.size().await?, Size { keys: 1, expiring: 0 });
        shard.stop().await?;
        Ok(())
    }

    #[otp::test(start_paused = true)]
    async fn only_an_empty_one_stops_when_nobody_uses_it() -> otp::Result {
        const IDLE: Duration = Duration::from_secs(10);
        let tick = || tokio::time::sleep(Duration::from_secs(1));
        let bucket = Shard::start((Place::Bucket(1), Some(IDLE))).await?;
        bucket.set(bytes("a"), bytes("1"), None, None).await?;
        tokio::time::sleep(IDLE * 10).await;
        assert_eq!(bucket.get(bytes("a")).await?, Some(bytes("1")), "keys keep it alive");
        assert_eq!(bucket.remove(vec![bytes("a")]).await?, 1);
        for _ in 0..30 {
            tick().await;
            assert_eq!(bucket.get(bytes("a")).await?, None, "questions keep it alive");
        }
        for _ in 0..9 {
            tick().await;
            assert_eq!(bucket.size().await?.keys, 0, "statistics do not");
        }
        let monitor = bucket.monitor();
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Normal));
        Ok(())
    }

    #[otp::test(start_paused = true)]
    async fn a_bucket_whose_last_key_expires_stops_by_and_by() -> otp::Result {
        let bucket = Shard::start((Place::Bucket(1), Some(Duration::from_secs(10)))).await?;
        bucket.set(bytes("a"), bytes("1"), Some(Duration::from_secs(60)), None).await?;
        let (started, monitor) = (now(), bucket.monitor());
        assert_eq!(process::receive::<Down>().await.reference, monitor);
        let lived = now() - started;
        assert!((60..=70).contains(&lived.as_secs()), "{lived:?}");
        Ok(())
    }

    #[test]
    fn handlers_are_ordinary_methods() {
        let mut shard = Shard::init(Place::Shard(0), None);
        assert_eq!(shard.incr(bytes("n")), Ok(1));
        assert_eq!(shard.count(vec![bytes("n"), bytes("n"), bytes("m")]), 2);
        assert_eq!(shard.remove(vec![bytes("n"), bytes("n")]), 1);
    }
}
