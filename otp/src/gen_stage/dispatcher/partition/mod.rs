//! Every event goes to the consumer of its partition.

mod key;
mod part;
mod spread;
#[cfg(all(test, not(otp_loom)))]
mod tests;

pub use self::key::{Partition, PartitionKey, Partitions};

use self::key::place_of;
use self::spread::{ByKey, ByNumber, Parts, Spread};
use super::{Dispatcher, Outbox, Refused, SubscriptionTag};
use crate::gen_stage::roster::Roster;
use crate::process::pid::Map;
use crate::process::{ExitReason, Info, Pid};
use std::fmt::{self, Debug};
use std::hash::Hash;

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
    spread: Box<dyn Spread<E, K>>,
    parts: Parts<E, K>,
    /// The place among `parts` that each subscription has.
    subscriptions: Roster<usize>,
    /// How many events may be taken in. Wide enough for any number of demands.
    waiting: u128,
    /// How many of those were asked for by consumers that left.
    pending: u128,
    /// Messages behind the events of partitions, by number.
    infos: Map<u64, Held>,
    next_info: u64,
}

/// A message, and how many queues it still has to pass.
struct Held {
    info: Info,
    queues: usize,
}

impl<E, K: Debug> Debug for PartitionDispatcher<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionDispatcher")
            .field("partitions", &self.parts.all.iter().map(|part| &part.key).collect::<Vec<_>>())
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
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
        Self::with(Parts::new(0..partitions), Box::new(ByNumber(hash)))
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
        Self::with(Parts::new(partitions), Box::new(ByKey(hash)))
    }

    /// All partitions of an enum; `hash` as in [`PartitionDispatcher::with_hash`].
    pub fn over_all(hash: impl FnMut(E) -> Option<(E, K)> + Send + 'static) -> Self
    where
        K: Partitions,
    {
        Self::over(K::all(), hash)
    }
}

impl<E, K> PartitionDispatcher<E, K> {
    fn with(parts: Parts<E, K>, spread: Box<dyn Spread<E, K>>) -> Self {
        let (subscriptions, infos) = (Roster::default(), Map::default());
        Self { spread, parts, subscriptions, waiting: 0, pending: 0, infos, next_info: 0 }
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
}

impl<E: Send + 'static, K: Clone + Eq + Hash + Debug + Send + 'static> Dispatcher<E> for PartitionDispatcher<E, K> {
    type Options = Partition<K>;

    fn subscribe(
        &mut self,
        tag: SubscriptionTag,
        _: Option<Pid>,
        Partition(key): &Partition<K>,
    ) -> Result<(), ExitReason> {
        let Some(place) = self.parts.place(key) else {
            let known = self.parts.known();
            return Err(Refused::UnknownPartition { partition: format!("{key:?}"), known }.into());
        };
        let part = &mut self.parts.all[place];
        if part.consumer.is_some() {
            return Err(Refused::PartitionTaken(format!("{key:?}")).into());
        }
        part.consumer = Some(tag);
        self.subscriptions.insert(tag, place);
        Ok(())
    }

    fn ask(&mut self, tag: SubscriptionTag, demand: usize, out: &mut Outbox<E>) {
        let Some(&place) = self.subscriptions.get(tag) else { return };
        for number in self.parts.all[place].asked(demand, out) {
            self.passed(number, out);
        }
        let served = self.pending.min(demand as u128);
        self.pending -= served;
        self.waiting += demand as u128 - served;
    }

    fn cancel(&mut self, tag: SubscriptionTag, out: &mut Outbox<E>) {
        let Some(place) = self.subscriptions.remove(tag) else { return };
        let (demand, lost, infos) = self.parts.all[place].abandon();
        self.pending += demand as u128;
        // What waited for it is gone, and is asked for again.
        self.waiting += lost as u128;
        for number in infos {
            self.passed(number, out);
        }
    }

    fn placeable(&self) -> usize {
        usize::try_from(self.waiting).unwrap_or(usize::MAX)
    }

    fn dispatch(&mut self, events: Vec<E>, out: &mut Outbox<E>) -> Vec<E> {
        let mut events = events.into_iter();
        let room = self.placeable();
        let left = self.spread.spread(&mut events, room, &mut self.parts);
        self.waiting -= (room - left) as u128;
        self.pending = self.pending.min(self.waiting);
        for place in self.parts.touched.drain(..) {
            self.parts.all[place].dispatched(out);
        }
        events.collect()
    }

    fn info(&mut self, info: Info, out: &mut Outbox<E>) {
        let number = self.next_info;
        let mut queues = 0;
        for part in &mut self.parts.all {
            queues += usize::from(part.queue_info(number));
        }
        if queues == 0 {
            out.release(info);
        } else {
            self.next_info += 1;
            self.infos.insert(number, Held { info, queues });
        }
    }
}
