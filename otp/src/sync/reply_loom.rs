use super::*;
use loom::thread;

fn noop<T>(p: &mut Pending<T>) -> Option<(Result<T, Closed>, Slot)> {
    match p.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(r) => Some(r),
        Poll::Pending => None,
    }
}

#[test]
fn answer_against_give_up_and_next_call() {
    loom::model(|| {
        let (first, mut pending) = Slot::new(None, [0; 3]).begin::<Box<u32>>();
        let answerer = thread::spawn(move || first.answer(Box::new(1)).is_ok());
        let (got, slot) = pending.cancel();
        let (second, mut pending) = slot.begin::<Box<u32>>();
        assert!(noop(&mut pending).is_none(), "a late answer reached the next call");
        assert_eq!(answerer.join().expect("answerer"), got.is_some());
        second.answer(Box::new(2)).expect("wanted");
        assert_eq!(*noop(&mut pending).expect("answered").0.expect("a value"), 2);
    });
}

#[test]
fn answer_against_poll_with_changing_wakers() {
    loom::model(|| {
        let (answerer, mut pending) = Slot::new(None, [0; 3]).begin::<u32>();
        let notify = std::sync::Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        struct Flag(std::sync::Arc<loom::sync::atomic::AtomicUsize>);
        impl std::task::Wake for Flag {
            fn wake(self: std::sync::Arc<Self>) {
                self.0.fetch_add(1, Ordering::AcqRel);
            }
        }
        let t = thread::spawn(move || answerer.answer(7).expect("wanted"));
        let mut last;
        loop {
            // A new waker at every poll: only the newest counts.
            let flag = std::sync::Arc::new(Flag(notify.clone()));
            last = notify.load(Ordering::Acquire);
            let waker: Waker = flag.into();
            if let Poll::Ready((got, _)) = pending.poll(&mut Context::from_waker(&waker)) {
                assert_eq!(got, Ok(7));
                break;
            }
            while notify.load(Ordering::Acquire) == last {
                thread::yield_now();
            }
        }
        t.join().expect("answerer");
    });
}

#[test]
fn close_against_give_up() {
    loom::model(|| {
        let (answerer, mut pending) = Slot::new(None, [0; 3]).begin::<u32>();
        let t = thread::spawn(move || drop(answerer));
        let (got, _slot) = pending.cancel();
        assert!(matches!(got, None | Some(Err(Closed))));
        t.join().expect("closer");
    });
}

#[test]
fn answer_against_a_caller_that_goes_on_to_wait() {
    loom::model(|| {
        struct Flag(loom::sync::atomic::AtomicUsize);
        impl std::task::Wake for Flag {
            fn wake(self: std::sync::Arc<Self>) {
                self.0.fetch_add(1, Ordering::AcqRel);
            }
        }
        let flag = std::sync::Arc::new(Flag(loom::sync::atomic::AtomicUsize::new(0)));
        let waker: Waker = flag.clone().into();
        let (answerer, mut pending) = Slot::new(Some(waker), [0; 3]).begin_here::<u32>();
        let t = thread::spawn(move || answerer.answer(7).expect("wanted"));
        if !pending.go_on() {
            while flag.0.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(noop(&mut pending).expect("it is there, or was announced").0, Ok(7));
        t.join().expect("answerer");
    });
}

#[test]
fn a_share_is_left_for_a_caller_in_place_and_no_other() {
    loom::model(|| {
        let (answerer, mut pending) = Slot::new(None, [0; 3]).begin_here::<Box<u32>>();
        let twin = answerer.twin();
        let t = thread::spawn(move || twin.answer(Box::new(1)).is_ok());
        let here = answerer.answer(Box::new(2)).is_ok();
        let there = pending.go_on();
        assert!(there, "one of the two has answered");
        let (got, slot) = noop(&mut pending).expect("it is there");
        assert_eq!(*got.expect("a value"), if here { 2 } else { 1 });
        assert_ne!(t.join().expect("twin"), here);
        assert_eq!(std::sync::Arc::strong_count(&slot.0), 1);
    });
}
