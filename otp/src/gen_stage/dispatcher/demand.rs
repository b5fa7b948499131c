//! Batches go to whoever has asked for most.

use super::{Dispatcher, Outbox, SubscriptionTag};
use crate::observe;
use crate::process::pid::Map;
use crate::process::{ExitReason, Pid};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::marker::PhantomData;

/// Sends batches to the consumer with the highest demand: the default of every producer.
///
/// Consumers with equal demand take turns. **All consumers should have the same `max_demand`**: one that asks for more than
/// the others is served alone until its demand is down to theirs. A warning is logged for each ask above the first one, or
/// above [`DemandDispatcher::max_demand`].
///
/// | Option | Default |
/// |---|---|
/// | [`max_demand`](Self::max_demand) | the first ask |
/// | [`shuffle_demands_on_first_dispatch`](Self::shuffle_demands_on_first_dispatch) | no |
///
/// Follows Elixir's `GenStage.DemandDispatcher`.
#[doc(alias = "GenStage.DemandDispatcher")]
#[derive(Debug)]
pub struct DemandDispatcher<E> {
    /// Who is served next. Kept out of `order`: who is alone there, or far ahead, costs no search.
    head: Option<(Key, SubscriptionTag)>,
    /// All the others.
    order: BTreeMap<Key, SubscriptionTag>,
    /// The key of each in `order`.
    places: Map<SubscriptionTag, Key>,
    /// The sum of all demands. Wide enough for any number of them.
    total: u128,
    next: u64,
    max: Option<usize>,
    /// To be shuffled at the next dispatch.
    shuffle: bool,
    events: PhantomData<fn(E)>,
}

/// Highest demand first, equal ones in the order in which they came to it.
type Key = (Reverse<usize>, u64);

impl<E> Default for DemandDispatcher<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> DemandDispatcher<E> {
    /// With the defaults.
    pub fn new() -> Self {
        Self {
            head: None,
            order: BTreeMap::new(),
            places: Map::default(),
            total: 0,
            next: 0,
            max: None,
            shuffle: false,
            events: PhantomData,
        }
    }

    /// The demand above which an ask is logged. Default: the first ask.
    #[must_use]
    pub fn max_demand(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// Whether consumers are shuffled before the first event is sent, so that of many producers with one event each not
    /// all choose the consumer that subscribed first. Default: no.
    #[must_use]
    #[doc(alias = ":shuffle_demands_on_first_dispatch")]
    pub fn shuffle_demands_on_first_dispatch(mut self, on: bool) -> Self {
        self.shuffle = on;
        self
    }

    /// Whoever it displaces at the head joins the others.
    fn enter(&mut self, key: Key, tag: SubscriptionTag) {
        let other = match &mut self.head {
            Some(head) if head.0 < key => Some((key, tag)),
            head => head.replace((key, tag)),
        };
        if let Some((key, tag)) = other {
            self.order.insert(key, tag);
            self.places.insert(tag, key);
        }
    }

    /// Takes it out: its demand.
    fn leave(&mut self, tag: SubscriptionTag) -> Option<usize> {
        if let Some((key, _)) = self.head.filter(|head| head.1 == tag) {
            self.head = self.order.pop_first();
            if let Some((_, next)) = &self.head {
                self.places.remove(next);
            }
            return Some(key.0.0);
        }
        let key = self.places.remove(&tag)?;
        self.order.remove(&key);
        Some(key.0.0)
    }

    /// A key behind all with as much demand.
    fn key(&mut self, demand: usize) -> Key {
        self.next += 1;
        (Reverse(demand), self.next)
    }

    fn insert(&mut self, tag: SubscriptionTag, demand: usize) {
        let key = self.key(demand);
        self.enter(key, tag);
        self.total += demand as u128;
    }

    fn remove(&mut self, tag: SubscriptionTag) {
        self.total -= self.leave(tag).unwrap_or(0) as u128;
    }

    /// Its demand is another now: it goes behind all with as much.
    fn change(&mut self, tag: SubscriptionTag, change: impl FnOnce(usize) -> usize) {
        match &mut self.head {
            // It is alone.
            Some((key, only)) if *only == tag && self.order.is_empty() => {
                let before = key.0.0;
                key.0.0 = change(before);
                self.total = self.total - before as u128 + key.0.0 as u128;
            }
            _ => {
                if let Some(before) = self.leave(tag) {
                    self.total -= before as u128;
                    self.insert(tag, change(before));
                }
            }
        }
    }

    /// Serves in a random order, once. What has no demand goes to the end.
    fn shuffled(&mut self) -> Vec<(SubscriptionTag, usize)> {
        let in_order = self.head.iter().map(|(key, tag)| (key, tag)).chain(&self.order);
        let mut all: Vec<_> = in_order.map(|(key, tag)| (*tag, key.0.0)).collect();
        for end in (1..all.len()).rev() {
            all.swap(end, (random() % (end as u64 + 1)) as usize);
        }
        all.sort_by_key(|(_, demand)| *demand == 0);
        // From now on equal ones take their turns in this order.
        for (tag, demand) in &all {
            self.change(*tag, |_| *demand);
        }
        all
    }
}

/// Good enough to be fair, and no dependency.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl<E: Send + 'static> Dispatcher<E> for DemandDispatcher<E> {
    type Options = ();

    fn subscribe(&mut self, tag: SubscriptionTag, _: Option<Pid>, (): &()) -> Result<(), ExitReason> {
        self.insert(tag, 0);
        Ok(())
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, _: &mut Outbox<E>) {
        let max = *self.max.get_or_insert(demand);
        if demand > max {
            observe::demand_mismatch(max, demand, &tag);
        }
        self.change(tag, |asked| asked.saturating_add(demand));
    }

    fn cancel(&mut self, tag: SubscriptionTag, _: &mut Outbox<E>) {
        self.remove(tag);
    }

    fn placeable(&self) -> usize {
        usize::try_from(self.total).unwrap_or(usize::MAX)
    }

    fn dispatch(&mut self, mut events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
        // As in nearly every pipeline: one consumer, which has asked for all of them.
        if let Some((key, only)) = &mut self.head
            && key.0.0 >= events.len()
            && self.order.is_empty()
        {
            key.0.0 -= events.len();
            self.total -= events.len() as u128;
            self.shuffle = false;
            out.send(*only, events);
            return Vec::new();
        }
        let mut turns = if std::mem::take(&mut self.shuffle) { self.shuffled() } else { Vec::new() }.into_iter();
        let mut rest = None;
        loop {
            let turn = turns.next().or_else(|| self.head.map(|(key, tag)| (tag, key.0.0)));
            let Some((tag, demand)) = turn.filter(|(_, demand)| *demand > 0) else { break };
            let left = rest.as_ref().map_or(events.len(), ExactSizeIterator::len);
            if left == 0 {
                break;
            }
            let n = left.min(demand);
            self.change(tag, |demand| demand - n);
            // A batch that goes out whole is not copied.
            if rest.is_none() && n == left {
                out.send(tag, std::mem::take(&mut events));
                break;
            }
            let rest = rest.get_or_insert_with(|| std::mem::take(&mut events).into_iter());
            out.send(tag, rest.take(n).collect());
        }
        rest.map_or(events, Iterator::collect)
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::super::testing::{Driven, tags};
    use super::*;

    fn driven() -> Driven<u32, DemandDispatcher<u32>> {
        Driven::new(DemandDispatcher::new())
    }

    #[test]
    fn dsp_009_a_subscription_comes_and_goes() {
        let [a] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        assert_eq!(it.dispatcher.head.map(|(key, tag)| (tag, key.0.0)), Some((a, 0)));
        assert_eq!(it.cancel(a), 0);
        assert!(it.dispatcher.head.is_none() && it.dispatcher.places.is_empty());
    }

    #[test]
    fn dsp_010_demand_of_who_left_is_not_asked_again() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        assert_eq!(it.ask(a, 10), 10);
        assert_eq!(it.cancel(a), 0);
        it.subscribe(b, ());
        assert_eq!(it.ask(b, 5), 0);
        assert_eq!(it.cancel(b), 0);
        assert_eq!(it.owed(), 10);
    }

    #[test]
    fn dsp_011_events_that_nobody_takes_reduce_what_is_owed() {
        let [a] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        it.ask(a, 10);
        it.cancel(a);
        it.emit(0..3);
        assert_eq!((it.sent(), it.owed(), it.buffered()), (vec![], 7, 3));
        it.emit(3..13);
        assert_eq!((it.sent(), it.owed(), it.buffered()), (vec![], 0, 13));
    }

    #[test]
    fn dsp_013_nobody_gets_more_than_was_asked() {
        let [a] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        it.ask(a, 3);
        it.emit(0..1);
        assert_eq!(it.dispatcher.placeable(), 2);
        it.ask(a, 3);
        assert_eq!(it.dispatcher.placeable(), 5);
        it.sent();
        it.emit(1..8);
        assert_eq!(it.sent(), [(a, vec![1, 2, 3, 4, 5])]);
        it.emit(8..10);
        assert_eq!((it.sent(), it.buffered()), (vec![], 4));
    }

    #[test]
    fn dsp_015_the_higher_demand_is_served_first() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        it.subscribe(b, ());
        it.ask(a, 3);
        it.ask(b, 2);
        it.emit(0..5);
        assert_eq!(it.sent(), [(a, vec![0, 1, 2]), (b, vec![3, 4])]);
        it.emit(5..8);
        assert_eq!((it.sent(), it.buffered()), (vec![], 3));
    }

    /// DSP-017: and placed behind those that came to it before.
    #[test]
    fn dsp_018_equal_demands_take_turns() {
        let [a, b, c] = tags();
        let mut it = driven();
        for tag in [a, b, c] {
            it.subscribe(tag, ());
        }
        for tag in [a, b, c] {
            it.ask(tag, 10);
        }
        let sizes = [4, 4, 4, 7, 9, 5].map(|n| {
            it.emit(0..n);
            it.sent().into_iter().map(|(tag, events)| (tag, events.len())).collect::<Vec<_>>()
        });
        let expected: [Vec<_>; 6] =
            [vec![(a, 4)], vec![(b, 4)], vec![(c, 4)], vec![(a, 6), (b, 1)], vec![(c, 6), (b, 3)], vec![(b, 2)]];
        assert_eq!(sizes, expected);
        assert_eq!(it.buffered(), 3);
    }

    #[test]
    fn dsp_019_a_message_passes_at_once() {
        let mut it = driven();
        it.pass(crate::process::Info::new(1_u32));
        assert_eq!(it.outbox().take_released().len(), 1);
    }

    /// DSP-022: the first ask is the measure, and each one above it counts fully.
    #[test]
    fn dsp_020_an_ask_above_the_maximum_counts_fully() {
        let [a] = tags();
        let mut it = Driven::<u32, _>::new(DemandDispatcher::new().max_demand(3));
        it.subscribe(a, ());
        assert_eq!(it.ask(a, 4), 4);
        assert_eq!(it.dispatcher.max, Some(3));
    }

    #[test]
    fn dsp_023_nothing_is_shuffled_unless_asked_for() {
        assert!(!DemandDispatcher::<u32>::new().shuffle);
    }

    /// DSP-025: the first dispatch only.
    #[test]
    fn dsp_024_a_shuffle_serves_either_first_and_leaves_nothing() {
        let mut firsts = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let [a, b] = tags();
            let mut it = Driven::<u32, _>::new(DemandDispatcher::new().shuffle_demands_on_first_dispatch(true));
            it.subscribe(a, ());
            it.subscribe(b, ());
            it.ask(a, 3);
            it.ask(b, 2);
            it.emit(0..5);
            let sent = it.sent();
            let a_first = sent == [(a, vec![0, 1, 2]), (b, vec![3, 4])];
            assert!(a_first || sent == [(b, vec![0, 1]), (a, vec![2, 3, 4])], "{sent:?}");
            firsts.insert(a_first);
            it.ask(a, 3);
            it.ask(b, 2);
            it.emit(0..5);
            assert_eq!(it.sent(), [(a, vec![0, 1, 2]), (b, vec![3, 4])], "the highest demand, from then on");
        }
        assert_eq!(firsts.len(), 2, "200 shuffles, and all alike");
    }

    #[test]
    fn dsp_026_with_a_shuffle_everybody_is_first_about_equally_often() {
        let mut firsts = [0; 4];
        for _ in 0..2000 {
            let consumers: [_; 4] = tags();
            let mut it = Driven::<u32, _>::new(DemandDispatcher::new().shuffle_demands_on_first_dispatch(true));
            for tag in consumers {
                it.subscribe(tag, ());
                it.ask(tag, 10);
            }
            it.emit(0..1);
            let (first, _) = it.sent().remove(0);
            firsts[consumers.iter().position(|tag| *tag == first).expect("one of them")] += 1;
        }
        assert!(firsts.iter().all(|n| (380..=620).contains(n)), "{firsts:?}");
    }

    /// Somebody who has not asked does not stop the others, wherever the shuffle puts them.
    #[test]
    fn a_shuffle_skips_who_has_not_asked() {
        for _ in 0..50 {
            let [a, b] = tags();
            let mut it = Driven::<u32, _>::new(DemandDispatcher::new().shuffle_demands_on_first_dispatch(true));
            it.subscribe(a, ());
            it.subscribe(b, ());
            it.ask(b, 2);
            it.emit(0..2);
            assert_eq!(it.sent(), [(b, vec![0, 1])]);
        }
    }

    #[test]
    fn dsp_031_a_greedy_consumer_is_served_alone_at_first() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        it.subscribe(b, ());
        it.ask(a, 10);
        it.ask(b, 100);
        it.emit(0..90);
        assert_eq!(it.sent(), [(b, (0..90).collect())]);
        let dispatcher = &it.dispatcher;
        let others: Vec<_> = dispatcher.order.keys().map(|key| key.0.0).collect();
        assert_eq!((dispatcher.head.map(|(key, _)| key.0.0), others), (Some(10), vec![10]));
        assert!(
            dispatcher.places.len() == 1 && (dispatcher.places.contains_key(&a) || dispatcher.places.contains_key(&b))
        );
    }

    #[test]
    fn dsp_033_two_subscriptions_are_two_entries() {
        let [a, b] = tags();
        let mut it = driven();
        it.subscribe(a, ());
        it.subscribe(b, ());
        it.ask(a, 5);
        it.ask(b, 5);
        it.cancel(a);
        it.emit(0..6);
        assert_eq!(it.sent(), [(b, vec![0, 1, 2, 3, 4])]);
    }
}
