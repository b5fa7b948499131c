//! What is known of a run: what every stage emitted, and what went over every subscription.

use otp::gen_stage::dispatcher::SubscriptionTag;
use otp::gen_stage::{BufferKeep, Cancel, Cancelled, Refused};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// An event, as the stage that emitted it numbered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) stage: usize,
    pub(super) number: u64,
    /// What selectors and partitions go by.
    pub(super) key: u64,
}

/// The producing side of a stage.
#[derive(Debug, Default)]
pub(super) struct Producing {
    /// How many events it has emitted.
    pub(super) emitted: u64,
    /// How many of them its dispatcher has taken, and the last of those.
    pub(super) taken: u64,
    pub(super) last_taken: Option<u64>,
    /// How many of them its buffer has dropped.
    pub(super) dropped: u64,
    /// What its dispatcher says that it could take.
    pub(super) placeable: usize,
    /// Events that wait inside the dispatcher.
    pub(super) queued: usize,
    pub(super) sent: BTreeMap<SubscriptionTag, Sent>,
    /// The limit of its buffer, and what it keeps.
    pub(super) buffer: Option<usize>,
    pub(super) keep: BufferKeep,
    /// Of a producer: what it was asked for and has not emitted, and how many events it has left.
    pub(super) owed: usize,
    pub(super) supply: u64,
    /// Whether demand was ever held back.
    pub(super) accumulated: bool,
    pub(super) partitions: usize,
}

/// A subscription, as its producer's dispatcher knows it.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) asked: usize,
    pub(super) numbers: Vec<u64>,
    pub(super) live: bool,
    /// Of a broadcast: events that it was offered.
    pub(super) offered: usize,
    /// Of a partition dispatcher: which one it has.
    pub(super) partition: Option<usize>,
}

/// A subscription, as its consumer knows it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) consumer: usize,
    pub(super) producer: usize,
    pub(super) numbers: Vec<u64>,
    pub(super) max: usize,
    pub(super) min: usize,
    pub(super) manual: bool,
    pub(super) mode: Cancel,
    pub(super) ended: Option<Cancelled>,
}

/// See the module.
#[derive(Default)]
pub(super) struct World {
    pub(super) producing: Mutex<Vec<Arc<Mutex<Producing>>>>,
    pub(super) received: Mutex<BTreeMap<SubscriptionTag, Received>>,
    /// Stages that have to end, and why.
    pub(super) doomed: Mutex<BTreeMap<usize, String>>,
    /// Stages that the driver has ended.
    pub(super) ended: Mutex<BTreeSet<usize>>,
    /// Counts whatever any stage does.
    pub(super) activity: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl World {
    /// A new stage: its number.
    pub(super) fn add(&self, producing: Producing) -> usize {
        let mut all = lock(&self.producing);
        all.push(Arc::new(Mutex::new(producing)));
        all.len() - 1
    }

    pub(super) fn producing(&self, stage: usize) -> Arc<Mutex<Producing>> {
        lock(&self.producing)[stage].clone()
    }

    pub(super) fn act(&self) {
        self.activity.fetch_add(1, Ordering::SeqCst);
    }

    /// Notes what went wrong, the first time.
    pub(super) fn fail(&self, what: impl FnOnce() -> String) {
        lock(&self.failure).get_or_insert_with(what);
    }

    pub(super) fn check(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.fail(what);
        }
    }

    pub(super) fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    fn has_to_end(&self, stage: usize) -> bool {
        lock(&self.ended).contains(&stage) || lock(&self.doomed).contains_key(&stage)
    }

    /// A consumer got a batch.
    pub(super) fn got(&self, consumer: usize, tag: SubscriptionTag, events: &[Event]) {
        self.act();
        let mut received = lock(&self.received);
        let Some(it) = received.get_mut(&tag) else {
            return self.fail(|| format!("stage {consumer} got events of {tag}, which it does not know"));
        };
        let producing = self.producing(it.producer);
        let producing = lock(&producing);
        // What was stored of a subscription that has ended is handled at once.
        let over = producing.sent.get(&tag).is_none_or(|sent| !sent.live) || self.has_to_end(it.producer);
        let most = if it.manual || over { usize::MAX } else { it.max - it.min };
        self.check(!events.is_empty() && events.len() <= most, || {
            format!("stage {consumer} got a batch of {} with {}/{}", events.len(), it.max, it.min)
        });
        let at = it.numbers.len();
        it.numbers.extend(events.iter().map(|event| event.number));
        let sent = producing.sent.get(&tag).and_then(|sent| sent.numbers.get(at..it.numbers.len()));
        self.check(sent == Some(&it.numbers[at..]), || {
            format!("stage {consumer} got {:?} on {tag}, and was sent {sent:?}", &it.numbers[at..])
        });
        self.check(events.iter().all(|event| event.stage == it.producer), || "from the wrong stage".into());
    }

    /// A subscription has ended, on the side of its consumer.
    pub(super) fn ended(&self, consumer: usize, tag: SubscriptionTag, cancelled: &Cancelled) {
        self.act();
        let mut received = lock(&self.received);
        let Some(it) = received.get_mut(&tag) else {
            return self.fail(|| format!("{tag} has ended, which stage {consumer} does not know"));
        };
        self.check(it.ended.is_none(), || format!("{tag} has ended twice"));
        it.ended = Some(cancelled.clone());
        let reason = cancelled.reason();
        let exits = match it.mode {
            Cancel::Permanent => true,
            Cancel::Transient => !reason.is_orderly(),
            Cancel::Temporary => false,
        };
        if exits && !matches!(reason.downcast_ref::<Refused>(), Some(Refused::AlreadySubscribed)) {
            lock(&self.doomed).entry(consumer).or_insert_with(|| reason.to_string());
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics with it")
}
