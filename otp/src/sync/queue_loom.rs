use super::super::atomic::AtomicBool;
use super::*;
use loom::sync::Arc;
use loom::thread;

fn model(f: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.max_branches = 20_000;
    model.check(f);
}

fn pop_all(queue: &Queue<(u32, u32)>) -> Vec<(u32, u32)> {
    std::iter::from_fn(|| queue.pop()).collect()
}

/// What each of them pushed is there, once and in its order.
fn assert_complete(got: &[(u32, u32)], each: u32) {
    for thread in 0..2 {
        let of: Vec<_> = got.iter().filter(|(of, _)| *of == thread).map(|(_, n)| *n).collect();
        assert_eq!(of, (0..each).collect::<Vec<_>>(), "of {thread} in {got:?}");
    }
}

#[test]
fn loom_what_each_sender_pushes_is_taken_once_and_in_its_order() {
    model(|| {
        let queue = Arc::new(Queue::new());
        let senders: Vec<_> = (0..2)
            .map(|thread| {
                let queue = queue.clone();
                thread::spawn(move || (0..2).for_each(|n| queue.push((thread, n))))
            })
            .collect();
        let mut got = pop_all(&queue);
        for sender in senders {
            sender.join().expect("sender");
        }
        got.extend(pop_all(&queue));
        assert_complete(&got, 2);
    });
}

#[test]
fn loom_a_closed_queue_may_be_drained_by_several() {
    model(|| {
        let queue = Arc::new(Queue::new());
        queue.push((0, 0));
        let other = {
            let queue = queue.clone();
            thread::spawn(move || {
                queue.push((1, 0));
                pop_all(&queue)
            })
        };
        let mut got = pop_all(&queue);
        got.extend(other.join().expect("other"));
        assert_complete(&got, 1);
        assert_eq!(queue.len(), 0);
    });
}

/// Whatever was pushed before that, by anybody it knows of, comes out before.
#[test]
fn loom_what_follows_another_push_comes_after_it() {
    model(|| {
        let queue = Arc::new(Queue::new());
        let told = Arc::new(AtomicBool::new(false));
        let first = {
            let (queue, told) = (queue.clone(), told.clone());
            thread::spawn(move || {
                queue.push((0, 0));
                told.store(true, Ordering::Release);
            })
        };
        let second = {
            let (queue, told) = (queue.clone(), told);
            thread::spawn(move || {
                let after = told.load(Ordering::Acquire);
                queue.push((1, 0));
                after
            })
        };
        let mut got = pop_all(&queue);
        first.join().expect("first");
        let after = second.join().expect("second");
        got.extend(pop_all(&queue));
        assert_complete(&got, 1);
        assert!(!after || got == [(0, 0), (1, 0)], "{got:?}");
    });
}

/// What the waking of a process rests on: a sender whose item a look did not see has seen what was written before the look.
#[test]
fn loom_a_look_that_finds_nothing_is_seen_by_the_next_push() {
    model(|| {
        let queue = Arc::new(Queue::new());
        queue.push((2, 0));
        let announced = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..2)
            .map(|thread| {
                let (queue, announced) = (queue.clone(), announced.clone());
                thread::spawn(move || {
                    queue.push((thread, 0));
                    announced.load(Ordering::Relaxed)
                })
            })
            .collect();
        assert_eq!(queue.pop(), Some((2, 0)), "it was there before them");
        announced.store(true, Ordering::Relaxed);
        let asleep = queue.is_empty();
        let seen: Vec<_> = senders.into_iter().map(|sender| sender.join().expect("sender")).collect();
        assert!(!asleep || seen == [true, true], "a sender does not know that it has to wake the owner");
        assert_eq!(queue.len(), 2);
    });
}
