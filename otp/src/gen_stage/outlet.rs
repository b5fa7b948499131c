//! The producing side of a stage, as a state machine: dispatcher, buffer, and the account of what is owed.
//!
//! ```text
//! handlers -> emit -> [held back] -> dispatcher -> consumers
//!                                     |      ^
//!                                     v      |
//!                                     buffer-+
//! ```
//!
//! What holds after each step:
//!
//! 1. The buffer is empty, or the dispatcher can place nothing.
//! 2. `owed` is what the producer's `handle_demand` was asked for and has not emitted yet. It is asked for what can be
//!    placed less what is owed, and for nothing else: demand that a consumer left behind is not asked for again, and
//!    events that were discarded are.
//! 3. Fresh events go behind what is buffered.
//!
//! While demand accumulates, asks for more and emissions are held back in one queue and replayed in order.

use super::buffer::Buffer;
use super::dispatcher::{Dispatcher, Outbox};
use super::{BufferKeep, DemandMode, SubscriptionTag};
use crate::process::{ExitReason, Info, Pid};
use std::collections::VecDeque;

/// See the module.
#[derive(Debug)]
pub(crate) struct Outlet<E, D> {
    pub(crate) dispatcher: D,
    buffer: Buffer<E>,
    /// Asked for, and not emitted yet.
    owed: usize,
    /// `Some` while demand accumulates.
    held: Option<VecDeque<Held<E>>>,
    /// What is to be sent and released; emptied by the stage after each step.
    pub(crate) out: Outbox<E>,
    /// Events dropped by the last emissions, a number for each that dropped any.
    pub(crate) dropped: Vec<usize>,
}

/// What accumulates.
#[derive(Debug)]
pub(crate) enum Held<E> {
    Demand(usize),
    Events(Vec<E>),
}

impl<E, D: Dispatcher<E>> Outlet<E, D> {
    pub(crate) fn new(dispatcher: D, size: Option<usize>, keep: BufferKeep, mode: DemandMode) -> Self {
        let held = (mode == DemandMode::Accumulate).then(VecDeque::new);
        let buffer = Buffer::new(size, keep);
        Self { dispatcher, buffer, owed: 0, held, out: Outbox::new(), dropped: Vec::new() }
    }

    pub(crate) fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// How many events were asked for and have not come.
    #[cfg(all(test, not(otp_loom)))]
    pub(crate) fn owed(&self) -> usize {
        self.owed
    }

    /// How many events could be placed now.
    pub(crate) fn placeable(&self) -> usize {
        self.dispatcher.placeable()
    }

    pub(crate) fn mode(&self) -> DemandMode {
        if self.held.is_some() { DemandMode::Accumulate } else { DemandMode::Forward }
    }

    pub(crate) fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        consumer: Option<Pid>,
        options: &D::Options,
    ) -> Result<(), ExitReason> {
        let subscribed = self.dispatcher.subscribe(tag, consumer, options);
        self.place();
        subscribed
    }

    pub(crate) fn ask(&mut self, tag: SubscriptionTag, demand: usize) {
        self.dispatcher.ask(tag, demand, &mut self.out);
        self.place();
    }

    pub(crate) fn cancel(&mut self, tag: SubscriptionTag) {
        self.dispatcher.cancel(tag, &mut self.out);
        self.place();
    }

    /// Events from a handler.
    pub(crate) fn emit(&mut self, events: Vec<E>) {
        if events.is_empty() {
            return;
        }
        match &mut self.held {
            Some(held) => held.push_back(Held::Events(events)),
            None => self.fresh(events),
        }
    }

    /// Events that were not held back, or not any more.
    pub(crate) fn fresh(&mut self, events: Vec<E>) {
        self.owed = self.owed.saturating_sub(events.len());
        let rest = if self.buffer.is_empty() { self.dispatcher.dispatch(events, &mut self.out) } else { events };
        if !rest.is_empty() {
            let overflow = self.buffer.store(rest.into_iter());
            for info in overflow.infos {
                self.dispatcher.info(info, &mut self.out);
            }
            if overflow.dropped > 0 {
                self.dropped.push(overflow.dropped);
            }
            self.place();
        }
    }

    /// Sends from the buffer what can be placed; not while demand accumulates.
    fn place(&mut self) {
        while self.held.is_none() && !self.buffer.is_empty() && self.dispatcher.placeable() > 0 {
            let batch = self.buffer.take(self.dispatcher.placeable());
            let taken = batch.len();
            let rest = self.dispatcher.dispatch(batch, &mut self.out);
            let stuck = rest.len() == taken;
            self.buffer.put_back(rest);
            for info in self.buffer.release() {
                self.dispatcher.info(info, &mut self.out);
            }
            // It said that it could: rather wait than turn in circles.
            if stuck {
                return;
            }
        }
    }

    /// What `handle_demand` is to be asked for now; zero if nothing, or if that is held back.
    pub(crate) fn demand(&mut self) -> usize {
        let more = self.more();
        self.owed += more;
        match &mut self.held {
            Some(held) if more > 0 => {
                held.push_back(Held::Demand(more));
                0
            }
            _ => more,
        }
    }

    /// What can be placed and is neither buffered nor owed.
    fn more(&self) -> usize {
        self.dispatcher.placeable().saturating_sub(self.buffer.len()).saturating_sub(self.owed)
    }

    /// Whether there is demand that was not asked for.
    pub(crate) fn wants_more(&self) -> bool {
        self.more() > 0
    }

    /// A message that finds nothing buffered.
    pub(crate) fn pass(&mut self, info: Info) {
        self.dispatcher.info(info, &mut self.out);
    }

    /// A message that is to come after the events that are buffered now; it comes back if there are none.
    pub(crate) fn attach(&mut self, info: Info) -> Result<(), Info> {
        self.buffer.attach(info)
    }

    pub(crate) fn accumulate(&mut self) {
        self.held.get_or_insert_default();
    }

    /// From now on nothing is held back; what was is to be replayed.
    pub(crate) fn forward(&mut self) -> VecDeque<Held<E>> {
        let held = self.held.take().unwrap_or_default();
        self.place();
        held
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    //! Any sequence of steps, against the obvious account of who asked for what and got what.

    use super::*;
    use crate::gen_stage::dispatcher::{
        BroadcastDispatcher, DemandDispatcher, Partition, PartitionDispatcher, Selector,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Subscribe,
        /// One of those there are asks for so many.
        Ask(usize, usize),
        Cancel(usize),
        /// The producer emits so many, asked or not.
        Emit(usize),
        /// The producer emits what it owes.
        Answer,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            2 => Just(Step::Subscribe),
            6 => (0_usize..4, 1_usize..12).prop_map(|(who, n)| Step::Ask(who, n)),
            1 => (0_usize..4).prop_map(Step::Cancel),
            2 => (0_usize..15).prop_map(Step::Emit),
            4 => Just(Step::Answer),
        ];
        proptest::collection::vec(step, 0..80)
    }

    /// What one subscription has asked for and got.
    #[derive(Default)]
    struct Account {
        asked: usize,
        got: Vec<u32>,
    }

    struct Checked<D> {
        outlet: Outlet<u32, D>,
        live: Vec<SubscriptionTag>,
        accounts: BTreeMap<SubscriptionTag, Account>,
        next: u32,
        /// What `handle_demand` was asked for and the producer has not answered.
        requested: usize,
    }

    impl<D: Dispatcher<u32>> Checked<D> {
        fn new(dispatcher: D) -> Self {
            let outlet = Outlet::new(dispatcher, None, BufferKeep::Last, DemandMode::Forward);
            Self { outlet, live: Vec::new(), accounts: BTreeMap::new(), next: 0, requested: 0 }
        }

        fn run(&mut self, steps: Vec<Step>, options: impl Fn(usize) -> D::Options, most: usize) {
            let mut subscribed = 0;
            for step in steps {
                match step {
                    Step::Subscribe if self.live.len() < most => {
                        let tag = SubscriptionTag::new(Pid::NOBODY);
                        if self.outlet.subscribe(tag, None, &options(subscribed)).is_ok() {
                            self.live.push(tag);
                            self.accounts.insert(tag, Account::default());
                        }
                        subscribed += 1;
                    }
                    Step::Ask(who, n) if !self.live.is_empty() => {
                        let tag = self.live[who % self.live.len()];
                        self.accounts.get_mut(&tag).expect("subscribed").asked += n;
                        self.outlet.ask(tag, n);
                    }
                    Step::Cancel(who) if !self.live.is_empty() => {
                        let tag = self.live.remove(who % self.live.len());
                        self.outlet.cancel(tag);
                    }
                    Step::Emit(n) => self.emit(n),
                    Step::Answer => self.emit(self.requested),
                    _ => {}
                }
                self.check();
            }
        }

        fn emit(&mut self, n: usize) {
            let events: Vec<u32> = (self.next..self.next + n as u32).collect();
            self.next += n as u32;
            self.requested = self.requested.saturating_sub(n);
            self.outlet.emit(events);
        }

        fn check(&mut self) {
            self.requested += self.outlet.demand();
            for (tag, events) in self.outlet.out.take_sent() {
                assert!(self.live.contains(&tag), "sent to who has left");
                self.accounts.get_mut(&tag).expect("subscribed").got.extend(events);
            }
            for account in self.accounts.values() {
                assert!(account.got.len() <= account.asked, "more than was asked");
                assert!(account.got.is_sorted_by(|a, b| a < b), "in order, each once");
            }
            assert_eq!(self.requested, self.outlet.owed(), "what is owed is what the producer was asked for");
            assert!(self.outlet.buffered() == 0 || self.outlet.placeable() == 0, "nothing waits that could go");
        }

        /// The producer answers until nobody wants more. Nobody starves.
        fn satisfy(&mut self) {
            for _ in 0..1000 {
                if self.requested == 0 {
                    return;
                }
                self.emit(self.requested);
                self.check();
            }
            panic!("it asks for ever");
        }
    }

    proptest! {
        #[test]
        fn demand_goes_to_one_each(steps in steps()) {
            let mut it = Checked::new(DemandDispatcher::new());
            it.run(steps, |_| (), 4);
            let mut all: Vec<u32> = it.accounts.values().flat_map(|account| account.got.clone()).collect();
            all.sort_unstable();
            // Delivered or buffered: the delivered are the first ones.
            prop_assert_eq!(all.len() + it.outlet.buffered(), it.next as usize);
            prop_assert!(all.into_iter().eq(0..it.next - it.outlet.buffered() as u32));
            it.satisfy();
            for tag in &it.live {
                prop_assert_eq!(it.accounts[tag].got.len(), it.accounts[tag].asked);
            }
        }

        #[test]
        fn a_broadcast_goes_to_all(steps in steps()) {
            let mut it = Checked::new(BroadcastDispatcher::new());
            it.run(steps, |_| Selector::default(), 4);
            it.satisfy();
            // Each got a run without gaps, and somebody all he wanted: the slowest, who sets the pace.
            for account in it.accounts.values() {
                prop_assert!(account.got.windows(2).all(|two| two[0] + 1 == two[1]));
            }
            let full = |tag: &SubscriptionTag| it.accounts[tag].got.len() == it.accounts[tag].asked;
            prop_assert!(it.live.is_empty() || it.live.iter().any(full));
            // All who are there have got the same last event, but who came after it.
            let lasts: Vec<u32> = it.live.iter().filter_map(|tag| it.accounts[tag].got.last().copied()).collect();
            prop_assert!(lasts.windows(2).all(|two| two[0] == two[1]));
        }

        #[test]
        fn a_selector_uses_up_no_demand(steps in steps()) {
            let mut it = Checked::new(BroadcastDispatcher::new());
            let select = |n: usize| Selector::new(move |event: &u32| !(*event as usize + n).is_multiple_of(3));
            it.run(steps, select, 4);
            it.satisfy();
            let full = |tag: &SubscriptionTag| it.accounts[tag].got.len() == it.accounts[tag].asked;
            prop_assert!(it.live.is_empty() || it.live.iter().any(full));
        }

        #[test]
        fn a_partition_goes_to_its_consumer(steps in steps()) {
            let hash = |n: u32| if n.is_multiple_of(7) { None } else { Some((n, (n % 3) as usize)) };
            let mut it = Checked::new(PartitionDispatcher::with_hash(3, hash));
            it.run(steps, |n| Partition(n % 3), 3);
            for account in it.accounts.values() {
                prop_assert!(account.got.windows(2).all(|two| two[0] % 3 == two[1] % 3));
            }
            // With a consumer in each partition that asks again for what it got, nobody waits for ever.
            if it.live.len() == 3 {
                for _ in 0..20 {
                    for tag in it.live.clone() {
                        it.accounts.get_mut(&tag).expect("subscribed").asked += 3;
                        it.outlet.ask(tag, 3);
                        it.check();
                    }
                    it.satisfy();
                }
                let before: Vec<usize> = it.live.iter().map(|tag| it.accounts[tag].got.len()).collect();
                prop_assert!(before.iter().all(|got| *got > 0), "{:?}", before);
            }
        }
    }

    /// STG-084: in one queue, in order.
    #[test]
    fn stg_083_what_accumulates_is_not_combined() {
        let [a, b] = std::array::from_fn(|_| SubscriptionTag::new(Pid::NOBODY));
        let mut it: Outlet<u32, _> =
            Outlet::new(DemandDispatcher::new(), None, BufferKeep::Last, DemandMode::Accumulate);
        it.subscribe(a, None, &()).expect("not refused");
        it.subscribe(b, None, &()).expect("not refused");
        it.ask(a, 4);
        assert_eq!(it.demand(), 0);
        it.emit(vec![1, 2, 3]);
        it.ask(b, 6);
        assert_eq!(it.demand(), 0);
        let held: Vec<String> = it.forward().into_iter().map(|held| format!("{held:?}")).collect();
        assert_eq!(held, ["Demand(4)", "Events([1, 2, 3])", "Demand(6)"]);
        it.fresh(vec![1, 2, 3]);
        assert_eq!(it.out.take_sent(), [(b, vec![1, 2, 3])]);
    }

    #[test]
    fn stg_099_demand_is_served_before_the_buffer_is_filled() {
        let a = SubscriptionTag::new(Pid::NOBODY);
        let mut it: Outlet<u32, _> =
            Outlet::new(DemandDispatcher::new(), Some(5), BufferKeep::Last, DemandMode::Forward);
        it.subscribe(a, None, &()).expect("not refused");
        it.ask(a, 4);
        it.emit((1..13).collect());
        assert_eq!(it.out.take_sent(), [(a, vec![1, 2, 3, 4])]);
        assert_eq!((it.dropped.clone(), it.buffered()), (vec![3], 5));
        it.ask(a, 5);
        assert_eq!(it.out.take_sent(), [(a, vec![8, 9, 10, 11, 12])]);
    }
}
