//! The keys of one shard, as plain data: no process, no clock. Whoever asks says what time it is.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::glob;
use crate::resp::integer;

/// Keys with their values, of which some have a deadline.
///
/// A key whose deadline has passed is gone for every question, although its memory is only given back when somebody
/// asks for that very key or when [`sweep`](Table::sweep) comes by.
#[derive(Debug, Default)]
pub struct Table {
    entries: HashMap<Bytes, Entry>,
    /// The keys that have a deadline, soonest first: exactly one pair for each `Entry` with `expires`.
    deadlines: BTreeSet<(Instant, Bytes)>,
}

#[derive(Debug)]
struct Entry {
    value: Bytes,
    expires: Option<Instant>,
}

impl Entry {
    fn is_over(&self, now: Instant) -> bool {
        self.expires.is_some_and(|deadline| deadline <= now)
    }
}

/// When `SET` may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `NX`: only a key that is not there.
    IfAbsent,
    /// `XX`: only a key that is there.
    IfPresent,
}

/// How long a key has to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeToLive {
    /// There is no such key.
    NoKey,
    /// It stays.
    Unlimited,
    /// It goes after this time.
    Left(Duration),
}

/// Why a value was not incremented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncrError {
    /// The value is not the text of a 64 bit integer.
    NotAnInteger,
    /// The value is the largest 64 bit integer.
    Overflow,
}

/// How much a table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// All keys.
    pub keys: usize,
    /// Those of them that have a deadline.
    pub expiring: usize,
}

impl Table {
    /// The value of a key.
    pub fn get(&mut self, key: &[u8], now: Instant) -> Option<Bytes> {
        self.live(key, now).map(|entry| entry.value.clone())
    }

    /// True if the key is there.
    pub fn contains(&mut self, key: &[u8], now: Instant) -> bool {
        self.live(key, now).is_some()
    }

    /// Sets a key, with a new time to live or with none. False if the condition did not hold.
    pub fn set(
        &mut self,
        key: &[u8],
        value: &[u8],
        time_to_live: Option<Duration>,
        condition: Option<Condition>,
        now: Instant,
    ) -> bool {
        let wanted = match condition {
            None => true,
            Some(Condition::IfAbsent) => self.live(key, now).is_none(),
            Some(Condition::IfPresent) => self.live(key, now).is_some(),
        };
        if wanted {
            // Copies: what came from a client is a slice of everything that was read from it, and a key of three
            // bytes must not keep 64 kB of buffer alive.
            let (key, value) = (Bytes::copy_from_slice(key), Bytes::copy_from_slice(value));
            // A time so far off that the clock cannot express it is as good as none.
            let expires = time_to_live.and_then(|left| now.checked_add(left));
            self.insert(key, Entry { value, expires });
        }
        wanted
    }

    /// Removes a key. True if it was there.
    pub fn remove(&mut self, key: &[u8], now: Instant) -> bool {
        self.take(key).is_some_and(|entry| !entry.is_over(now))
    }

    /// Adds one to the number that is the key's value; a key that is not there counts as 0. Its deadline stays.
    pub fn incr(&mut self, key: &[u8], now: Instant) -> Result<i64, IncrError> {
        let Some(entry) = self.live(key, now) else {
            self.set(key, b"1", None, None, now);
            return Ok(1);
        };
        let value = integer(&entry.value).ok_or(IncrError::NotAnInteger)?;
        let next = value.checked_add(1).ok_or(IncrError::Overflow)?;
        entry.value = Bytes::from(next.to_string());
        Ok(next)
    }

    /// Gives a key a new time to live, of which none is left if it is zero. False if there is no such key.
    pub fn expire(&mut self, key: &[u8], time_to_live: Duration, now: Instant) -> bool {
        if self.live(key, now).is_none() {
            return false;
        }
        if let Some((key, entry)) = self.take_pair(key)
            && !time_to_live.is_zero()
        {
            let expires = now.checked_add(time_to_live);
            self.insert(key, Entry { expires, ..entry });
        }
        true
    }

    /// How long a key has to live.
    pub fn time_to_live(&mut self, key: &[u8], now: Instant) -> TimeToLive {
        match self.live(key, now).map(|entry| entry.expires) {
            None => TimeToLive::NoKey,
            Some(None) => TimeToLive::Unlimited,
            Some(Some(deadline)) => TimeToLive::Left(deadline - now),
        }
    }

    /// The keys that fit a pattern, in no particular order.
    pub fn keys(&self, pattern: &[u8], now: Instant) -> Vec<Bytes> {
        let live = self.entries.iter().filter(|(_, entry)| !entry.is_over(now));
        live.filter(|(key, _)| glob::matches(pattern, key)).map(|(key, _)| key.clone()).collect()
    }

    /// How much there is.
    pub fn size(&self, now: Instant) -> Size {
        let over = self.deadlines.iter().take_while(|(deadline, _)| *deadline <= now).count();
        Size { keys: self.entries.len() - over, expiring: self.deadlines.len() - over }
    }

    /// Gives back the memory of at most `limit` keys whose time is over. True if there are more.
    pub fn sweep(&mut self, limit: usize, now: Instant) -> bool {
        for _ in 0..limit {
            match self.deadlines.first() {
                Some((deadline, _)) if *deadline <= now => {}
                _ => return false,
            }
            if let Some((_, key)) = self.deadlines.pop_first() {
                self.entries.remove(&key);
            }
        }
        self.deadlines.first().is_some_and(|(deadline, _)| *deadline <= now)
    }

    /// True if there is nothing at all, not even a key whose time is over.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True if some key has a deadline, so that there will be something to sweep.
    pub fn has_deadlines(&self) -> bool {
        !self.deadlines.is_empty()
    }

    /// The entry of a key that is there; one whose time is over is removed on the way.
    fn live(&mut self, key: &[u8], now: Instant) -> Option<&mut Entry> {
        if self.entries.get(key)?.is_over(now) {
            self.take(key);
            return None;
        }
        self.entries.get_mut(key)
    }

    // These three and `sweep` are all that changes the two collections, and each leaves them in step.

    fn insert(&mut self, key: Bytes, entry: Entry) {
        let deadline = entry.expires;
        let before = self.entries.insert(key.clone(), entry);
        // The old pair goes first: it may be the very same.
        if let Some(old) = before.and_then(|entry| entry.expires) {
            self.deadlines.remove(&(old, key.clone()));
        }
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, key));
        }
    }

    fn take(&mut self, key: &[u8]) -> Option<Entry> {
        self.take_pair(key).map(|(_, entry)| entry)
    }

    fn take_pair(&mut self, key: &[u8]) -> Option<(Bytes, Entry)> {
        let (key, entry) = self.entries.remove_entry(key)?;
        match entry.expires {
            None => Some((key, entry)),
            Some(deadline) => {
                let pair = (deadline, key);
                self.deadlines.remove(&pair);
                Some((pair.1, entry))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A table and a clock that moves only when told.
    struct At {
        table: Table,
        now: Instant,
    }

    impl At {
        fn start() -> Self {
            Self { table: Table::default(), now: Instant::now() }
        }

        fn set(&mut self, key: &str, value: &str, seconds: Option<u32>) {
            let time_to_live = seconds.map(|seconds| SECOND * seconds);
            assert!(self.table.set(key.as_bytes(), value.as_bytes(), time_to_live, None, self.now));
        }

        fn set_if(&mut self, key: &str, condition: Condition) -> bool {
            self.table.set(key.as_bytes(), b"new", None, Some(condition), self.now)
        }

        fn get(&mut self, key: &str) -> Option<String> {
            let value = self.table.get(key.as_bytes(), self.now)?;
            Some(String::from_utf8(value.to_vec()).unwrap())
        }

        fn time_to_live(&mut self, key: &str) -> TimeToLive {
            self.table.time_to_live(key.as_bytes(), self.now)
        }

        fn size(&self) -> (usize, usize) {
            let size = self.table.size(self.now);
            (size.keys, size.expiring)
        }

        fn pass(&mut self, seconds: u32) {
            self.now += SECOND * seconds;
        }

        /// Says that every pair belongs to an entry, and every deadline to a pair.
        fn check(&self) {
            let deadlines = self.table.entries.iter().filter_map(|(key, entry)| Some((entry.expires?, key.clone())));
            assert_eq!(deadlines.collect::<BTreeSet<_>>(), self.table.deadlines);
        }
    }

    #[test]
    fn a_key_is_gone_when_its_time_is_over() {
        let mut at = At::start();
        at.set("short", "1", Some(1));
        at.set("long", "2", Some(5));
        at.set("ever", "3", None);
        assert_eq!(at.size(), (3, 2));
        at.pass(1);
        assert_eq!(at.size(), (2, 1), "counted out before anything was removed");
        assert_eq!(at.table.keys(b"*", at.now).len(), 2);
        assert_eq!((at.get("short"), at.get("long"), at.get("ever")), (None, Some("2".into()), Some("3".into())));
        assert_eq!(at.time_to_live("short"), TimeToLive::NoKey);
        assert_eq!(at.time_to_live("long"), TimeToLive::Left(SECOND * 4));
        assert_eq!(at.time_to_live("ever"), TimeToLive::Unlimited);
        at.check();
    }

    #[test]
    fn setting_again_takes_the_deadline_away() {
        let mut at = At::start();
        at.set("key", "1", Some(1));
        at.set("key", "2", None);
        at.check();
        at.pass(2);
        assert_eq!(at.get("key"), Some("2".into()));
        at.set("key", "3", Some(3));
        at.set("key", "4", Some(3));
        at.check();
        assert_eq!(at.size(), (1, 1));
    }

    #[test]
    fn conditions() {
        let mut at = At::start();
        assert!(!at.set_if("key", Condition::IfPresent));
        assert!(at.set_if("key", Condition::IfAbsent));
        assert!(!at.set_if("key", Condition::IfAbsent));
        assert!(at.set_if("key", Condition::IfPresent));
        at.set("over", "1", Some(1));
        at.pass(1);
        assert!(!at.set_if("over", Condition::IfPresent), "its time is over, so it is not there");
        at.set("over", "1", Some(1));
        at.pass(1);
        assert!(at.set_if("over", Condition::IfAbsent));
        at.check();
    }

    #[test]
    fn removing_counts_only_what_was_there() {
        let mut at = At::start();
        at.set("key", "1", None);
        at.set("over", "1", Some(1));
        at.pass(1);
        let mut remove = |key: &str| at.table.remove(key.as_bytes(), at.now);
        assert_eq!((remove("key"), remove("key"), remove("over"), remove("never")), (true, false, false, false));
        at.check();
        assert_eq!(at.size(), (0, 0));
    }

    #[test]
    fn incr_counts_and_keeps_the_deadline() {
        let mut at = At::start();
        assert_eq!(at.table.incr(b"n", at.now), Ok(1));
        assert_eq!(at.table.incr(b"n", at.now), Ok(2));
        at.set("n", "9223372036854775806", Some(5));
        assert_eq!(at.table.incr(b"n", at.now), Ok(i64::MAX));
        assert_eq!(at.table.incr(b"n", at.now), Err(IncrError::Overflow));
        assert_eq!(at.time_to_live("n"), TimeToLive::Left(SECOND * 5));
        at.set("text", "1.5", None);
        assert_eq!(at.table.incr(b"text", at.now), Err(IncrError::NotAnInteger));
        assert_eq!(at.get("text"), Some("1.5".into()));
        at.pass(5);
        assert_eq!(at.table.incr(b"n", at.now), Ok(1), "it starts again when its time is over");
        at.check();
    }

    #[test]
    fn expire_moves_the_deadline() {
        let mut at = At::start();
        assert!(!at.table.expire(b"key", SECOND, at.now));
        at.set("key", "1", None);
        assert!(at.table.expire(b"key", SECOND, at.now));
        assert!(at.table.expire(b"key", SECOND * 9, at.now));
        at.check();
        assert_eq!(at.time_to_live("key"), TimeToLive::Left(SECOND * 9));
        assert!(at.table.expire(b"key", Duration::ZERO, at.now), "no time left: the key goes, which is a success");
        assert_eq!(at.get("key"), None);
        at.check();
    }

    #[test]
    fn a_sweep_takes_a_bounded_number_of_keys() {
        let mut at = At::start();
        for n in 0..10 {
            at.set(&format!("over{n}"), "1", Some(1));
        }
        at.set("live", "1", Some(9));
        assert!(!at.table.sweep(100, at.now), "nothing is over yet");
        at.pass(1);
        assert!(at.table.sweep(4, at.now), "six are left");
        at.check();
        assert_eq!(at.table.entries.len(), 7);
        assert!(!at.table.sweep(6, at.now));
        assert_eq!(at.size(), (1, 1));
        assert!(at.table.has_deadlines());
    }

    #[test]
    fn a_time_beyond_the_clock_is_for_ever() {
        let mut at = At::start();
        at.table.set(b"key", b"1", Some(Duration::MAX), None, at.now);
        assert_eq!(at.time_to_live("key"), TimeToLive::Unlimited);
    }
}
