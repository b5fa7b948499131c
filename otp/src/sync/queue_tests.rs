use super::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[test]
fn it_is_empty_before_the_first_push_and_in_order_after_it() {
    let queue = Queue::new();
    assert_eq!((queue.len(), queue.is_empty(), queue.pop()), (0, true, None));
    (0..3).for_each(|n| queue.push(n));
    assert_eq!((queue.len(), queue.is_empty(), queue.pop()), (3, false, Some(0)));
    let mut rest = VecDeque::new();
    queue.drain_into(&mut rest);
    assert_eq!(rest, [1, 2]);
}

#[test]
fn what_finds_nothing_before_it_needs_no_channel() {
    let queue = Queue::new();
    for n in 0..3 {
        queue.push(n);
        assert_eq!((queue.len(), queue.is_empty(), queue.pop()), (1, false, Some(n)));
    }
    assert!(queue.is_empty() && !queue.has_channel());
    queue.push(3);
    queue.push(4);
    assert!(queue.has_channel());
    assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(3), Some(4), None));
}

#[test]
fn an_item_behind_that_in_the_slot_stays_behind_it() {
    let queue = Queue::new();
    (0..2).for_each(|n| queue.push(n));
    assert_eq!(queue.pop(), Some(0));
    // The slot is free again, and older items wait in the channel.
    queue.push(2);
    assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(1), Some(2), None));
    (3..5).for_each(|n| queue.push(n));
    let mut all = VecDeque::new();
    queue.drain_into(&mut all);
    assert_eq!(all, [3, 4]);
}

#[test]
fn an_item_that_does_not_fit_goes_into_a_channel() {
    let queue = Queue::new();
    queue.push([7_u64; 9]);
    assert!(queue.has_channel());
    assert_eq!((queue.len(), queue.pop(), queue.pop()), (1, Some([7; 9]), None));
    let queue = Queue::new();
    queue.push(7_u128);
    assert_eq!(queue.has_channel(), align_of::<u128>() > align_of::<Room>());
    assert_eq!((queue.len(), queue.pop(), queue.pop()), (1, Some(7), None));
}

#[test]
fn an_item_of_no_size_is_an_item() {
    let queue = Queue::new();
    (0..3).for_each(|_| queue.push(()));
    assert_eq!((queue.len(), std::iter::from_fn(|| queue.pop()).count()), (3, 3));
}

#[test]
fn a_burst_takes_the_slot_first() {
    let queue = Arc::new(Queue::new());
    let take = || match Burst::take(&queue, |queue| queue) {
        Taken::Nothing => vec![],
        Taken::One(item) => vec![item],
        Taken::Many(mut burst) => std::iter::from_fn(|| burst.pop()).collect(),
    };
    assert_eq!(take(), [0; 0]);
    (0..4).for_each(|n| queue.push(n));
    assert_eq!((take(), take(), take()), (vec![0], vec![1, 2, 3], vec![]));
    (4..6).for_each(|n| queue.push(n));
    assert_eq!((take(), take()), (vec![4, 5], vec![]));
}

#[test]
fn first_pushes_at_the_same_time_are_all_there() {
    let rounds = if cfg!(miri) { 20 } else { 200 };
    for _ in 0..rounds {
        let (queue, ready) = (Queue::new(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for n in 0..3 {
                let (queue, ready) = (&queue, &ready);
                scope.spawn(move || {
                    ready.fetch_add(1, SeqCst);
                    while ready.load(SeqCst) < 3 {
                        std::hint::spin_loop();
                    }
                    queue.push(n);
                });
            }
        });
        let mut all: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2]);
    }
}

/// In each round one at a time, so through the slot, until two meet there.
#[test]
fn what_each_thread_pushes_stays_in_its_order() {
    const EACH: u32 = if cfg!(miri) { 20 } else { 2_000 };
    let rounds = if cfg!(miri) { 3 } else { 50 };
    for _ in 0..rounds {
        let queue = Queue::new();
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let queue = &queue;
                scope.spawn(move || (0..EACH).for_each(|n| queue.push((thread, Box::new(n)))));
            }
            let mut next = [0; 2];
            while next != [EACH; 2] {
                match queue.pop() {
                    Some((thread, n)) => {
                        assert_eq!(*n, next[thread]);
                        next[thread] += 1;
                    }
                    None => std::thread::yield_now(),
                }
            }
        });
        assert!(queue.is_empty());
    }
}

#[test]
fn what_waits_in_it_is_dropped_with_it() {
    for waiting in 0..4 {
        let counted = Arc::new(());
        let queue = Queue::new();
        (0..waiting).for_each(|_| queue.push(counted.clone()));
        assert_eq!(Arc::strong_count(&counted), 1 + waiting);
        drop(queue);
        assert_eq!(Arc::strong_count(&counted), 1);
    }
}
