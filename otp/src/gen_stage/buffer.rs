//! Events that no consumer can take yet, and the messages that wait behind them.
//!
//! Events leave in the order they came, for ever. A message is attached to the newest event that was there when it came
//! and leaves with it, whether that is delivered or dropped; it ends the run of events that is taken at once, so that what
//! is behind it goes out separately.

use super::BufferKeep;
use crate::process::Info;
use std::collections::VecDeque;

/// The buffer of a producer or producer-consumer.
#[derive(Debug)]
pub(crate) struct Buffer<E> {
    events: VecDeque<E>,
    /// How many events have left: the position of the first that is here.
    left: u64,
    /// Messages, each behind the event in front of this position; in order.
    infos: VecDeque<(u64, Info)>,
    /// The most events it holds; `None`: no limit.
    size: Option<usize>,
    keep: BufferKeep,
}

/// What a store had to give up.
#[derive(Debug, Default)]
pub(crate) struct Overflow {
    pub(crate) dropped: usize,
    /// They stood behind events that were dropped.
    pub(crate) infos: Vec<Info>,
}

impl<E> Buffer<E> {
    pub(crate) fn new(size: Option<usize>, keep: BufferKeep) -> Self {
        Self { events: VecDeque::new(), left: 0, infos: VecDeque::new(), size, keep }
    }

    /// How many events it holds. Messages do not count.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    fn end(&self) -> u64 {
        self.left + self.events.len() as u64
    }

    /// Adds events; what is too many is dropped, from the end that is not kept.
    pub(crate) fn store(&mut self, events: impl ExactSizeIterator<Item = E>) -> Overflow {
        let room = self.size.map_or(usize::MAX, |size| size.saturating_sub(self.events.len()));
        let dropped = events.len().saturating_sub(room);
        match self.keep {
            BufferKeep::First => {
                let kept = events.len() - dropped;
                self.events.extend(events.take(kept));
                Overflow { dropped, infos: Vec::new() }
            }
            BufferKeep::Last => {
                // The oldest of all go: of those that are held first, then of the new ones.
                let held = dropped.min(self.events.len());
                self.events.drain(..held);
                self.left += held as u64;
                self.events.extend(events.skip(dropped - held));
                // New ones that never came in had no messages behind them.
                Overflow { dropped, infos: self.release() }
            }
        }
    }

    /// Attaches a message to the newest event; it comes back if there is none.
    pub(crate) fn attach(&mut self, info: Info) -> Result<(), Info> {
        if self.events.is_empty() {
            return Err(info);
        }
        self.infos.push_back((self.end(), info));
        Ok(())
    }

    /// Takes up to `n` events, up to the first one with messages behind it. [`Buffer::release`] gives those, when the
    /// events were really sent.
    pub(crate) fn take(&mut self, n: usize) -> Vec<E> {
        let until_info = self.infos.front().map_or(usize::MAX, |(end, _)| (end - self.left) as usize);
        let n = n.min(until_info).min(self.events.len());
        self.left += n as u64;
        self.events.drain(..n).collect()
    }

    /// Puts back what could not be sent after all.
    pub(crate) fn put_back(&mut self, events: Vec<E>) {
        self.left -= events.len() as u64;
        for event in events.into_iter().rev() {
            self.events.push_front(event);
        }
    }

    /// The messages whose events have left.
    pub(crate) fn release(&mut self) -> Vec<Info> {
        let mut released = Vec::new();
        while self.infos.front().is_some_and(|(end, _)| *end <= self.left) {
            released.extend(self.infos.pop_front().map(|(_, info)| info));
        }
        released
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn buffer(size: usize, keep: BufferKeep) -> Buffer<u32> {
        Buffer::new(Some(size), keep)
    }

    fn numbers(infos: Vec<Info>) -> Vec<u32> {
        infos.into_iter().map(|info| info.take::<u32>().expect("only numbers are queued")).collect()
    }

    #[test]
    fn stg_109_keep_first_discards_the_newcomers() {
        let mut buffer = buffer(3, BufferKeep::First);
        assert_eq!(buffer.store([1, 2, 3].into_iter()).dropped, 0);
        assert_eq!(buffer.store([4, 5, 6].into_iter()).dropped, 3);
        assert_eq!(buffer.take(3), [1, 2, 3]);
    }

    #[test]
    fn stg_110_without_a_limit_everything_is_kept() {
        let mut buffer = Buffer::new(None, BufferKeep::First);
        assert_eq!(buffer.store(0..1000_u32).dropped, 0);
        assert_eq!(buffer.len(), 1000);
    }

    #[test]
    fn stg_111_keep_last_discards_the_oldest() {
        let mut buffer = buffer(3, BufferKeep::Last);
        buffer.store([1, 2, 3].into_iter());
        assert_eq!(buffer.store([4, 5, 6].into_iter()).dropped, 3);
        assert_eq!(buffer.take(3), [4, 5, 6]);
    }

    #[test]
    fn stg_112_nothing_is_taken_from_an_empty_buffer() {
        let mut buffer = buffer(3, BufferKeep::Last);
        assert!(buffer.take(1).is_empty());
        buffer.store([1].into_iter());
        assert!(buffer.take(0).is_empty());
        assert_eq!(buffer.len(), 1);
    }

    /// STG-097: in both modes.
    #[test]
    fn stg_097_the_number_dropped_is_what_exceeds_the_size() {
        for (keep, survivors) in [(BufferKeep::Last, 16..=20), (BufferKeep::First, 1..=5)] {
            let mut buffer = buffer(5, keep);
            let emissions: [std::ops::RangeInclusive<u32>; 4] = [1..=3, 4..=7, 8..=8, 9..=20];
            let dropped = emissions.map(|range| buffer.store(range.collect::<Vec<_>>().into_iter()).dropped);
            assert_eq!(dropped, [0, 2, 1, 12]);
            assert_eq!(buffer.take(9), survivors.collect::<Vec<_>>());
        }
    }

    #[test]
    fn stg_133_a_message_is_refused_by_an_empty_buffer() {
        let mut buffer = buffer(3, BufferKeep::Last);
        assert!(buffer.attach(Info::new(1_u32)).is_err());
    }

    #[test]
    fn stg_134_taking_stops_at_a_message() {
        let mut buffer = buffer(9, BufferKeep::Last);
        buffer.store([1, 2].into_iter());
        buffer.attach(Info::new(7_u32)).expect("there are events");
        buffer.store([3].into_iter());
        assert_eq!(buffer.take(5), [1, 2]);
        assert_eq!(numbers(buffer.release()), [7]);
        assert_eq!(buffer.take(3), [3]);
    }

    #[test]
    fn stg_132_messages_are_not_counted() {
        let mut buffer = buffer(9, BufferKeep::Last);
        buffer.store([1, 2].into_iter());
        buffer.attach(Info::new(7_u32)).expect("there are events");
        buffer.attach(Info::new(8_u32)).expect("there are events");
        assert_eq!(buffer.len(), 2);
    }

    /// A message behind an event that is pushed out goes with it.
    #[test]
    fn a_message_is_released_when_its_event_is_dropped() {
        let mut buffer = buffer(2, BufferKeep::Last);
        buffer.store([1].into_iter());
        buffer.attach(Info::new(7_u32)).expect("there are events");
        buffer.store([2].into_iter());
        assert!(buffer.release().is_empty());
        assert_eq!(numbers(buffer.store([3].into_iter()).infos), [7]);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Store(usize),
        Attach,
        Take(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step =
            prop_oneof![(0_usize..12).prop_map(Step::Store), Just(Step::Attach), (0_usize..8).prop_map(Step::Take)];
        proptest::collection::vec(step, 0..60)
    }

    /// What stands in a queue of the obvious kind.
    #[derive(Debug, PartialEq)]
    enum Standing {
        Event(u32),
        Info(u32),
    }

    proptest! {
        /// Against one queue of events and messages, in order.
        #[test]
        fn it_is_a_queue_with_a_limit(size in 1_usize..9, first: bool, steps in steps()) {
            let keep = if first { BufferKeep::First } else { BufferKeep::Last };
            let mut buffer = buffer(size, keep);
            let mut model: VecDeque<Standing> = VecDeque::new();
            let (mut next, mut next_info) = (0, 0);
            for step in steps {
                let held = model.iter().filter(|it| matches!(it, Standing::Event(_))).count();
                match step {
                    Step::Store(n) => {
                        let events: Vec<u32> = (next..next + n as u32).collect();
                        next += n as u32;
                        let overflow = buffer.store(events.clone().into_iter());
                        let too_many = (held + n).saturating_sub(size);
                        prop_assert_eq!(overflow.dropped, too_many);
                        let mut released = Vec::new();
                        if first {
                            model.extend(events.into_iter().take(n - too_many).map(Standing::Event));
                        } else {
                            model.extend(events.into_iter().map(Standing::Event));
                            let mut left = too_many;
                            while left > 0 || matches!(model.front(), Some(Standing::Info(_))) {
                                match model.pop_front().expect("there is more") {
                                    Standing::Event(_) => left -= 1,
                                    Standing::Info(info) => released.push(info),
                                }
                            }
                        }
                        prop_assert_eq!(numbers(overflow.infos), released);
                    }
                    Step::Attach => {
                        let attached = buffer.attach(Info::new(next_info)).is_ok();
                        prop_assert_eq!(attached, held > 0);
                        if attached {
                            model.push_back(Standing::Info(next_info));
                        }
                        next_info += 1;
                    }
                    Step::Take(n) => {
                        let taken = buffer.take(n);
                        let released = numbers(buffer.release());
                        let mut expected = Vec::new();
                        while expected.len() < n && let Some(Standing::Event(event)) = model.front() {
                            expected.push(*event);
                            model.pop_front();
                        }
                        prop_assert_eq!(taken, expected);
                        let mut infos = Vec::new();
                        while let Some(Standing::Info(info)) = model.front() {
                            infos.push(*info);
                            model.pop_front();
                        }
                        prop_assert_eq!(released, infos);
                    }
                }
                let held = model.iter().filter(|it| matches!(it, Standing::Event(_))).count();
                prop_assert_eq!(buffer.len(), held);
            }
        }
    }
}
