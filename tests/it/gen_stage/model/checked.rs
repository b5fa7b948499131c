//! A dispatcher of the library, and beside it the obvious one: what goes where is worked out a second time.

use super::world::{Event, Producing, Sent, World, lock};
use otp::gen_stage::dispatcher::{Dispatcher, Outbox, Partition, SubscriptionTag};
use otp::gen_stage::{BroadcastDispatcher, DemandDispatcher, PartitionDispatcher, Selector};
use otp::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Which of the library's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Which {
    Demand,
    Broadcast,
    /// So many partitions.
    Partition(usize),
}

/// What a subscription says: one dispatcher looks at this, another at that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Events of a broadcast whose key is divided by this are not wanted.
    pub(super) rejects: Option<u64>,
    pub(super) partition: usize,
}

enum Inner {
    Demand(DemandDispatcher<Event>),
    Broadcast(BroadcastDispatcher<Event>),
    Partition(PartitionDispatcher<Event>),
}

macro_rules! inner {
    ($self:expr, $it:ident => $do:expr) => {
        match &mut $self.inner {
            Inner::Demand($it) => $do,
            Inner::Broadcast($it) => $do,
            Inner::Partition($it) => $do,
        }
    };
}

/// See the module.
pub(super) struct Checked {
    which: Which,
    inner: Inner,
    /// What a broadcast's subscriptions do not want.
    rejects: std::collections::BTreeMap<SubscriptionTag, Option<u64>>,
    /// What waits in each partition.
    queues: Vec<VecDeque<u64>>,
    log: Arc<Mutex<Producing>>,
    world: Arc<World>,
}

/// Where an event goes; nowhere, sometimes.
fn place(event: &Event, partitions: usize) -> Option<usize> {
    (!event.key.is_multiple_of(7)).then_some((event.key % partitions as u64) as usize)
}

fn wanted(event: &Event, rejects: Option<u64>) -> bool {
    rejects.is_none_or(|n| !event.key.is_multiple_of(n))
}

impl Checked {
    pub(super) fn new(which: Which, stage: usize, world: &Arc<World>) -> Self {
        let log = world.producing(stage);
        let partitions = match which {
            Which::Partition(n) => n,
            _ => 0,
        };
        lock(&log).partitions = partitions;
        let inner = match which {
            Which::Demand => Inner::Demand(DemandDispatcher::new().max_demand(usize::MAX)),
            Which::Broadcast => Inner::Broadcast(BroadcastDispatcher::new()),
            Which::Partition(n) => Inner::Partition(PartitionDispatcher::with_hash(n, move |event| {
                let place = place(&event, n)?;
                Some((event, place))
            })),
        };
        let queues = vec![VecDeque::new(); partitions];
        Self { which, inner, rejects: Default::default(), queues, log, world: world.clone() }
    }

    /// After each step: what was sent was asked for, by somebody who is there, and is what the obvious one would send.
    fn sent(
        &mut self,
        mine: Outbox<Event>,
        expected: Option<Vec<(SubscriptionTag, Vec<u64>)>>,
        out: &mut Outbox<Event>,
    ) {
        self.world.act();
        let mut mine = mine;
        let sent = mine.take_sent();
        let mut log = lock(&self.log);
        for (tag, events) in &sent {
            let Some(it) = log.sent.get_mut(tag).filter(|it| it.live) else {
                self.world.fail(|| format!("sent to {tag}, who is not there"));
                continue;
            };
            it.numbers.extend(events.iter().map(|event| event.number));
            self.world.check(it.numbers.len() <= it.asked, || {
                format!("{tag} asked for {}, and was sent {}", it.asked, it.numbers.len())
            });
        }
        let numbers = |events: &[Event]| events.iter().map(|event| event.number).collect::<Vec<_>>();
        let got: Vec<_> = sent.iter().map(|(tag, events)| (*tag, numbers(events))).collect();
        if let Some(mut expected) = expected {
            expected.retain(|(_, numbers)| !numbers.is_empty());
            let mut sorted = got;
            // Which of all consumers, or of the partitions, comes first is not said.
            if self.which != Which::Demand {
                sorted.sort();
                expected.sort();
            }
            self.world.check(sorted == expected, || format!("{:?} sent {sorted:?}, expected {expected:?}", self.which));
        }
        log.placeable = match &self.inner {
            Inner::Demand(it) => it.placeable(),
            Inner::Broadcast(it) => it.placeable(),
            Inner::Partition(it) => it.placeable(),
        };
        log.queued = self.queues.iter().map(VecDeque::len).sum();
        self.check_placeable(&log);
        drop(log);
        for (tag, events) in sent {
            out.send(tag, events);
        }
        for info in mine.take_released() {
            out.release(info);
        }
    }

    fn check_placeable(&self, log: &Producing) {
        let live = || log.sent.values().filter(|it| it.live);
        let open: usize = live().map(|it| it.asked - it.numbers.len()).sum();
        let holds = match self.which {
            Which::Demand => log.placeable == open,
            Which::Broadcast => log.placeable == self.wanted_by_all(log),
            // Who left may have asked for more. With nothing queued, what is asked for can come.
            Which::Partition(_) => log.queued > 0 || log.placeable >= open,
        };
        self.world.check(holds, || format!("{:?} says {}, {open} are wanted", self.which, log.placeable));
    }

    fn rejected(&self, tag: SubscriptionTag, it: &Sent) -> usize {
        if self.rejects.contains_key(&tag) { it.offered - it.numbers.len() } else { 0 }
    }

    /// What each of a broadcast could take.
    fn wanted_by_all(&self, log: &Producing) -> usize {
        let live = log.sent.iter().filter(|(_, it)| it.live);
        live.map(|(tag, it)| it.asked + self.rejected(*tag, it) - it.offered).min().unwrap_or(0)
    }

    /// What the obvious dispatcher would do with events: how many it takes, and what it sends.
    fn expected(&mut self, events: &[Event]) -> (usize, Vec<(SubscriptionTag, Vec<u64>)>) {
        let log = lock(&self.log);
        match self.which {
            Which::Demand => {
                let live = log.sent.values().filter(|it| it.live);
                (events.len().min(live.map(|it| it.asked - it.numbers.len()).sum()), Vec::new())
            }
            Which::Broadcast => {
                let n = events.len().min(self.wanted_by_all(&log));
                let all = self.rejects.iter().map(|(tag, rejects)| {
                    let numbers = events[..n].iter().filter(|event| wanted(event, *rejects));
                    (*tag, numbers.map(|event| event.number).collect())
                });
                (n, all.collect())
            }
            Which::Partition(partitions) => {
                let (mut n, mut room) = (0, log.placeable);
                for event in events {
                    if room == 0 {
                        break;
                    }
                    n += 1;
                    if let Some(place) = place(event, partitions) {
                        self.queues[place].push_back(event.number);
                        room -= 1;
                    }
                }
                (n, Self::from_queues(&mut self.queues, &log))
            }
        }
    }

    /// What those who have asked are sent of what waits for them.
    fn from_queues(queues: &mut [VecDeque<u64>], log: &Producing) -> Vec<(SubscriptionTag, Vec<u64>)> {
        let live = log.sent.iter().filter(|(_, it)| it.live);
        live.map(|(tag, it)| {
            let queue = &mut queues[it.partition.expect("it has one")];
            let n = queue.len().min(it.asked - it.numbers.len());
            (*tag, queue.drain(..n).collect())
        })
        .collect()
    }

    /// Each is sent a part, and who has asked for most comes first.
    fn check_turns(&self, sent: &[(SubscriptionTag, Vec<Event>)]) {
        let log = lock(&self.log);
        let mut open: std::collections::BTreeMap<_, _> =
            log.sent.iter().filter(|(_, it)| it.live).map(|(tag, it)| (*tag, it.asked - it.numbers.len())).collect();
        for (tag, events) in sent {
            let most = open.values().max().copied().unwrap_or(0);
            let Some(mine) = open.get_mut(tag) else { continue };
            self.world.check(*mine == most, || format!("{tag} with {mine} came before one with {most}"));
            *mine = mine.saturating_sub(events.len());
        }
    }
}

impl Dispatcher<Event> for Checked {
    type Options = Options;

    fn subscribe(&mut self, tag: SubscriptionTag, consumer: Option<Pid>, options: &Options) -> Result<(), ExitReason> {
        let Options { rejects, partition } = *options;
        let selector = Selector::new(move |event| wanted(event, rejects));
        match &mut self.inner {
            Inner::Demand(it) => it.subscribe(tag, consumer, &()),
            Inner::Broadcast(it) => it.subscribe(tag, consumer, &selector),
            Inner::Partition(it) => it.subscribe(tag, consumer, &Partition(partition)),
        }?;
        let partition = matches!(self.which, Which::Partition(_)).then_some(partition);
        if self.which == Which::Broadcast {
            self.rejects.insert(tag, rejects);
        }
        lock(&self.log).sent.insert(tag, Sent { live: true, partition, ..Sent::default() });
        self.sent(Outbox::new(), None, &mut Outbox::new());
        Ok(())
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, out: &mut Outbox<Event>) {
        let mut mine = Outbox::new();
        inner!(self, it => it.ask(tag, demand, &mut mine));
        let expected = {
            let mut log = lock(&self.log);
            match log.sent.get_mut(&tag) {
                Some(it) => it.asked += demand,
                None => self.world.fail(|| format!("{tag} asks, and has not subscribed")),
            }
            if let Which::Partition(_) = self.which { Self::from_queues(&mut self.queues, &log) } else { Vec::new() }
        };
        // A message among them divides what is sent.
        let merged = merge(mine.take_sent());
        for (tag, events) in merged {
            mine.send(tag, events);
        }
        self.sent(mine, Some(expected), out);
    }

    fn cancel(&mut self, tag: SubscriptionTag, out: &mut Outbox<Event>) {
        let mut mine = Outbox::new();
        inner!(self, it => it.cancel(tag, &mut mine));
        self.rejects.remove(&tag);
        if let Some(it) = lock(&self.log).sent.get_mut(&tag) {
            self.world.check(it.live, || format!("{tag} was cancelled twice"));
            it.live = false;
            if let Some(partition) = it.partition {
                self.queues[partition].clear();
            }
        }
        self.sent(mine, Some(Vec::new()), out);
    }

    fn placeable(&self) -> usize {
        lock(&self.log).placeable
    }

    fn dispatch(&mut self, events: Vec<Event>, out: &mut Outbox<Event>) -> Vec<Event> {
        self.world.check(!events.is_empty(), || "it was given nothing".into());
        let numbers = events.iter().map(|event| event.number);
        let (last, replayed) = {
            let log = lock(&self.log);
            (log.last_taken, log.accumulated)
        };
        // What was held back is emitted when it is replayed, perhaps behind the answer to demand that was held back too.
        self.world.check(replayed || last.into_iter().chain(numbers).is_sorted_by(|a, b| a < b), || {
            format!("after {last:?} came {events:?}: out of order")
        });
        let before = lock(&self.log).placeable;
        let (n, mut expected) = self.expected(&events);
        let mut mine = Outbox::new();
        let rest = inner!(self, it => it.dispatch(events.clone(), &mut mine));
        let taken = events.len() - rest.len();
        self.world.check(rest == events[taken..], || format!("{rest:?} is left over of {events:?}"));
        self.world.check(taken == n, || format!("{:?} took {taken} of {events:?}, not {n}", self.which));
        self.world.check(taken >= events.len().min(before), || format!("it took {taken}, and could take {before}"));
        if self.which == Which::Demand {
            let sent = mine.take_sent();
            self.check_turns(&sent);
            let all: Vec<_> = sent.iter().flat_map(|(_, events)| events.clone()).collect();
            self.world.check(all == events[..taken], || format!("sent {all:?} of {events:?}"));
            for (tag, events) in sent {
                expected.push((tag, events.iter().map(|event| event.number).collect()));
                mine.send(tag, events);
            }
        }
        {
            let mut log = lock(&self.log);
            log.taken += taken as u64;
            log.last_taken = events[..taken].last().map(|event| event.number).or(last);
            for it in log.sent.values_mut().filter(|it| it.live) {
                it.offered += taken;
            }
        }
        self.sent(mine, Some(expected), out);
        rest
    }

    fn info(&mut self, info: Info, out: &mut Outbox<Event>) {
        let mut mine = Outbox::new();
        inner!(self, it => it.info(info, &mut mine));
        self.sent(mine, Some(Vec::new()), out);
    }
}

fn merge(sent: Vec<(SubscriptionTag, Vec<Event>)>) -> Vec<(SubscriptionTag, Vec<Event>)> {
    let mut merged: Vec<(SubscriptionTag, Vec<Event>)> = Vec::new();
    for (tag, events) in sent {
        match merged.last_mut().filter(|last| last.0 == tag) {
            Some(last) => last.1.extend(events),
            None => merged.push((tag, events)),
        }
    }
    merged
}
