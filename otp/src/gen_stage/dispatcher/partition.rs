//! Every event goes to the consumer of its partition.

use super::{Dispatcher, Outbox, Refused, SubscriptionTag};
use crate::process::pid::Map;
use crate::process::{ExitReason, Info, Pid};
use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Debug};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a subscription to a partitioned producer has to say: which partition it takes.
#[doc(alias = ":partition")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partition<K = usize>(pub K);

/// An event that says which of its parts decides about its partition.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what decides about its partition",
    label = "no `PartitionKey`",
    note = "implement `PartitionKey` for `{Self}`, or give a function: `PartitionDispatcher::with_hash`"
)]
pub trait PartitionKey {
    /// What decides: equal keys are in the same partition.
    type Key: Hash + ?Sized;

    /// The part that decides.
    fn partition_key(&self) -> &Self::Key;
}

/// A fixed set of partitions: an enum, say. A hash function that answers one of these can name none
/// that does not exist.
pub trait Partitions: Clone + Eq + Hash + Debug + Send + 'static {
    /// All of them.
    fn all() -> Vec<Self>;
}

type Hashing<E, K> = Box<dyn FnMut(E) -> Option<(E, K)> + Send>;

/// Sends every event to the consumer of its partition; a partition has one consumer at most.
///
/// - [`PartitionDispatcher::new`]: so many partitions, `0..n`, and events spread over them by their hash.
/// - [`PartitionDispatcher::by_key`]: by the hash of the part that [`PartitionKey`] names.
/// - [`PartitionDispatcher::with_hash`]: the same partitions, and a function that names the event's, may change the event,
///   or answers `None` to discard it.
/// - [`PartitionDispatcher::over`]: partitions of any type, and such a function; [`PartitionDispatcher::over_all`] for an
///   enum.
///
/// A subscription takes a partition: [`StageRef::partition`](crate::gen_stage::StageRef::partition).
///
/// **A partition that is behind holds the others up.** Demand is asked upstream as one number: a producer cannot favour a
/// partition. Events for one that has not asked wait here, without limit and without being counted as buffered, and when
/// all that was asked for waits here, nobody gets anything. When the consumer of a partition goes, the events that wait
/// for it go too.
///
/// Follows Elixir's `GenStage.PartitionDispatcher`.
#[doc(alias = "GenStage.PartitionDispatcher")]
pub struct PartitionDispatcher<E, K = usize> {
    hash: Hashing<E, K>,
    parts: Vec<Part<E, K>>,
    places: HashMap<K, usize>,
    subscriptions: Map<SubscriptionTag, usize>,
    /// How many events may be taken in.
    waiting: usize,
    /// How many of those were asked for by consumers that left.
    pending: usize,
    /// Messages behind the events of partitions, by number.
    infos: Map<u64, Held>,
    next_info: u64,
}

/// One partition.
struct Part<E, K> {
    key: K,
    consumer: Option<SubscriptionTag>,
    /// Above zero only while nothing is queued.
    demand: usize,
    queue: VecDeque<Queued<E>>,
    /// Events in `queue`.
    queued: usize,
    /// What is sent next, while a dispatch runs.
    batch: Vec<E>,
}

enum Queued<E> {
    Event(E),
    /// A message, by its number.
    Info(u64),
}

/// A message, and how many queues it still has to pass.
struct Held {
    info: Info,
    queues: usize,
}

impl<E, K: Debug> Debug for PartitionDispatcher<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionDispatcher")
            .field("partitions", &self.parts.iter().map(|part| &part.key).collect::<Vec<_>>())
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

/// The same for equal values, in every run of the program.
fn place_of<T: Hash + ?Sized>(value: &T, n: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    usize::try_from(hasher.finish() % n as u64).expect("less than a usize")
}

impl<E> PartitionDispatcher<E> {
    /// The partitions `0..partitions`, and each event in the one that its hash says.
    ///
    /// # Panics
    /// There are no partitions: the start of the stage fails.
    #[track_caller]
    pub fn new(partitions: usize) -> Self
    where
        E: Hash,
    {
        Self::with_hash(partitions, move |event| {
            let place = place_of(&event, partitions);
            Some((event, place))
        })
    }

    /// The partitions `0..partitions`, and each event in the one that the hash of its key says.
    ///
    /// # Panics
    /// As [`PartitionDispatcher::new`].
    #[track_caller]
    pub fn by_key(partitions: usize) -> Self
    where
        E: PartitionKey,
    {
        Self::with_hash(partitions, move |event| {
            let place = place_of(event.partition_key(), partitions);
            Some((event, place))
        })
    }

    /// The partitions `0..partitions`; `hash` answers the event, changed or not, and its partition, or `None` to discard
    /// it. Naming a partition that does not exist ends the producer.
    ///
    /// # Panics
    /// As [`PartitionDispatcher::new`].
    #[track_caller]
    #[doc(alias = ":hash")]
    pub fn with_hash(partitions: usize, hash: impl FnMut(E) -> Option<(E, usize)> + Send + 'static) -> Self {
        Self::over(0..partitions, hash)
    }
}

impl<E, K: Clone + Eq + Hash + Debug> PartitionDispatcher<E, K> {
    /// These partitions; `hash` as in [`PartitionDispatcher::with_hash`].
    ///
    /// # Panics
    /// There are no partitions, or one twice: the start of the stage fails.
    #[track_caller]
    #[doc(alias = ":partitions")]
    pub fn over(
        partitions: impl IntoIterator<Item = K>,
        hash: impl FnMut(E) -> Option<(E, K)> + Send + 'static,
    ) -> Self {
        let parts: Vec<_> = partitions.into_iter().map(Part::new).collect();
        assert!(!parts.is_empty(), "a partition dispatcher needs at least one partition");
        let mut places = HashMap::new();
        for (place, part) in parts.iter().enumerate() {
            let twice = places.insert(part.key.clone(), place).is_some();
            assert!(!twice, "the partition {:?} is there twice", part.key);
        }
        Self {
            hash: Box::new(hash),
            parts,
            places,
            subscriptions: Map::default(),
            waiting: 0,
            pending: 0,
            infos: Map::default(),
            next_info: 0,
        }
    }

    /// All partitions of an enum; `hash` as in [`PartitionDispatcher::with_hash`].
    pub fn over_all(hash: impl FnMut(E) -> Option<(E, K)> + Send + 'static) -> Self
    where
        K: Partitions,
    {
        Self::over(K::all(), hash)
    }

    fn known(&self) -> String {
        let keys: Vec<_> = self.parts.iter().map(|part| format!("{:?}", part.key)).collect();
        keys.join(", ")
    }

    /// A message has passed a queue.
    fn passed(&mut self, number: u64, out: &mut Outbox<E>) {
        let Some(held) = self.infos.get_mut(&number) else { return };
        held.queues -= 1;
        if held.queues == 0
            && let Some(held) = self.infos.remove(&number)
        {
            out.release(held.info);
        }
    }

    /// Sends up to `n` queued events, in messages that end where a message stands. Answers how many.
    fn send_queued(&mut self, place: usize, n: usize, out: &mut Outbox<E>) -> usize {
        let mut sent = 0;
        let mut batch = Vec::new();
        loop {
            let part = &mut self.parts[place];
            let Some(tag) = part.consumer else { return sent };
            match part.queue.front() {
                Some(Queued::Event(_)) if sent == n => break,
                None => break,
                Some(_) => {}
            }
            match part.queue.pop_front() {
                Some(Queued::Event(event)) => {
                    batch.push(event);
                    part.queued -= 1;
                    sent += 1;
                }
                Some(Queued::Info(number)) => {
                    out.send(tag, std::mem::take(&mut batch));
                    self.passed(number, out);
                }
                None => break,
            }
        }
        if let Some(tag) = self.parts[place].consumer {
            out.send(tag, batch);
        }
        sent
    }
}

impl<E, K> Part<E, K> {
    fn new(key: K) -> Self {
        Self { key, consumer: None, demand: 0, queue: VecDeque::new(), queued: 0, batch: Vec::new() }
    }

    /// Takes one event in: to be sent with the others, or behind what waits.
    fn take_in(&mut self, event: E) {
        if self.demand > 0 && self.queue.is_empty() {
            self.demand -= 1;
            self.batch.push(event);
        } else {
            self.queue.push_back(Queued::Event(event));
            self.queued += 1;
        }
    }
}

impl<E: Send + 'static, K: Clone + Eq + Hash + Debug + Send + 'static> Dispatcher<E> for PartitionDispatcher<E, K> {
    type Options = Partition<K>;

    fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        _: Option<Pid>,
        Partition(key): &Partition<K>,
    ) -> Result<(), ExitReason> {
        let Some(&place) = self.places.get(key) else {
            return Err(Refused::UnknownPartition { partition: format!("{key:?}"), known: self.known() }.into());
        };
        let part = &mut self.parts[place];
        if part.consumer.is_some() {
            return Err(Refused::PartitionTaken(format!("{key:?}")).into());
        }
        part.consumer = Some(tag);
        self.subscriptions.insert(tag, place);
        Ok(())
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, out: &mut Outbox<E>) {
        let Some(&place) = self.subscriptions.get(&tag) else { return };
        let sent = self.send_queued(place, demand, out);
        self.parts[place].demand += demand - sent;
        let served = self.pending.min(demand);
        self.pending -= served;
        self.waiting = self.waiting.saturating_add(demand - served);
    }

    fn cancel(&mut self, tag: SubscriptionTag, out: &mut Outbox<E>) {
        let Some(place) = self.subscriptions.remove(&tag) else { return };
        let part = &mut self.parts[place];
        part.consumer = None;
        self.pending += std::mem::take(&mut part.demand);
        // What waited for it is gone, and is asked for again.
        self.waiting = self.waiting.saturating_add(std::mem::take(&mut part.queued));
        for queued in std::mem::take(&mut part.queue) {
            if let Queued::Info(number) = queued {
                self.passed(number, out);
            }
        }
    }

    fn placeable(&self) -> usize {
        self.waiting
    }

    fn dispatch(&mut self, events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
        let mut events = events.into_iter();
        // In the order in which they get their first event of these.
        let mut touched = Vec::new();
        while self.waiting > 0
            && let Some(event) = events.next()
        {
            // Discarded: costs nothing.
            let Some((event, key)) = (self.hash)(event) else { continue };
            let Some(&place) = self.places.get(&key) else {
                panic!("the hash function named the partition {key:?}: the partitions are {}", self.known());
            };
            let part = &mut self.parts[place];
            part.take_in(event);
            if part.batch.len() == 1 {
                touched.push(place);
            }
            self.waiting -= 1;
        }
        self.pending = self.pending.min(self.waiting);
        for place in touched {
            let part = &mut self.parts[place];
            let batch = std::mem::take(&mut part.batch);
            if let Some(tag) = part.consumer {
                out.send(tag, batch);
            }
        }
        events.collect()
    }

    fn info(&mut self, info: Info, out: &mut Outbox<E>) {
        let number = self.next_info;
        let mut queues = 0;
        for part in self.parts.iter_mut().filter(|part| part.queued > 0) {
            part.queue.push_back(Queued::Info(number));
            queues += 1;
        }
        if queues == 0 {
            out.release(info);
        } else {
            self.next_info += 1;
            self.infos.insert(number, Held { info, queues });
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::super::testing::{Driven, tags};
    use super::*;

    /// Even numbers in partition 0, odd ones in 1.
    fn two() -> Driven<u32, PartitionDispatcher<u32>> {
        Driven::new(PartitionDispatcher::with_hash(2, |n: u32| Some((n, (n % 2) as usize))))
    }

    fn one() -> Driven<u32, PartitionDispatcher<u32>> {
        Driven::new(PartitionDispatcher::new(1))
    }

    fn evens(range: std::ops::Range<u32>) -> Vec<u32> {
        range.map(|n| 2 * n).collect()
    }

    #[test]
    fn dsp_068_demand_of_who_left_is_awaited() {
        let [a, z] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        assert_eq!((it.ask(a, 10), it.cancel(a)), (10, 0));
        assert_eq!((it.dispatcher.waiting, it.dispatcher.pending), (10, 10));
        it.subscribe(z, Partition(1));
        assert_eq!((it.ask(z, 5), it.dispatcher.pending), (0, 5));
        assert_eq!((it.cancel(z), it.dispatcher.pending), (0, 10));
        it.emit(0..4);
        assert_eq!((it.buffered(), it.dispatcher.waiting), (0, 6));
    }

    #[test]
    fn dsp_069_nobody_gets_more_than_was_asked() {
        let [a] = tags();
        let mut it = one();
        it.subscribe(a, Partition(0));
        it.ask(a, 3);
        it.emit(0..1);
        assert_eq!((it.sent(), it.dispatcher.waiting), (vec![(a, vec![0])], 2));
        it.ask(a, 3);
        assert_eq!(it.dispatcher.waiting, 5);
        it.emit(1..8);
        assert_eq!((it.sent(), it.buffered()), (vec![(a, vec![1, 2, 3, 4, 5])], 2));
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum Parity {
        Odd,
        Even,
    }

    fn parity(n: u32) -> Parity {
        if n.is_multiple_of(2) { Parity::Even } else { Parity::Odd }
    }

    #[test]
    fn dsp_070_partitions_may_have_names() {
        let [a] = tags();
        let dispatcher = PartitionDispatcher::over([Parity::Odd, Parity::Even], |n| Some((n, parity(n))));
        let mut it = Driven::<u32, _>::new(dispatcher);
        it.subscribe(a, Partition(Parity::Odd));
        it.ask(a, 3);
        it.emit([1]);
        it.ask(a, 3);
        it.sent();
        it.emit((1..8).map(|n| 2 * n + 1));
        assert_eq!((it.sent(), it.buffered()), (vec![(a, vec![3, 5, 7, 9, 11])], 2));
    }

    #[test]
    fn dsp_071_what_is_discarded_costs_nothing() {
        let [odd, even] = tags();
        let dispatcher = PartitionDispatcher::over([Parity::Odd, Parity::Even], |n| {
            if n % 3 == 0 { None } else { Some((n, parity(n))) }
        });
        let mut it = Driven::<u32, _>::new(dispatcher);
        it.subscribe(odd, Partition(Parity::Odd));
        it.subscribe(even, Partition(Parity::Even));
        it.ask(odd, 4);
        it.ask(even, 4);
        it.emit(1..13);
        assert_eq!((it.sent(), it.buffered()), (vec![(odd, vec![1, 5, 7, 11]), (even, vec![2, 4, 8, 10])], 1));
    }

    #[test]
    fn dsp_073_events_wait_for_their_partition() {
        let [a, b] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        assert_eq!((it.ask(a, 5), it.ask(b, 5)), (5, 5));
        it.emit(evens(0..2));
        it.emit(evens(2..10));
        assert_eq!(it.sent(), [(a, evens(0..2)), (a, evens(2..5))]);
        assert_eq!(it.ask(a, 5), 5);
        assert_eq!(it.sent(), [(a, evens(5..10))]);
    }

    #[test]
    fn dsp_075_dsp_076_a_message_passes_at_once_when_nothing_waits() {
        let [a] = tags();
        let mut it = two();
        it.pass(Info::new(1_u32));
        it.subscribe(a, Partition(0));
        it.ask(a, 5);
        it.pass(Info::new(2_u32));
        assert_eq!(it.outbox().take_released().len(), 2);
    }

    #[test]
    fn dsp_077_a_message_waits_behind_events() {
        let [a, b] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(b, 3);
        it.emit(evens(0..3));
        it.pass(Info::new(1_u32));
        assert!(it.outbox().take_released().is_empty());
        it.ask(a, 5);
        assert_eq!(it.sent(), [(a, evens(0..3))]);
        assert_eq!(it.outbox().take_released().len(), 1);
    }

    #[test]
    fn dsp_079_a_message_parts_what_was_queued() {
        let [a, b] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(b, 4);
        it.emit(evens(0..2));
        it.pass(Info::new(1_u32));
        it.emit(evens(2..4));
        it.ask(a, 4);
        assert_eq!(it.sent(), [(a, evens(0..2)), (a, evens(2..4))]);
    }

    /// In every queue that was there.
    #[test]
    fn a_message_passes_the_slowest_partition() {
        let [a, b, c] = tags();
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(3, |n: u32| Some((n, (n % 3) as usize))));
        for (tag, place) in [(a, 0), (b, 1), (c, 2)] {
            it.subscribe(tag, Partition(place));
        }
        it.ask(c, 2);
        it.emit([0, 1]);
        it.pass(Info::new(1_u32));
        it.ask(a, 1);
        assert!(it.outbox().take_released().is_empty());
        it.cancel(b);
        assert_eq!(it.outbox().take_released().len(), 1, "its queue is gone");
    }

    #[test]
    #[should_panic(expected = "named the partition 7: the partitions are 0, 1")]
    fn dsp_080_a_partition_that_does_not_exist_ends_the_producer() {
        let [a] = tags();
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(2, |n: u32| Some((n, 7))));
        it.subscribe(a, Partition(0));
        it.ask(a, 1);
        it.emit([1]);
    }

    #[test]
    #[should_panic(expected = "at least one partition")]
    fn dsp_082_there_are_partitions() {
        PartitionDispatcher::<u32>::new(0);
    }

    #[test]
    fn dsp_086_a_partition_that_is_not_there_or_taken_is_refused() {
        let [a, b] = tags();
        let mut it = PartitionDispatcher::with_hash(2, |n: u32| Some((n, 0)));
        let refused = it.subscribe(a, None, &Partition(2)).unwrap_err();
        let unknown = Refused::UnknownPartition { partition: "2".into(), known: "0, 1".into() };
        assert!(unknown.is(&refused), "{refused}");
        it.subscribe(a, None, &Partition(0)).expect("it is free");
        assert!(Refused::PartitionTaken("0".into()).is(&it.subscribe(b, None, &Partition(0)).unwrap_err()));
    }

    #[test]
    fn dsp_087_dsp_088_the_default_hash_is_stable_and_uses_all_partitions() {
        let tags: [_; 4] = tags();
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::new(4));
        for (place, tag) in tags.into_iter().enumerate() {
            it.subscribe(tag, Partition(place));
            it.ask(tag, 1000);
        }
        it.emit(0..100);
        let first = it.sent();
        assert_eq!(first.len(), 4);
        it.emit(0..100);
        assert_eq!(it.sent(), first);
    }

    #[test]
    fn dsp_089_the_hash_may_change_the_event() {
        let [a] = tags();
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(1, |n: u32| Some((n * 100, 0))));
        it.subscribe(a, Partition(0));
        it.ask(a, 2);
        it.emit(1..3);
        assert_eq!(it.sent(), [(a, vec![100, 200])]);
    }

    struct Word {
        text: String,
    }
    impl PartitionKey for Word {
        type Key = str;
        fn partition_key(&self) -> &str {
            &self.text
        }
    }

    #[test]
    fn equal_keys_are_in_one_partition() {
        let [a, b] = tags();
        let mut it = Driven::<Word, _>::new(PartitionDispatcher::by_key(2));
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(a, 100);
        it.ask(b, 100);
        it.emit(["a", "b", "c", "d", "a", "b", "c", "d"].map(|text| Word { text: text.into() }));
        let sent = it.sent();
        for text in ["a", "b", "c", "d"] {
            let with = sent.iter().filter(|(_, words)| words.iter().any(|word| word.text == text));
            assert_eq!(with.count(), 1, "{text}");
        }
    }

    #[test]
    fn dsp_091_a_partition_that_does_not_ask_holds_the_others_up() {
        let [a, b] = tags();
        let mut it = two();
        it.subscribe(b, Partition(1));
        assert_eq!(it.ask(b, 5), 5);
        it.emit(evens(0..5));
        assert_eq!(it.sent(), []);
        it.emit([1, 3, 5]);
        assert_eq!((it.sent(), it.buffered()), (vec![], 3));
        it.subscribe(a, Partition(0));
        assert_eq!(it.ask(a, 5), 2);
        assert_eq!(it.sent(), [(a, evens(0..5)), (b, vec![1, 3, 5])]);
    }

    #[test]
    fn dsp_093_events_beyond_a_partitions_demand_wait_inside() {
        let [a, b] = tags();
        let mut it = two().with_buffer(2);
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(a, 5);
        it.ask(b, 5);
        it.emit(evens(0..10));
        assert_eq!(it.sent(), [(a, evens(0..5))]);
        assert_eq!((it.buffered(), it.dispatcher.parts[0].queued, it.dropped()), (0, 5, 0));
    }

    #[test]
    fn dsp_094_what_waits_goes_with_its_consumer() {
        let [a, b, c] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(a, 5);
        it.ask(b, 5);
        it.emit(evens(0..10));
        assert_eq!(it.cancel(a), 5);
        it.sent();
        it.subscribe(c, Partition(0));
        it.ask(c, 5);
        it.emit([100]);
        assert_eq!(it.sent(), [(c, vec![100])]);
    }

    #[test]
    fn dsp_096_the_busy_partition_falls_behind() {
        let tags: [_; 3] = tags();
        // Three of five in partition 0, one in each of the others.
        let place = |n: u32| [0, 1, 0, 2, 0][(n % 5) as usize];
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(3, move |n: u32| Some((n, place(n)))));
        for (place, tag) in tags.into_iter().enumerate() {
            it.subscribe(tag, Partition(place));
            it.ask(tag, 10);
        }
        it.emit(0..30);
        assert_eq!(it.dispatcher.parts.iter().map(|part| part.queued).collect::<Vec<_>>(), [8, 0, 0]);
        // Each works through five and asks for as many.
        for tag in tags {
            it.ask(tag, 5);
        }
        it.emit(30..45);
        let mut received = HashMap::new();
        for (tag, events) in it.sent() {
            *received.entry(tag).or_insert(0) += events.len();
        }
        let in_work: Vec<_> =
            tags.iter().enumerate().map(|(place, tag)| received[tag] - 5 + it.dispatcher.parts[place].queued).collect();
        assert_eq!(in_work, [22, 4, 4]);
    }

    #[test]
    fn dsp_097_what_follows_waits_for_the_next_ask() {
        let [a] = tags();
        let discarding = |n: u32| if n.is_multiple_of(3) { None } else { Some((n, 0)) };
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(1, discarding));
        it.subscribe(a, Partition(0));
        it.ask(a, 4);
        it.emit(1..11);
        assert_eq!(it.sent(), [(a, vec![1, 2, 4, 5])]);
        it.ask(a, 4);
        let rest: Vec<u32> = it.sent().into_iter().flat_map(|(_, events)| events).collect();
        assert_eq!(rest, [7, 8, 10]);
    }

    #[test]
    fn dsp_098_dsp_100_what_is_discarded_is_asked_for_again() {
        let [a] = tags();
        let discarding = |n: u32| if n % 2 == 1 { None } else { Some((n, 0)) };
        let mut it = Driven::<u32, _>::new(PartitionDispatcher::with_hash(1, discarding));
        it.subscribe(a, Partition(0));
        assert_eq!(it.ask(a, 10), 10);
        assert_eq!(it.emit(0..10), 5);
        assert_eq!(it.emit([1, 3, 5, 7, 9]), 5, "asked again, once");
        assert_eq!(it.emit([]), 0);
    }

    /// DSP-102: and taken again.
    #[test]
    fn dsp_101_a_consumer_may_take_two_partitions() {
        let [a, b, c] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.subscribe(b, Partition(1));
        it.ask(a, 2);
        it.ask(b, 2);
        it.emit(0..4);
        assert_eq!(it.sent(), [(a, vec![0, 2]), (b, vec![1, 3])]);
        it.cancel(a);
        it.subscribe(c, Partition(0));
        it.ask(c, 1);
        it.emit([4]);
        assert_eq!(it.sent(), [(c, vec![4])]);
    }

    /// Events that took the demand of one who left are not waited for a second time.
    #[test]
    fn demand_of_who_left_is_forgotten_when_its_events_came() {
        let [a, z] = tags();
        let mut it = two();
        it.subscribe(a, Partition(0));
        it.ask(a, 10);
        it.cancel(a);
        it.emit(evens(0..10));
        it.subscribe(z, Partition(1));
        assert_eq!(it.ask(z, 5), 5);
    }
}
