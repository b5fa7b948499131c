//! The same batches over tokio's channels: no demand, no buffer, nobody who notices when one of the tasks is gone.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{broadcast, mpsc};

use super::{CONSUMERS, MAX_DEMAND, Total, batch, partition, sum_below};
use crate::workload::Timed;

/// The numbers up to a limit, in batches.
fn batches(events: u64, size: usize) -> impl Iterator<Item = Vec<u64>> {
    (0..events).step_by(size).map(move |first| (first..events.min(first + size as u64)).collect())
}

/// Pipelines by hand.
#[derive(Debug)]
pub struct TokioStages;

impl TokioStages {
    /// Three tasks, with a channel between each two: as many batches may be on their way as there are with demand.
    pub async fn pipeline(events: u64, max_demand: usize) -> Timed {
        let total = Arc::new(Total::new(events));
        let size = batch(max_demand);
        let began = Instant::now();
        let (numbers, mut first) = mpsc::channel::<Vec<u64>>(max_demand / size);
        let (add_one, mut second) = mpsc::channel::<Vec<u64>>(max_demand / size);
        tokio::spawn(async move {
            for batch in batches(events, size) {
                numbers.send(batch).await.expect("it is read");
            }
        });
        tokio::spawn(async move {
            while let Some(batch) = first.recv().await {
                let batch = batch.into_iter().map(|event| event + 1).collect();
                add_one.send(batch).await.expect("it is read");
            }
        });
        let adder = total.clone();
        tokio::spawn(async move {
            while let Some(batch) = second.recv().await {
                adder.add(&batch);
            }
        });
        let took = total.wait(began, sum_below(events) + events).await;
        Timed { operations: events, took }
    }

    /// `tokio::sync::broadcast`, which has no back-pressure: the sender looks whether there is room.
    pub async fn broadcast(events: u64) -> Timed {
        let total = Arc::new(Total::new(events * CONSUMERS as u64));
        let size = batch(MAX_DEMAND);
        let capacity = MAX_DEMAND / size;
        let (numbers, _) = broadcast::channel::<Vec<u64>>(capacity);
        for _ in 0..CONSUMERS {
            let (adder, mut receiver) = (total.clone(), numbers.subscribe());
            tokio::spawn(async move {
                loop {
                    match receiver.recv().await {
                        Ok(batch) => adder.add(&batch),
                        Err(broadcast::error::RecvError::Closed) => return,
                        Err(lagged) => panic!("{lagged}"),
                    }
                }
            });
        }
        let began = Instant::now();
        tokio::spawn(async move {
            for batch in batches(events, size) {
                while numbers.len() >= capacity {
                    tokio::task::yield_now().await;
                }
                numbers.send(batch).expect("it is read");
            }
        });
        let took = total.wait(began, sum_below(events) * CONSUMERS as u64).await;
        Timed { operations: events, took }
    }

    /// A channel for each partition; a batch is sent when it is full.
    pub async fn partition(events: u64) -> Timed {
        let total = Arc::new(Total::new(events));
        let size = batch(MAX_DEMAND);
        let mut shards = Vec::new();
        for _ in 0..CONSUMERS {
            let (shard, mut receiver) = mpsc::channel::<Vec<u64>>(MAX_DEMAND / size);
            let adder = total.clone();
            tokio::spawn(async move {
                while let Some(batch) = receiver.recv().await {
                    adder.add(&batch);
                }
            });
            shards.push((shard, Vec::with_capacity(size)));
        }
        let began = Instant::now();
        tokio::spawn(async move {
            for event in 0..events {
                let (shard, batch) = &mut shards[partition(event)];
                batch.push(event);
                if batch.len() == size {
                    let full = std::mem::replace(batch, Vec::with_capacity(size));
                    shard.send(full).await.expect("it is read");
                }
            }
            for (shard, rest) in shards {
                shard.send(rest).await.expect("it is read");
            }
        });
        let took = total.wait(began, sum_below(events)).await;
        Timed { operations: events, took }
    }
}
