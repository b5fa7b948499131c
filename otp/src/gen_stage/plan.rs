//! How a consumer takes a message of events apart, and when it asks for more.

use super::options::Demand;

/// What one message becomes: batches, and what is asked for after each.
///
/// Every batch has `max - min` events, the last one perhaps fewer, counted from the start of the message. When what is
/// still owed falls to `min` or below, it is brought back to `max`.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    events: usize,
    demand: Demand,
    /// What was owed when the message came, less what was charged.
    left: usize,
    /// What is owed, with what was asked for since.
    next: usize,
}

/// One call of `handle_events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) events: usize,
    /// To be asked for when it was handled.
    pub(crate) ask: usize,
    /// Events that nobody had asked for. They are handled, and not charged.
    pub(crate) excess: usize,
}

impl Plan {
    /// For a message of so many events when so many are owed.
    pub(crate) fn new(events: usize, owed: usize, demand: Demand) -> Self {
        Self { events, demand, left: owed, next: owed }
    }

    /// What is owed when the batches that were taken are handled.
    pub(crate) fn owed(&self) -> usize {
        self.next
    }

    /// What is owed when the whole message was handled, and the events in excess of each batch that has some.
    pub(crate) fn outcome(&self) -> (usize, Vec<usize>) {
        let mut whole = self.clone();
        let excess = whole.by_ref().map(|batch| batch.excess).filter(|excess| *excess > 0).collect();
        (whole.owed(), excess)
    }
}

impl Iterator for Plan {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let Demand { max, min } = self.demand;
        let events = self.events.min(max - min);
        if events == 0 {
            return None;
        }
        self.events -= events;
        let charged = events.min(self.left);
        self.left -= charged;
        let remaining = self.next - charged;
        let ask = if remaining <= min { max - remaining } else { 0 };
        self.next = remaining + ask;
        Some(Batch { events, ask, excess: events - charged })
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The calls and asks of messages that come one after the other.
    fn calls(max: usize, min: usize, messages: &[usize]) -> Vec<(usize, usize, usize)> {
        let demand = Demand { max, min };
        let mut owed = max;
        let mut calls = Vec::new();
        for events in messages {
            let mut plan = Plan::new(*events, owed, demand);
            calls.extend(plan.by_ref().map(|batch| (batch.events, batch.ask, batch.excess)));
            owed = plan.owed();
        }
        calls
    }

    fn asks(max: usize, min: usize, messages: &[usize]) -> Vec<(usize, usize)> {
        calls(max, min, messages).into_iter().map(|(events, ask, _)| (events, ask)).collect()
    }

    /// STG-022, STG-023, STG-026, STG-030: the worked examples of the protocol.
    #[test]
    fn stg_028_the_worked_examples() {
        assert_eq!(asks(1000, 500, &[1000]), [(500, 500), (500, 500)]);
        assert_eq!(asks(1000, 750, &[1000]), [(250, 250); 4]);
        let three = [(250, 250), (10, 0), (250, 260), (10, 0), (250, 260), (10, 0)];
        assert_eq!(asks(1000, 750, &[260, 260, 260]), three);
        assert_eq!(asks(1000, 0, &[1000]), [(1000, 1000)]);
        assert_eq!(asks(100, 20, &[100, 80, 100]), [(80, 80), (20, 0), (80, 100), (80, 80), (20, 0)]);
        assert_eq!(asks(10, 9, &[10]), [(1, 1); 10]);
        assert_eq!(asks(1, 0, &[1]), [(1, 1)]);
        assert_eq!(
            asks(10, 5, &[1; 10]).iter().map(|(_, ask)| *ask).collect::<Vec<_>>(),
            [0, 0, 0, 0, 5, 0, 0, 0, 0, 5]
        );
        assert_eq!(asks(10, 5, &[3; 4]), [(3, 0), (3, 6), (3, 0), (3, 6)]);
    }

    #[test]
    fn stg_025_small_messages_are_asked_for_together() {
        let cycle = [(100, 0), (100, 0), (100, 300)];
        assert_eq!(asks(1000, 750, &[100; 6]), cycle.repeat(2));
    }

    #[test]
    fn stg_032_stg_034_what_nobody_asked_for_is_handled_and_not_charged() {
        assert_eq!(calls(10, 5, &[13]), [(5, 5, 0), (5, 5, 0), (3, 0, 3)]);
        let mut plan = Plan::new(13, 10, Demand { max: 10, min: 5 });
        assert_eq!(plan.by_ref().count(), 3);
        assert_eq!(plan.owed(), 10);
        assert_eq!(calls(10, 5, &[22]), [(5, 5, 0), (5, 5, 0), (5, 0, 5), (5, 0, 5), (2, 0, 2)]);
    }

    #[test]
    fn stg_035_no_events_are_no_call() {
        assert_eq!(calls(10, 5, &[0]), []);
    }

    proptest! {
        /// Whatever comes: everything is handled in batches of the right size, and what is owed is between `min` and `max`,
        /// the sum of what was asked less what was charged.
        #[test]
        fn the_account_is_right(max in 1_usize..50, min in 0_usize..50, messages in proptest::collection::vec(0_usize..120, 0..20)) {
            prop_assume!(min < max);
            let demand = Demand { max, min };
            let (mut owed, mut asked, mut charged) = (max, max, 0);
            for events in messages {
                let mut plan = Plan::new(events, owed, demand);
                let batches: Vec<_> = plan.by_ref().collect();
                prop_assert_eq!(batches.iter().map(|batch| batch.events).sum::<usize>(), events);
                for (at, batch) in batches.iter().enumerate() {
                    prop_assert!(batch.events == max - min || at + 1 == batches.len());
                    charged += batch.events - batch.excess;
                    asked += batch.ask;
                }
                owed = plan.owed();
                prop_assert_eq!(owed, asked - charged);
                prop_assert!(min < owed && owed <= max);
            }
        }
    }
}
