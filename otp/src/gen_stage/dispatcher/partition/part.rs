//! One partition: its consumer, what that one has asked for, and what waits for it.

use super::super::{Outbox, SubscriptionTag};
use std::collections::VecDeque;

/// One partition. Something is queued only while its consumer has asked for nothing more.
pub(super) struct Part<E, K> {
    pub(super) key: K,
    pub(super) consumer: Option<SubscriptionTag>,
    /// Above zero only while nothing is queued.
    pub(super) demand: usize,
    queue: VecDeque<Queued<E>>,
    /// Events in `queue`.
    queued: usize,
    /// What is sent next, while a dispatch runs.
    batch: Vec<E>,
    /// How long the last batch was: so much room the next one gets at first.
    usual: usize,
}

enum Queued<E> {
    Event(E),
    /// A message, by its number.
    Info(u64),
}

impl<E, K> Part<E, K> {
    pub(super) fn new(key: K) -> Self {
        Self { key, consumer: None, demand: 0, queue: VecDeque::new(), queued: 0, batch: Vec::new(), usual: 0 }
    }

    /// How many events wait here.
    #[cfg(all(test, not(otp_loom)))]
    pub(super) fn queued(&self) -> usize {
        self.queued
    }

    /// Takes one event in: to be sent with the others, or behind what waits. Whether it is the first to be sent.
    #[inline]
    pub(super) fn take_in(&mut self, event: E) -> bool {
        if self.demand == 0 {
            self.queue.push_back(Queued::Event(event));
            self.queued += 1;
            return false;
        }
        self.demand -= 1;
        let first = self.batch.is_empty();
        if first {
            self.batch.reserve(self.usual);
        }
        self.batch.push(event);
        first
    }

    /// Sends what was taken in to be sent.
    pub(super) fn send_batch(&mut self, out: &mut Outbox<E>) {
        let batch = std::mem::take(&mut self.batch);
        self.usual = batch.len();
        if let Some(tag) = self.consumer {
            out.send(tag, batch);
        }
    }

    /// Puts a message behind what waits. `false`: nothing does.
    pub(super) fn queue_info(&mut self, number: u64) -> bool {
        let waits = self.queued > 0;
        if waits {
            self.queue.push_back(Queued::Info(number));
        }
        waits
    }

    /// Its consumer asks for `n` more: sends what is queued, in messages that end where a message of the stage stands, and
    /// keeps the rest as demand. Answers the numbers of those that were passed.
    pub(super) fn asked(&mut self, n: usize, out: &mut Outbox<E>) -> Vec<u64> {
        let mut passed = Vec::new();
        let Some(tag) = self.consumer else { return passed };
        let mut left = n;
        while let Some(first) = self.queue.front() {
            let until = match first {
                Queued::Info(_) => 0,
                Queued::Event(_) if left == 0 => break,
                Queued::Event(_) => left.min(self.queued),
            };
            let mut batch = Vec::with_capacity(until);
            while batch.len() < until
                && let Some(Queued::Event(_)) = self.queue.front()
                && let Some(Queued::Event(event)) = self.queue.pop_front()
            {
                batch.push(event);
            }
            self.queued -= batch.len();
            left -= batch.len();
            out.send(tag, batch);
            while let Some(Queued::Info(number)) = self.queue.front() {
                passed.push(*number);
                self.queue.pop_front();
            }
        }
        self.demand = self.demand.saturating_add(left);
        passed
    }

    /// Its consumer has gone, and what waited with it: how much it had asked for, how many events are lost, and the numbers
    /// of the messages that were among them.
    pub(super) fn abandon(&mut self) -> (usize, usize, Vec<u64>) {
        self.consumer = None;
        let infos = std::mem::take(&mut self.queue).into_iter().filter_map(|queued| match queued {
            Queued::Info(number) => Some(number),
            Queued::Event(_) => None,
        });
        let infos = infos.collect();
        (std::mem::take(&mut self.demand), std::mem::take(&mut self.queued), infos)
    }
}
