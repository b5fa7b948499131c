//! One partition: its consumer, what that one has asked for, and what waits for it.

use super::super::{Outbox, SubscriptionTag};
use std::collections::VecDeque;

/// One partition. Between two dispatches something waits in it only while its consumer has asked for nothing more.
pub(super) struct Part<E, K> {
    pub(super) key: K,
    pub(super) consumer: Option<SubscriptionTag>,
    /// Above zero only while nothing waits.
    demand: usize,
    /// What waits, and what was taken in by the dispatch that is under way.
    events: VecDeque<E>,
    /// How many events have left: the position of the first that is here.
    left: u64,
    /// Messages, by number, each behind the event in front of this position; in order.
    infos: VecDeque<(u64, u64)>,
    /// How many events were sent last: so much room the next ones get at first.
    usual: usize,
}

impl<E, K> Part<E, K> {
    pub(super) fn new(key: K) -> Self {
        let (events, infos) = (VecDeque::new(), VecDeque::new());
        Self { key, consumer: None, demand: 0, events, left: 0, infos, usual: 0 }
    }

    /// How many events wait here.
    #[cfg(all(test, not(otp_loom)))]
    pub(super) fn waiting(&self) -> usize {
        self.events.len()
    }

    /// Takes one event in. Whether it is the first one there.
    #[inline]
    pub(super) fn take_in(&mut self, event: E) -> bool {
        let first = self.events.is_empty();
        if first {
            self.events.reserve(self.usual);
        }
        self.events.push_back(event);
        first
    }

    /// Sends what was asked for of what was taken in.
    pub(super) fn dispatched(&mut self, out: &mut Outbox<E>) {
        let n = self.demand.min(self.events.len());
        if let Some(tag) = self.consumer
            && n > 0
        {
            self.demand -= n;
            let batch = self.take(n);
            out.send(tag, batch);
        }
    }

    /// The first `n`. All of them go without being copied.
    fn take(&mut self, n: usize) -> Vec<E> {
        self.left += n as u64;
        self.usual = n;
        if n == self.events.len() { std::mem::take(&mut self.events).into() } else { self.events.drain(..n).collect() }
    }

    /// Puts a message behind what waits. `false`: nothing does.
    pub(super) fn queue_info(&mut self, number: u64) -> bool {
        let waits = !self.events.is_empty();
        if waits {
            self.infos.push_back((self.left + self.events.len() as u64, number));
        }
        waits
    }

    /// Its consumer asks for `n` more: sends what waits, in messages that end where a message of the stage stands, and
    /// keeps the rest as demand. Answers the numbers of those that were passed.
    pub(super) fn asked(&mut self, n: usize, out: &mut Outbox<E>) -> Vec<u64> {
        let mut passed = Vec::new();
        let Some(tag) = self.consumer else { return passed };
        let mut demand = n;
        while demand > 0 && !self.events.is_empty() {
            let until_info = self.infos.front().map_or(usize::MAX, |(end, _)| (end - self.left) as usize);
            let n = demand.min(until_info).min(self.events.len());
            demand -= n;
            let batch = self.take(n);
            out.send(tag, batch);
            while let Some(&(end, number)) = self.infos.front()
                && end <= self.left
            {
                passed.push(number);
                self.infos.pop_front();
            }
        }
        self.demand = self.demand.saturating_add(demand);
        passed
    }

    /// Its consumer has gone, and what waited with it: how much it had asked for, how many events are lost, and the numbers
    /// of the messages that were among them.
    pub(super) fn abandon(&mut self) -> (usize, usize, Vec<u64>) {
        self.consumer = None;
        let lost = std::mem::take(&mut self.events).len();
        self.left += lost as u64;
        let infos = std::mem::take(&mut self.infos).into_iter().map(|(_, number)| number);
        (std::mem::take(&mut self.demand), lost, infos.collect())
    }
}
