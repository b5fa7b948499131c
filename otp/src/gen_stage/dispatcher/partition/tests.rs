//! By hand, and by the worked examples of the protocol.

use super::super::testing::{Driven, tags};
use super::*;
use std::collections::HashMap;

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
    let dispatcher =
        PartitionDispatcher::over(
            [Parity::Odd, Parity::Even],
            |n| {
                if n % 3 == 0 { None } else { Some((n, parity(n))) }
            },
        );
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
    assert_eq!((it.buffered(), it.dispatcher.parts.all[0].waiting(), it.dropped()), (0, 5, 0));
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
    assert_eq!(it.dispatcher.parts.all.iter().map(|part| part.waiting()).collect::<Vec<_>>(), [8, 0, 0]);
    // Each works through five and asks for as many.
    for tag in tags {
        it.ask(tag, 5);
    }
    it.emit(30..45);
    let mut received = HashMap::new();
    for (tag, events) in it.sent() {
        *received.entry(tag).or_insert(0) += events.len();
    }
    let in_work: Vec<_> = tags
        .iter()
        .enumerate()
        .map(|(place, tag)| received[tag] - 5 + it.dispatcher.parts.all[place].waiting())
        .collect();
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
