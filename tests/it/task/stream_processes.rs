//! Each task of a stream is a process of its own, and leaves nothing to the next one, whatever they run in.

use super::{empty, never};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use otp::prelude::*;
use otp::process::{self, Mailbox, Overflow, Priority};
use otp::task::TaskFailure;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Id, Runtime};

#[otp::test]
async fn a_task_finds_nothing_of_the_one_before() -> otp::Result {
    let (me, before) = (process::self_pid(), Arc::new(Mutex::new(None::<Pid>)));
    let stream = Task::async_stream(0..20, move |n| {
        let before = before.clone();
        async move {
            let my_pid = process::self_pid();
            let info = process::info(my_pid).expect("I live");
            assert_eq!((info.links, info.monitors, info.monitored_by), (vec![me], vec![], vec![]));
            assert_eq!((info.message_queue_len, info.messages_handled, info.name, info.label), (0, 0, None, None));
            assert_eq!((info.priority, info.mailbox), (Priority::Normal, Mailbox::unbounded()));
            assert!(!process::trap_exit(true) && process::put("n", n).is_none());
            if let Some(before) = before.lock().expect("nobody panics").replace(my_pid) {
                assert!(my_pid != before && !process::alive(before));
                process::send(before, "too late").expect("a pid is no name");
                process::exit(before, ExitReason::Kill);
            }
            empty().await;
            // All of this is the process's.
            let other = process::spawn_link(process::sleep_forever());
            process::monitor(other);
            process::set_label("a task");
            process::register(my_pid, "a task of a stream").expect("the name is free again");
            process::set_priority(Priority::High);
            process::set_mailbox(Mailbox::bounded(10, Overflow::Kill));
            process::send(my_pid, "unread").expect("a pid is no name");
            process::send_after(my_pid, "never", Duration::from_secs(3600));
            (my_pid, n)
        }
    });
    let seen: Vec<_> = stream.max_concurrency(1)?.try_collect().await?;
    assert!(seen.iter().map(|(_, n)| *n).eq(0..20));
    assert_eq!(seen.into_iter().map(|(pid, _)| pid).collect::<HashSet<_>>().len(), 20);
    Ok(())
}

/// Items that are killed by others, at any moment, have their own result and no other.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exit_signal_hits_the_task_it_was_meant_for() -> otp::Result {
    process::trap_exit(true);
    for round in 0..60_u32 {
        let killer = process::spawn(async {
            loop {
                let (pid, spins) = process::receive::<(Pid, u32)>().await;
                (0..spins).for_each(|_| std::hint::spin_loop());
                process::exit(pid, ExitReason::Kill);
            }
        });
        let stream = Task::async_stream(0..300_u32, move |n| async move {
            if n % 3 == 0 {
                process::send(killer, (process::self_pid(), n % 13 * 20)).expect("a pid is no name");
            }
            for _ in 0..(n + round) % 4 {
                tokio::task::yield_now().await;
            }
            if n % 6 == 0 { never().await } else { n }
        });
        let results: Vec<_> = stream.max_concurrency(1 + round as usize % 8)?.collect().await;
        assert_eq!(results.len(), 300);
        for (n, result) in (0..).zip(results) {
            match result {
                Ok(answer) => assert!(answer == n && n % 6 != 0, "round {round}: {n} answered {answer}"),
                Err(failure) => {
                    assert_eq!((failure, n % 3), (TaskFailure::Exit(ExitReason::Killed), 0), "round {round}: {n}");
                }
            }
        }
        process::exit(killer, ExitReason::Kill);
    }
    empty().await;
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_keeps_its_thread_holds_no_other_up() -> otp::Result {
    for round in 0..50 {
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(Some(released)));
        let stream = Task::async_stream(0..100, move |n| {
            let released = released.clone();
            async move {
                if n == round {
                    let released = released.lock().expect("nobody panics").take().expect("one waits");
                    released.recv().expect("it is released");
                }
                n
            }
        });
        let mut stream = std::pin::pin!(stream.max_concurrency(4)?.ordered(false));
        for _ in 0..99 {
            assert_ne!(stream.next().await.expect("there are more")?, round);
        }
        release.send(()).expect("it waits");
        assert_eq!((stream.next().await, stream.next().await), (Some(Ok(round)), None));
    }
    Ok(())
}

/// Once all of it was consumed, and the stream is gone.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_function_holds_is_freed_with_the_stream() -> otp::Result {
    for round in 0..500 {
        let held = Arc::new(());
        let kept = held.clone();
        let stream = Task::async_stream(0..20_u32, move |n| {
            let kept = kept.clone();
            async move { n + u32::try_from(Arc::strong_count(&kept)).map_or(0, |count| count.min(1)) }
        });
        let stream = stream.max_concurrency(1 + round % 5)?;
        let answers: Vec<_> = stream.try_collect().await?;
        assert_eq!(Arc::strong_count(&held), 1, "round {round}");
        assert!(answers.into_iter().eq(1..=20));
    }
    Ok(())
}

/// The reason of its end, and what lay in its mailbox.
#[otp::test]
async fn what_a_task_left_is_freed_with_its_result() -> otp::Result {
    process::trap_exit(true);
    let held = Arc::new(());
    let kept = held.clone();
    let stream = Task::async_stream(0..6, move |n| {
        let kept = kept.clone();
        async move {
            process::send(process::self_pid(), kept.clone()).expect("a pid is no name");
            if n % 2 == 0 {
                process::exit_with(ExitReason::other(kept));
            }
        }
    });
    let mut stream = std::pin::pin!(stream.max_concurrency(1)?);
    for _ in 0..6 {
        drop(stream.next().await.expect("there are more"));
        // Nothing is started before the stream is polled again.
        assert_eq!(Arc::strong_count(&held), 2);
    }
    assert_eq!(stream.next().await, None);
    Ok(())
}

/// Nothing of tokio's is left of a stream that has come to its end, or was dropped before.
#[otp::test]
async fn no_task_of_the_runtime_stays() -> otp::Result {
    let alive = || Handle::current().metrics().num_alive_tasks();
    let settled = async |to: usize| {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert_eq!(alive(), to);
    };
    let before = alive();
    let mut ended = std::pin::pin!(Task::async_stream(0..50, |n| async move { n }).max_concurrency(8)?);
    assert_eq!(ended.next().await, Some(Ok(0)));
    assert_eq!(alive(), before + 8);
    assert_eq!(ended.as_mut().count().await, 49);
    settled(before).await;

    let mut dropped = Box::pin(Task::async_stream(0..50, |_| never::<()>()).max_concurrency(8)?);
    assert!(futures_util::poll!(dropped.next()).is_pending());
    assert_eq!(alive(), before + 8);
    drop(dropped);
    settled(before).await;
    Ok(())
}

/// A number, and where it was answered.
type Answers = BoxStream<'static, Result<(u32, Id), TaskFailure>>;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime can be built")
}

/// Runs a future as a process in this runtime.
fn run_in<T: Send + 'static>(runtime: &Runtime, future: impl Future<Output = T> + Send + 'static) -> T {
    let (tell, told) = mpsc::channel();
    let _guard = runtime.enter();
    process::spawn(async move { tell.send(future.await).expect("somebody waits") });
    told.recv().expect("it does not panic")
}

/// A stream of eight that has begun in this runtime, and the first two answers. The third never comes.
fn begun(runtime: &Runtime) -> (Answers, Vec<u32>) {
    let stream =
        Task::async_stream(0..8, |n| async move { if n == 2 { never().await } else { (n, Handle::current().id()) } });
    let mut stream = stream.max_concurrency(3).expect("it is not zero").ordered(false).infinity().boxed();
    run_in(runtime, async move {
        let answers = stream.by_ref().take(2).map(|answer| answer.expect("it answers").0).collect().await;
        (stream, answers)
    })
}

/// Who consumes a stream may be of another runtime than who did before.
#[test]
fn tasks_run_in_the_runtime_of_their_consumer() {
    let (first, second) = (runtime(), runtime());
    let (mut stream, mut numbers) = begun(&first);
    let (here, answers) = run_in(&second, async move {
        let answers: Vec<_> = stream.by_ref().take(5).map(|answer| answer.expect("it answers")).collect().await;
        (Handle::current().id(), answers)
    });
    numbers.extend(answers.iter().map(|(n, _)| *n));
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 3, 4, 5, 6, 7]);
    // Five may have been started before.
    assert!(answers.iter().all(|(n, place)| *n < 5 || *place == here), "{answers:?}");
}

/// The end of their runtime ends the tasks that run in it; those that come run elsewhere.
#[test]
fn a_stream_outlives_the_runtime_in_which_it_began() {
    let (first, second) = (runtime(), runtime());
    let (stream, _) = begun(&first);
    drop(first);
    let results: Vec<_> = run_in(&second, stream.collect());
    let killed = results.iter().filter(|result| **result == Err(TaskFailure::Exit(ExitReason::Killed))).count();
    // The one that never answers, and perhaps two that had not begun.
    assert!(results.len() == 6 && (1..=3).contains(&killed), "{results:?}");
    assert_eq!(results.iter().flatten().count(), 6 - killed);
}

/// How many there are.
static INPUTS: AtomicUsize = AtomicUsize::new(0);

/// An input that is counted, and dropped by a process only.
struct Input(u32);

impl Input {
    fn new(n: u32) -> Self {
        INPUTS.fetch_add(1, Ordering::SeqCst);
        Self(n)
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        assert!(process::try_self_pid().is_some());
        INPUTS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a task has begun or not when its runtime ends, its input is dropped as that process.
#[test]
fn inputs_are_dropped_in_their_process_when_the_runtime_ends() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    {
        let _guard = runtime.enter();
        process::spawn(async {
            let stream = Task::async_stream((0..30).map(Input::new), |input| async move {
                if input.0 % 2 == 0 { drop(input) } else { never().await }
            });
            let mut stream = std::pin::pin!(stream.max_concurrency(10).expect("it is not zero").infinity());
            assert!(futures_util::poll!(stream.next()).is_pending());
            // Half of the first ten give room for others.
            tokio::task::yield_now().await;
            let _ = futures_util::poll!(stream.next());
            never().await
        });
    }
    runtime.block_on(tokio::task::yield_now());
    let before = INPUTS.load(Ordering::SeqCst);
    drop(runtime);
    assert!((5..=10).contains(&before), "{before}");
    assert_eq!(INPUTS.load(Ordering::SeqCst), 0);
}
