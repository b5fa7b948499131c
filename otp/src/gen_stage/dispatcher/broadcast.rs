//! Every event goes to every consumer.

use super::{Dispatcher, Outbox, Refused, SubscriptionTag};
use crate::observe;
use crate::process::pid::Map;
use crate::process::{ExitReason, Pid};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// What a subscription to a broadcast says: which events it wants. Default: all.
#[doc(alias = ":selector")]
pub struct Selector<E>(Option<Selecting<E>>);

type Selecting<E> = Arc<dyn Fn(&E) -> bool + Send + Sync>;

impl<E> Selector<E> {
    /// The events for which this answers `true`. It runs in the producer, once for each event, and a panic in it ends the
    /// producer. What it rejects does not use up demand.
    pub fn new(selects: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(selects)))
    }
}

impl<E> Default for Selector<E> {
    fn default() -> Self {
        Self(None)
    }
}

impl<E> Clone for Selector<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E> fmt::Debug for Selector<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Selector(..)" } else { "Selector(all)" })
    }
}

/// Sends every event to all consumers, when all of them have asked for it: the slowest sets the pace.
///
/// - A consumer that subscribes and has not asked yet holds the others up.
/// - A consumer is subscribed once: a second subscription of the same process is refused with
///   [`Refused::AlreadySubscribed`].
/// - Start the producer with [`DemandMode::Accumulate`](crate::gen_stage::DemandMode) and set it to forward when all are
///   subscribed, if none may miss the first events.
///
/// Follows Elixir's `GenStage.BroadcastDispatcher`.
// A subscriber may be sent `waiting` more events now, and could take `level - base` beyond that. The lowest level is the
// base. All of them moving by the same amount is the base moving by it the other way, so that nothing here but a
// dispatch touches every subscriber.
#[doc(alias = "GenStage.BroadcastDispatcher")]
pub struct BroadcastDispatcher<E> {
    /// In the order of subscription.
    subscribers: BTreeMap<u64, Subscribed<E>>,
    places: Map<SubscriptionTag, u64>,
    /// How many subscribers have each surplus, counted from `base`.
    levels: BTreeMap<i128, usize>,
    base: i128,
    /// How many events every subscriber may be sent now. Wide enough for any sum of demands, as the levels are.
    waiting: i128,
    consumers: HashSet<Pid>,
    next: u64,
}

struct Subscribed<E> {
    tag: SubscriptionTag,
    consumer: Option<Pid>,
    level: i128,
    selector: Selector<E>,
}

impl<E> Default for BroadcastDispatcher<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> fmt::Debug for BroadcastDispatcher<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroadcastDispatcher")
            .field("subscribers", &self.subscribers.len())
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

impl<E> BroadcastDispatcher<E> {
    /// Without subscribers.
    pub fn new() -> Self {
        Self {
            subscribers: BTreeMap::new(),
            places: Map::default(),
            levels: BTreeMap::new(),
            base: 0,
            waiting: 0,
            consumers: HashSet::new(),
            next: 0,
        }
    }

    fn enter(&mut self, level: i128) {
        *self.levels.entry(level).or_default() += 1;
    }

    fn leave(&mut self, level: i128) {
        if let Some(n) = self.levels.get_mut(&level) {
            *n -= 1;
            if *n == 0 {
                self.levels.remove(&level);
            }
        }
    }

    fn raise(&mut self, place: u64, by: usize) {
        let Some(subscribed) = self.subscribers.get_mut(&place) else { return };
        let before = subscribed.level;
        let after = before + by as i128;
        subscribed.level = after;
        self.leave(before);
        self.enter(after);
    }

    /// What all have beyond `waiting` is waiting from now on.
    fn sync(&mut self) {
        match self.levels.first_key_value() {
            Some((&lowest, _)) => {
                self.waiting += lowest - self.base;
                self.base = lowest;
            }
            None => self.waiting = 0,
        }
    }
}

impl<E: Clone + Send + 'static> Dispatcher<E> for BroadcastDispatcher<E> {
    type Options = Selector<E>;

    fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        consumer: Option<Pid>,
        selector: &Selector<E>,
    ) -> Result<(), ExitReason> {
        if let Some(consumer) = consumer
            && !self.consumers.insert(consumer)
        {
            observe::already_subscribed(&consumer);
            return Err(Refused::AlreadySubscribed.into());
        }
        // Nothing may be sent until the newcomer has asked: what was waiting is what the others have beyond it.
        self.base -= self.waiting;
        self.waiting = 0;
        let (level, place) = (self.base, self.next);
        self.next += 1;
        self.subscribers.insert(place, Subscribed { tag, consumer, level, selector: selector.clone() });
        self.places.insert(tag, place);
        self.enter(level);
        Ok(())
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, _: &mut Outbox<E>) {
        if let Some(&place) = self.places.get(&tag) {
            self.raise(place, demand);
            self.sync();
        }
    }

    fn cancel(&mut self, tag: SubscriptionTag, _: &mut Outbox<E>) {
        if let Some(left) = self.places.remove(&tag).and_then(|place| self.subscribers.remove(&place)) {
            if let Some(consumer) = left.consumer {
                self.consumers.remove(&consumer);
            }
            self.leave(left.level);
            self.sync();
        }
    }

    fn placeable(&self) -> usize {
        usize::try_from(self.waiting).unwrap_or(usize::MAX)
    }

    fn dispatch(&mut self, mut events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
        let n = events.len().min(self.placeable());
        if n == 0 {
            return events;
        }
        let rest = if n < events.len() { events.split_off(n) } else { Vec::new() };
        self.waiting -= n as i128;
        let mut rejected = Vec::new();
        let last = self.subscribers.last_key_value().map(|(place, _)| *place);
        for (&place, subscribed) in &self.subscribers {
            let selected: Vec<E> = match &subscribed.selector.0 {
                // The last one gets the events themselves.
                None if Some(place) == last => std::mem::take(&mut events),
                None => events.clone(),
                Some(selects) => events.iter().filter(|event| selects(event)).cloned().collect(),
            };
            if selected.len() < n {
                rejected.push((place, n - selected.len()));
            }
            out.send(subscribed.tag, selected);
        }
        // Asked again, for each on its own behalf.
        for (place, by) in rejected {
            self.raise(place, by);
        }
        self.sync();
        rest
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::super::testing::{Driven, consumers, tags};
    use super::*;

    fn driven() -> Driven<u32, BroadcastDispatcher<u32>> {
        Driven::new(BroadcastDispatcher::new())
    }

    fn all() -> Selector<u32> {
        Selector::default()
    }

    #[test]
    fn dsp_034_a_subscription_comes_and_goes() {
        let [a] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        assert_eq!(it.cancel(a), 0);
        assert!(it.dispatcher.subscribers.is_empty() && it.dispatcher.levels.is_empty());
    }

    #[test]
    fn dsp_035_nothing_is_sent_when_nobody_is_left() {
        let [a] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        assert_eq!(it.ask(a, 10), 10);
        assert_eq!(it.cancel(a), 0);
        it.emit(0..3);
        assert_eq!((it.sent(), it.buffered()), (vec![], 3));
    }

    #[test]
    fn dsp_037_who_has_not_asked_holds_the_others_up() {
        let [a, z] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        it.subscribe(z, all());
        assert_eq!(it.ask(a, 10), 0);
        assert_eq!(it.cancel(z), 10);
        assert_eq!(it.ask(a, 10), 10);
    }

    #[test]
    fn dsp_038_all_get_what_all_have_asked_for() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        it.subscribe(b, all());
        assert_eq!((it.ask(a, 3), it.ask(b, 2)), (0, 2));
        it.emit(1..3);
        assert_eq!(it.sent(), [(a, vec![1, 2]), (b, vec![1, 2])]);
        assert_eq!(it.ask(b, 2), 1);
        it.emit(3..5);
        assert_eq!(it.sent(), [(a, vec![3]), (b, vec![3])]);
        assert_eq!(it.buffered(), 1);
    }

    #[test]
    fn dsp_040_what_was_asked_for_is_not_asked_again_for_a_newcomer() {
        let [a, z] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        assert_eq!(it.ask(a, 10), 10);
        it.emit(0..3);
        it.subscribe(z, all());
        assert_eq!(it.ask(z, 20), 0);
        it.sent();
        it.emit(3..10);
        assert_eq!(it.sent(), [(a, (3..10).collect()), (z, (3..10).collect())]);
    }

    #[test]
    fn dsp_042_the_end_of_who_blocks_asks_for_the_difference() {
        let [a, z] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        assert_eq!(it.ask(a, 10), 10);
        it.subscribe(z, all());
        assert_eq!(it.ask(a, 5), 0);
        assert_eq!(it.cancel(z), 5);
    }

    #[test]
    fn dsp_043_the_arithmetic_chain() {
        let [a, z] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        assert_eq!(it.ask(a, 10), 10);
        it.emit(0..3);
        it.subscribe(z, all());
        assert_eq!(it.ask(z, 20), 0);
        assert_eq!(it.ask(a, 5), 5);
        assert_eq!(it.cancel(a), 8);
    }

    #[test]
    fn dsp_044_a_message_passes_at_once() {
        let mut it = driven();
        it.pass(crate::process::Info::new(1_u32));
        assert_eq!(it.outbox().take_released().len(), 1);
    }

    /// DSP-047: and when that has ended, it may come again.
    #[test]
    fn dsp_045_a_consumer_is_subscribed_once() {
        let [a, b, c] = tags();
        let [consumer] = consumers();
        let mut it = BroadcastDispatcher::<u32>::new();
        it.subscribe(a, Some(consumer), &all()).expect("the first");
        for _ in 0..3 {
            let refused = it.subscribe(b, Some(consumer), &all()).unwrap_err();
            assert!(Refused::AlreadySubscribed.is(&refused));
        }
        assert_eq!(it.subscribers.len(), 1);
        it.cancel(a, &mut Outbox::new());
        it.subscribe(c, Some(consumer), &all()).expect("the first has ended");
    }

    #[test]
    fn dsp_059_each_gets_what_it_selects() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, Selector::new(|n| *n != 2));
        it.subscribe(b, Selector::new(|n| *n > 2));
        it.ask(a, 4);
        assert_eq!(it.ask(b, 4), 4);
        assert_eq!(it.emit(1..5), 1, "what the one that rejected less is short of");
        assert_eq!(it.sent(), [(a, vec![1, 3, 4]), (b, vec![3, 4])]);
    }

    /// DSP-062: at once, as the same number is asked for. DSP-063: who rejects all of them is sent nothing.
    #[test]
    fn dsp_060_what_is_rejected_uses_up_no_demand() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, Selector::new(|n| n % 2 == 0));
        it.subscribe(b, Selector::new(|_| false));
        it.ask(a, 10);
        assert_eq!(it.ask(b, 10), 10);
        assert_eq!(it.emit(1..11), 5);
        assert_eq!(it.sent(), [(a, vec![2, 4, 6, 8, 10])]);
        assert_eq!(it.emit(11..16), 3);
        assert_eq!(it.sent(), [(a, vec![12, 14])]);
    }

    #[test]
    fn dsp_064_without_a_selector_everything_comes() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, all());
        it.subscribe(b, Selector::new(|n| *n == 1));
        it.ask(a, 3);
        it.ask(b, 3);
        it.emit(0..3);
        assert_eq!(it.sent(), [(a, vec![0, 1, 2]), (b, vec![1])]);
    }
}
