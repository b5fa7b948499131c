//! Streams of tasks whose tasks answer.

use super::{MS, after, empty, linked, quiet};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use otp::prelude::*;
use otp::process;
use otp::task::{OnTimeout, TaskFailure, ZeroConcurrency};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// All answers, none of which may be missing.
async fn answers<T>(stream: impl Stream<Item = Result<T, TaskFailure>>) -> Vec<T> {
    stream.try_collect().await.expect("every task answers")
}

/// One after the other takes less time.
fn falling(numbers: impl IntoIterator<Item = u32>) -> Vec<(u32, u32)> {
    numbers.into_iter().map(|n| (n, 500 - 100 * n)).collect()
}

async fn sleepy((n, time): (u32, u32)) -> u32 {
    after(MS * time, n).await
}

#[otp::test(start_paused = true)]
async fn task_059_results_come_in_the_order_of_the_input() -> otp::Result {
    for concurrency in [1, 2, 4, 8] {
        let stream = Task::async_stream([1, 2, 3, 4], |n| async move { n }).max_concurrency(concurrency)?;
        assert_eq!(answers(stream).await, [1, 2, 3, 4]);
        let (add, names) = (10, ["a"]);
        let stream = Task::async_stream(1..=4, move |n| async move { (n + add, names[0]) });
        let stream = stream.max_concurrency(concurrency)?;
        assert_eq!(answers(stream).await, [(11, "a"), (12, "a"), (13, "a"), (14, "a")]);
    }
    let nothing = Task::async_stream([0; 0], |n| async move { n });
    assert_eq!(answers(nothing).await, [0; 0]);
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_060_the_slowest_may_come_first() -> otp::Result {
    for concurrency in [1, 2, 4, 8] {
        let stream = Task::async_stream(falling(1..=4), sleepy).max_concurrency(concurrency)?;
        assert_eq!(answers(stream).await, [1, 2, 3, 4]);
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_061_unordered_results_come_as_tasks_end() -> otp::Result {
    let stream = Task::async_stream(falling(1..=4), sleepy).ordered(false);
    assert_eq!(answers(stream.max_concurrency(1)?).await, [1, 2, 3, 4]);
    let stream = Task::async_stream(falling(1..=4), sleepy).ordered(false);
    assert_eq!(answers(stream.max_concurrency(4)?).await, [4, 3, 2, 1]);
    Ok(())
}

/// Counts what is taken of it.
fn counted(taken: &Arc<AtomicUsize>) -> impl Iterator<Item = usize> + use<> {
    let taken = taken.clone();
    (0..).inspect(move |_| {
        taken.fetch_add(1, Ordering::Relaxed);
    })
}

#[otp::test(start_paused = true)]
async fn task_063_a_stream_that_is_not_polled_does_nothing() -> otp::Result {
    let (taken, started) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let count = started.clone();
    let stream = Task::async_stream(counted(&taken), move |n| {
        count.fetch_add(1, Ordering::Relaxed);
        async move { n }
    });
    let mut stream = std::pin::pin!(stream.max_concurrency(3)?);
    process::sleep(MS * 100).await;
    assert_eq!((taken.load(Ordering::Relaxed), started.load(Ordering::Relaxed)), (0, 0));
    assert_eq!(stream.next().await, Some(Ok(0)));
    // It works ahead by as many as may run, and not while nobody asks.
    let before = taken.load(Ordering::Relaxed);
    assert!((3..=4).contains(&before), "{before}");
    process::sleep(MS * 100).await;
    assert_eq!((taken.load(Ordering::Relaxed), started.load(Ordering::Relaxed)), (before, before));
    Ok(())
}

/// A consumer that is slower than its tasks has no more of them than it asked for, in either order.
#[otp::test]
async fn a_slow_consumer_is_not_overrun() -> otp::Result {
    for ordered in [true, false] {
        let taken = Arc::new(AtomicUsize::new(0));
        let stream = Task::async_stream(counted(&taken), |n| async move { n }).ordered(ordered);
        let mut stream = std::pin::pin!(stream.max_concurrency(10)?);
        for seen in 1..=200 {
            stream.next().await.expect("it never ends")?;
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            let ahead = taken.load(Ordering::Relaxed) - seen;
            assert!(ahead <= 10, "{ahead} ahead at {seen}, ordered {ordered}");
        }
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_tasks_run_than_may() -> otp::Result {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, max) = (now.clone(), most.clone());
    let stream = Task::async_stream(0..500, move |n| {
        let (now, most) = (count.clone(), max.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            n
        }
    });
    assert!(answers(stream.max_concurrency(7)?).await.into_iter().eq(0..500));
    let most = most.load(Ordering::SeqCst);
    assert!((2..=7).contains(&most), "{most}");
    Ok(())
}

#[otp::test]
async fn as_many_run_as_there_are_cores() {
    let cores = std::thread::available_parallelism().expect("it is known").get();
    let started = Arc::new(AtomicUsize::new(0));
    let count = started.clone();
    let stream = Task::async_stream(0..1_000, move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>()
    });
    let mut stream = std::pin::pin!(stream);
    assert!(futures_util::poll!(stream.next()).is_pending());
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(started.load(Ordering::Relaxed), cores);
}

#[otp::test]
async fn task_064_the_tasks_belong_to_the_process_that_consumes() {
    let me = process::self_pid();
    let stream = Task::async_stream([1, 2], |n| async move {
        let me = process::self_pid();
        (n, process::callers(), process::info(me).map(|info| (info.links, info.ancestors)))
    });
    let consumer = Task::async_(async move { (process::self_pid(), answers(stream).await) });
    let (consumer, answers) = consumer.await.expect("it answers");
    let seen = |n| (n, vec![consumer, me], Some((vec![consumer], vec![consumer, me])));
    assert_eq!(answers, [seen(1), seen(2)]);
}

#[otp::test(start_paused = true)]
async fn task_065_nothing_is_left_of_a_stream_that_was_consumed() -> otp::Result {
    let me = process::self_pid();
    let links = || process::info(me).expect("I live").links;
    for trap in [false, true] {
        process::trap_exit(trap);
        let stream = Task::async_stream(0..20, |n| after(MS, n)).max_concurrency(4)?;
        assert_eq!(answers(stream).await.len(), 20);
        assert_eq!(links(), []);
        let stream = Task::async_stream(0..20, |n| after(MS * 10, n)).max_concurrency(4)?;
        assert_eq!(answers(stream.take(6)).await, [0, 1, 2, 3, 4, 5]);
        assert_eq!(links(), []);
        quiet().await;
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_072_without_a_limit_a_task_takes_its_time() {
    let stream = Task::async_stream([1, 2], |n| after(Duration::from_secs(86_400), n)).infinity();
    assert_eq!(answers(stream).await, [1, 2]);
}

#[otp::test]
async fn task_074_no_concurrency_at_all_is_an_error_that_names_the_option() {
    let error = Task::async_stream([1], |n| async move { n }).max_concurrency(0).expect_err("it is refused");
    assert_eq!(error, ZeroConcurrency);
    assert!(error.to_string().starts_with("bad option max_concurrency"), "{error}");
}

#[otp::test(start_paused = true)]
async fn task_075_messages_of_others_do_not_disturb_a_stream() {
    let me = process::self_pid();
    let other = process::spawn(async {});
    let monitor = process::monitor(other);
    let stream = Task::async_stream(0..8, move |n| async move {
        let down = process::monitor(process::spawn(async {}));
        process::send(me, TaskDoneLookalike(down)).expect("a pid is no name");
        process::send(process::self_pid(), "noise").expect("a pid is no name");
        n
    });
    assert!(answers(stream).await.into_iter().eq(0..8));
    assert_eq!(process::receive::<Down>().await.reference, monitor);
    for _ in 0..8 {
        process::receive::<TaskDoneLookalike>().await;
    }
    quiet().await;
}

struct TaskDoneLookalike(#[expect(dead_code, reason = "only sent")] MonitorRef);

#[otp::test(start_paused = true)]
async fn task_076_input_and_output_may_be_cut() -> otp::Result {
    for concurrency in [1, 2, 4, 8] {
        let of = |stream: Vec<(u32, u32)>| Task::async_stream(stream, sleepy).max_concurrency(concurrency);
        assert_eq!(
            answers(of(falling(1..=4).into_iter().chain(falling(1..=4)).take(4).collect())?).await,
            [1, 2, 3, 4]
        );
        assert_eq!(
            answers(of(falling(1..=4).into_iter().chain(falling(1..=4)).collect())?.take(4)).await,
            [1, 2, 3, 4]
        );
        let exiting = |n: u32| async move { process::exit_with(ExitReason::other(n)) };
        process::trap_exit(true);
        let inner = Task::async_stream((1..=8).take(4), exiting).max_concurrency(concurrency)?;
        let inner: Vec<Result<(), _>> = inner.collect().await;
        let outer = Task::async_stream(1..=8, exiting).max_concurrency(concurrency)?.take(4);
        let outer: Vec<Result<(), _>> = outer.collect().await;
        let expected: Vec<_> = (1..=4_u32).map(|n| Err(TaskFailure::Exit(ExitReason::other(n)))).collect();
        assert_eq!((&inner, &outer), (&expected, &expected));
        process::trap_exit(false);
        quiet().await;
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn task_077_two_streams_run_side_by_side() -> otp::Result {
    process::trap_exit(true);
    for concurrency in [1, 2, 4] {
        let slow = || Task::async_stream(falling(1..=4), sleepy).max_concurrency(concurrency);
        let pairs: Vec<_> = slow()?.zip(slow()?).collect().await;
        assert_eq!(pairs, [1, 2, 3, 4].map(|n| (Ok(n), Ok(n))));
        let failing = || {
            let stream = Task::async_stream(1..=4, |n: u32| async move { process::exit_with(ExitReason::other(n)) });
            stream.max_concurrency(concurrency)
        };
        let pairs: Vec<(Result<(), _>, Result<(), _>)> = failing()?.zip(failing()?).collect().await;
        let failure = |n: u32| Err(TaskFailure::Exit(ExitReason::other(n)));
        assert_eq!(pairs, [1, 2, 3, 4].map(|n| (failure(n), failure(n))));
        quiet().await;
    }
    Ok(())
}

/// Says when it is dropped.
struct Cleanup(Arc<AtomicUsize>);

impl Drop for Cleanup {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[otp::test]
async fn task_078_cleanup_of_input_and_output_runs() {
    let (inner, outer) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let input = Cleanup(inner.clone());
    let stream = Task::async_stream((0..8).inspect(move |_| _ = &input), |n| async move { n });
    let output = Cleanup(outer.clone());
    let stream = stream.inspect(move |_| _ = &output);
    assert_eq!(answers(stream.take(3)).await, [0, 1, 2]);
    assert_eq!((inner.load(Ordering::Relaxed), outer.load(Ordering::Relaxed)), (1, 1));
}

#[otp::test]
async fn task_079_an_input_of_streams_that_stop_early_comes_through() {
    let input = stream::iter([1, 2, 3]).chain(stream::iter(4..).take_while(|n| std::future::ready(*n < 7)));
    let input = input.chain(stream::iter([vec![7, 8], vec![9]]).flat_map(stream::iter));
    let stream = Task::async_stream_from(input, |n| async move { n });
    assert!(answers(stream).await.into_iter().eq(1..=9));
}

#[otp::test(start_paused = true)]
async fn an_input_that_waits_does_not_hold_results_back() {
    let input = stream::iter([1, 2]).chain(stream::once(after(MS * 1_000, 3)));
    let mut stream = std::pin::pin!(Task::async_stream_from(input, |n| async move { n }).timeout(MS * 10));
    let began = tokio::time::Instant::now();
    assert_eq!((stream.next().await, stream.next().await), (Some(Ok(1)), Some(Ok(2))));
    assert!(began.elapsed() < MS * 100);
    assert_eq!((stream.next().await, stream.next().await), (Some(Ok(3)), None));
    assert_eq!(stream.next().await, None);
}

#[otp::test(start_paused = true)]
async fn a_stream_under_another_waker_still_keeps_time() {
    let stream = Task::async_stream([1_u32, 100_000], |time| after(MS * time, time)).timeout(MS * 50);
    let stream = stream.on_timeout(OnTimeout::KillTask);
    // `buffered` polls what it holds under wakers of its own.
    let all: Vec<_> = stream::iter([stream.collect::<Vec<_>>()]).buffered(2).collect().await;
    assert_eq!(all[0], [Ok(1), Err(TaskFailure::Timeout(MS * 50))]);
}

#[otp::test]
async fn a_handler_may_consume_a_stream() -> otp::Result {
    #[gen_server]
    struct Sums;
    #[gen_server]
    impl Sums {
        #[init]
        fn init() -> Self {
            Self
        }
        #[call]
        async fn sum(&mut self, numbers: Vec<u64>) -> u64 {
            let squares = Task::async_stream(numbers, |n| async move { n * n });
            answers(squares).await.iter().sum()
        }
    }
    let sums = Sums::start_link(()).await?;
    assert_eq!(sums.sum((1..=100).collect()).await?, 338_350);
    Ok(())
}

#[otp::test]
async fn a_task_of_a_stream_is_linked_while_it_runs() {
    let me = process::self_pid();
    let stream = Task::async_stream([1], move |_| async move { linked(me, process::self_pid()) });
    assert_eq!(answers(stream).await, [true]);
    empty().await;
}
