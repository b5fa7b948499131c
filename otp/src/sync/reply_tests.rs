use super::*;
use std::sync::atomic::{AtomicUsize, Ordering as O};
use std::task::Wake;

struct Counter(AtomicUsize);
impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, O::SeqCst);
    }
}
fn counter() -> (Arc<Counter>, Waker) {
    let c = Arc::new(Counter(AtomicUsize::new(0)));
    (c.clone(), c.into())
}

fn ready<T>(p: &mut Pending<T>) -> Option<(Result<T, Closed>, Slot)> {
    match p.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(r) => Some(r),
        Poll::Pending => None,
    }
}

#[test]
fn an_answer_arrives_and_the_slot_serves_again() {
    let (woken, waker) = counter();
    let mut slot = Slot::new(Some(waker.clone()), [1, 2, 3]);
    for i in 0..100u64 {
        let (answerer, mut pending) = slot.begin::<u64>();
        assert_eq!(answerer.tag(), [1, 2, 3]);
        assert!(pending.poll(&mut Context::from_waker(&waker)).is_pending());
        answerer.answer(i).expect("wanted");
        let (got, back) = ready(&mut pending).expect("answered");
        assert_eq!(got, Ok(i));
        slot = back;
    }
    // Under miri a waker's table has several addresses: the slot's own is not known again, and is woken beside it.
    assert!(woken.0.load(O::SeqCst) == 100 || cfg!(miri));
}

#[test]
fn a_value_too_large_for_the_cell_is_boxed_and_dropped_once() {
    struct Large([u64; 9], #[expect(dead_code, reason = "counted by its strong count")] Arc<()>);
    let alive = Arc::new(());
    let slot = Slot::new(None, [0; 3]);
    let (answerer, mut pending) = slot.begin::<Large>();
    answerer.answer(Large([7; 9], alive.clone())).ok().expect("wanted");
    let (got, slot) = ready(&mut pending).expect("answered");
    assert_eq!(got.expect("a value").0, [7; 9]);
    assert_eq!(Arc::strong_count(&alive), 1);
    // An answer that nobody takes is dropped with the pending end.
    let (answerer, pending) = slot.begin::<Large>();
    answerer.answer(Large([8; 9], alive.clone())).ok().expect("wanted");
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(pending);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn a_late_answer_comes_back_and_never_reaches_the_next_call() {
    let slot = Slot::new(None, [0; 3]);
    let (late, mut first) = slot.begin::<String>();
    let (none, slot) = first.cancel();
    assert!(none.is_none());
    assert!(!late.is_wanted());
    let (answerer, mut second) = slot.begin::<String>();
    assert_eq!(late.answer("late".into()), Err("late".into()));
    assert!(ready(&mut second).is_none());
    answerer.answer("in time".into()).expect("wanted");
    assert_eq!(ready(&mut second).expect("answered").0, Ok("in time".to_string()));
}

#[test]
fn dropping_the_answerer_closes_the_call() {
    let slot = Slot::new(None, [0; 3]);
    let (answerer, mut pending) = slot.begin::<u8>();
    drop(answerer);
    let (got, slot) = ready(&mut pending).expect("closed");
    assert_eq!(got, Err(Closed));
    let (answerer, mut pending) = slot.begin::<u8>();
    let closer = answerer.into_closer();
    assert!(ready(&mut pending).is_none());
    drop(closer);
    assert_eq!(ready(&mut pending).expect("closed").0, Err(Closed));
}

#[test]
fn another_waker_is_woken_instead_of_only_the_fixed_one() {
    let (fixed, fixed_waker) = counter();
    let (other, other_waker) = counter();
    let slot = Slot::new(Some(fixed_waker), [0; 3]);
    let (answerer, mut pending) = slot.begin::<u8>();
    assert!(pending.poll(&mut Context::from_waker(&other_waker)).is_pending());
    assert!(pending.poll(&mut Context::from_waker(&other_waker)).is_pending());
    answerer.answer(1).expect("wanted");
    assert_eq!((fixed.0.load(O::SeqCst), other.0.load(O::SeqCst)), (1, 1));
    assert_eq!(ready(&mut pending).expect("answered").0, Ok(1));
}

#[test]
fn answers_and_cancellations_race_on_threads() {
    let rounds = if cfg!(miri) { 50 } else { 20_000 };
    let mut slot = Slot::new(None, [0; 3]);
    for i in 0..rounds {
        let (answerer, mut pending) = slot.begin::<Box<u64>>();
        let t = std::thread::spawn(move || answerer.answer(Box::new(i)).is_ok());
        if i % 3 == 0 {
            std::thread::yield_now();
        }
        let (answer, back) = pending.cancel();
        let delivered = t.join().expect("no panic");
        assert_eq!(delivered, answer.is_some());
        assert!(answer.is_none_or(|a| a == Ok(Box::new(i))));
        slot = back;
    }
}

fn shares(slot: &Slot) -> usize {
    Arc::strong_count(&slot.0)
}

#[test]
fn an_answer_in_place_leaves_its_share() {
    let (answerer, mut pending) = Slot::new(None, [0; 3]).begin_here::<String>();
    answerer.answer("here".into()).expect("wanted");
    assert!(pending.go_on());
    let (got, slot) = ready(&mut pending).expect("answered");
    assert_eq!((got, shares(&slot)), (Ok("here".into()), 1));

    let (answerer, mut pending) = slot.begin_here::<String>();
    drop(answerer.into_closer());
    assert!(pending.go_on());
    let (got, slot) = ready(&mut pending).expect("closed");
    assert_eq!((got, shares(&slot)), (Err(Closed), 1));
}

#[test]
fn a_caller_that_goes_on_takes_a_share() {
    let (answerer, mut pending) = Slot::new(None, [0; 3]).begin_here::<u32>();
    assert!(!pending.go_on());
    assert!(ready(&mut pending).is_none());
    answerer.answer(1).expect("wanted");
    let (got, slot) = ready(&mut pending).expect("answered");
    assert_eq!((got, shares(&slot)), (Ok(1), 1));

    // It gives up at once.
    let (answerer, mut pending) = slot.begin_here::<u32>();
    let (got, slot) = pending.cancel();
    assert_eq!((got, shares(&slot)), (None, 2));
    assert_eq!(answerer.answer(2), Err(2));
    assert_eq!(shares(&slot), 1);
}

#[test]
fn of_two_answers_in_place_one_counts() {
    let (answerer, mut pending) = Slot::new(None, [0; 3]).begin_here::<u32>();
    let twin = answerer.twin();
    twin.answer(1).expect("wanted");
    assert_eq!(answerer.answer(2), Err(2));
    assert!(pending.go_on());
    let (got, slot) = ready(&mut pending).expect("answered");
    assert_eq!((got, shares(&slot)), (Ok(1), 1));

    let (answerer, mut pending) = slot.begin_here::<u32>();
    let twin = answerer.twin();
    drop(answerer);
    assert_eq!(twin.answer(1), Err(1));
    assert!(pending.go_on());
    let (got, slot) = ready(&mut pending).expect("closed");
    assert_eq!((got, shares(&slot)), (Err(Closed), 1));
}

#[test]
fn a_handle_sent_away_races_with_a_caller_that_goes_on() {
    let rounds = if cfg!(miri) { 30 } else { 3_000 };
    let mut slot = Slot::new(None, [0; 3]);
    for round in 0..rounds {
        let (answerer, mut pending) = slot.begin_here::<usize>();
        let away = std::thread::spawn(move || answerer.answer(round).is_ok());
        let there = pending.go_on();
        assert!(away.join().expect("answerer"));
        let (got, next) = ready(&mut pending).expect("answered");
        assert_eq!((got, shares(&next)), (Ok(round), 1), "{there}");
        slot = next;
    }
}
