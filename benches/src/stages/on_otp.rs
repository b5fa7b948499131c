//! Stages as the documentation of `otp` shows them.

use std::sync::Arc;
use std::time::Instant;

use otp::gen_stage::{BroadcastDispatcher, DemandDispatcher, DemandMode, PartitionDispatcher};
use otp::prelude::*;

use super::{CONSUMERS, MAX_DEMAND, Total, partition, sum_below};
use crate::workload::Timed;

/// Emits the numbers up to a limit.
struct Numbers {
    next: u64,
    end: u64,
}

impl Numbers {
    fn take(&mut self, demand: usize) -> Vec<u64> {
        let first = self.next;
        self.next = self.end.min(first + demand as u64);
        (first..self.next).collect()
    }
}

macro_rules! producer {
    ($name:ident, $dispatcher:ty, $make:expr) => {
        #[gen_stage(producer)]
        struct $name(Numbers);

        #[gen_stage]
        impl $name {
            #[init]
            fn init(end: u64) -> Self {
                Self(Numbers { next: 0, end })
            }

            #[demand]
            fn demand(&mut self, demand: usize) -> Vec<u64> {
                self.0.take(demand)
            }

            #[dispatcher]
            fn dispatcher(&self) -> $dispatcher {
                $make
            }
        }
    };
}

producer!(ToOne, DemandDispatcher<u64>, DemandDispatcher::new());
producer!(ToAll, BroadcastDispatcher<u64>, BroadcastDispatcher::new());
producer!(
    ToPartitions,
    PartitionDispatcher<u64>,
    PartitionDispatcher::with_hash(CONSUMERS, |event| Some((event, partition(event))))
);

/// Adds one to each event.
#[gen_stage(producer_consumer)]
struct AddOne;

#[gen_stage]
impl AddOne {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn events(&mut self, events: Vec<u64>) -> Vec<u64> {
        events.into_iter().map(|event| event + 1).collect()
    }
}

/// Adds up what it gets.
#[gen_stage(consumer)]
struct Adder {
    total: Arc<Total>,
}

#[gen_stage]
impl Adder {
    #[init]
    fn init(total: Arc<Total>) -> Self {
        Self { total }
    }

    #[events]
    fn events(&mut self, events: Vec<u64>) {
        self.total.add(&events);
    }
}

/// Pipelines of `otp`.
#[derive(Debug)]
pub struct OtpStages;

impl OtpStages {
    /// Producer, producer-consumer, consumer.
    pub async fn pipeline(events: u64, max_demand: usize) -> Timed {
        let total = Arc::new(Total::new(events));
        let numbers = ToOne::start_link(events).await.expect("it starts");
        let add_one = AddOne::start_link(()).await.expect("it starts");
        let adder = Adder::start_link(total.clone()).await.expect("it starts");
        let began = Instant::now();
        adder.sync_subscribe(add_one.subscription().max_demand(max_demand)).await.expect("it runs");
        add_one.sync_subscribe(numbers.subscription().max_demand(max_demand)).await.expect("it runs");
        let took = total.wait(began, sum_below(events) + events).await;
        Timed { operations: events, took }
    }

    /// Every event to each of the consumers.
    pub async fn broadcast(events: u64) -> Timed {
        let total = Arc::new(Total::new(events * CONSUMERS as u64));
        let numbers = ToAll::start_link(events).await.expect("it starts");
        numbers.set_demand(DemandMode::Accumulate);
        for _ in 0..CONSUMERS {
            let adder = Adder::start_link(total.clone()).await.expect("it starts");
            adder.sync_subscribe(numbers.subscription().max_demand(MAX_DEMAND)).await.expect("it runs");
        }
        let began = Instant::now();
        numbers.set_demand(DemandMode::Forward);
        let took = total.wait(began, sum_below(events) * CONSUMERS as u64).await;
        Timed { operations: events, took }
    }

    /// Every event to the consumer of its partition.
    pub async fn partition(events: u64) -> Timed {
        let total = Arc::new(Total::new(events));
        let numbers = ToPartitions::start_link(events).await.expect("it starts");
        numbers.set_demand(DemandMode::Accumulate);
        for place in 0..CONSUMERS {
            let adder = Adder::start_link(total.clone()).await.expect("it starts");
            adder.sync_subscribe(numbers.partition(place).max_demand(MAX_DEMAND)).await.expect("it runs");
        }
        let began = Instant::now();
        numbers.set_demand(DemandMode::Forward);
        let took = total.wait(began, sum_below(events)).await;
        Timed { operations: events, took }
    }
}
