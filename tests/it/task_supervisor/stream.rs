//! Streams of tasks under a supervisor.

use super::{MS, after, check, linked, never, none_left, quiet, run, tasks};
use futures_util::{Stream, StreamExt, TryStreamExt};
use otp::prelude::*;
use otp::process::{self, callers, self_pid};
use otp::task::{OnTimeout, StartChildError, TaskFailure};
use std::pin::Pin;

type Items<T> = Pin<Box<dyn Stream<Item = Result<T, TaskFailure>> + Send>>;

async fn answers<T>(stream: impl Stream<Item = Result<T, TaskFailure>>) -> Vec<T> {
    stream.try_collect().await.expect("every task answers")
}

/// Linked and unlinked.
fn both<F, Fut>(tasks: &TaskSupervisorRef, items: Vec<u32>, work: F) -> [Items<Fut::Output>; 2]
where
    F: Fn(u32) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output: Send + 'static> + Send + 'static,
{
    let four = "it is not zero";
    let linked = tasks.async_stream(items.clone(), work.clone()).max_concurrency(4).expect(four);
    let unlinked = tasks.async_stream_nolink(items, work).max_concurrency(4).expect(four);
    [Box::pin(linked), Box::pin(unlinked)]
}

#[otp::test(start_paused = true)]
async fn tsup_035_results_come_in_order_from_children_of_the_supervisor() -> otp::Result {
    let (me, tasks) = (self_pid(), tasks().await);
    let supervisor = tasks.pid().expect("it runs");
    let add = 10;
    let work = move |n| async move {
        let info = process::info(self_pid()).expect("it lives");
        (n + add, info.ancestors[0] == supervisor, linked(self_pid(), me))
    };
    let [linked, unlinked] = both(&tasks, vec![1, 2, 3, 4], work);
    assert_eq!(answers(linked).await, [11, 12, 13, 14].map(|n| (n, true, true)));
    assert_eq!(answers(unlinked).await, [11, 12, 13, 14].map(|n| (n, true, false)));
    none_left(&tasks).await;
    assert_eq!(process::info(me).expect("I live").links, [supervisor]);
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_036_the_slowest_may_come_first() {
    let tasks = tasks().await;
    for stream in both(&tasks, vec![400, 300, 200, 100], |time| after(MS * time, time)) {
        assert_eq!(answers(stream).await, [400, 300, 200, 100]);
    }
}

async fn exits_with(n: u32) -> u32 {
    process::exit_with(ExitReason::other(n))
}

fn exit(n: u32) -> TaskFailure {
    TaskFailure::Exit(ExitReason::other(n))
}

#[otp::test(start_paused = true)]
async fn tsup_038_failures_are_items_for_a_consumer_that_traps_exits() {
    let tasks = tasks().await;
    process::trap_exit(true);
    let [linked, _] = both(&tasks, vec![1, 2, 3, 4], exits_with);
    assert_eq!(linked.collect::<Vec<_>>().await, [1, 2, 3, 4].map(|n| Err(exit(n))));
    quiet().await;
}

/// TSUP-038: without the trap it ends with its task.
#[otp::test]
async fn a_linked_stream_ends_its_consumer() {
    let tasks = tasks().await;
    let reason = run(async move {
        let [linked, _] = both(&tasks, vec![7], exits_with);
        let items = linked.collect::<Vec<_>>().await;
        panic!("it went on with {items:?}");
    });
    assert_eq!(reason.await, ExitReason::other(7_u32));
}

#[otp::test(start_paused = true)]
async fn tsup_039_failures_of_an_unlinked_stream_leave_the_consumer_alone() {
    check(async {
        let tasks = tasks().await;
        let [_, unlinked] = both(&tasks, vec![1, 2, 3, 4], exits_with);
        assert_eq!(unlinked.collect::<Vec<_>>().await, [1, 2, 3, 4].map(|n| Err(exit(n))));
        quiet().await;
    })
    .await;
}

#[otp::test]
async fn tsup_041_the_consumer_is_the_caller_and_the_supervisor_the_ancestor() {
    let (me, tasks) = (self_pid(), tasks().await);
    let supervisor = tasks.pid().expect("it runs");
    let seen = || (callers(), process::info(self_pid()).expect("it lives").ancestors[0]);
    for outer in both(&tasks, vec![1], move |_| async move { seen() }) {
        assert_eq!(answers(outer).await, [(vec![me], supervisor)]);
    }
    let inner = tasks.clone();
    let nested = tasks.async_stream([1], move |_| {
        let [inner, _] = both(&inner, vec![1], move |_| async move { seen() });
        async move { (self_pid(), answers(inner).await) }
    });
    for (outer, inner) in answers(nested).await {
        assert_eq!(inner, [(vec![outer, me], supervisor)]);
    }
}

#[otp::test]
async fn tsup_042_another_process_may_consume_it() {
    let (me, tasks) = (self_pid(), tasks().await);
    for stream in both(&tasks, vec![1, 2], |n| async move { (n, callers()) }) {
        let consumer = Task::async_(async move { (self_pid(), answers(stream).await) });
        let (consumer, answers) = consumer.await.expect("it answers");
        assert_eq!(answers, [(1, vec![consumer, me]), (2, vec![consumer, me])]);
    }
}

#[otp::test(start_paused = true)]
async fn tsup_043_failures_may_carry_their_item() {
    let tasks = tasks().await;
    process::trap_exit(true);
    let stream = tasks.async_stream([1_u32, 100], |time| after(MS * time, time)).timeout(MS * 50);
    let stream = stream.on_timeout(OnTimeout::KillTask).zip_input_on_exit();
    assert_eq!(stream.collect::<Vec<_>>().await, [Ok(1), Err((100, TaskFailure::Timeout(MS * 50)))]);
    let stream = tasks.async_stream(1..=4, exits_with).zip_input_on_exit();
    assert_eq!(stream.collect::<Vec<_>>().await, [1, 2, 3, 4].map(|n| Err((n, exit(n)))));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn tsup_045_the_first_successes_may_be_taken() -> otp::Result {
    let tasks = tasks().await;
    let work = |n: u32| async move {
        match n % 3 {
            0 => process::exit_with(ExitReason::other("no paper")),
            1 => after(MS * 200, n).await,
            _ => n,
        }
    };
    let stream = tasks.async_stream_nolink(0..100, work).max_concurrency(8)?.timeout(MS * 50);
    let stream = stream.on_timeout(OnTimeout::KillTask);
    let successes: Vec<_> = stream.filter_map(|item| async { item.ok() }).take(3).collect().await;
    assert_eq!(successes, [2, 5, 8]);
    none_left(&tasks).await;
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tsup_047_a_late_task_ends_the_stream() {
    let tasks = tasks().await;
    let stream = tasks.async_stream_nolink([1_u32, 9_000, 2], |time| after(MS * time, time));
    let items: Vec<_> = stream.collect().await;
    assert_eq!(items, [Ok(1), Err(TaskFailure::Timeout(MS * 5_000))]);
    none_left(&tasks).await;
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn a_supervisor_that_is_full_or_gone_ends_the_stream() -> otp::Result {
    let tasks = TaskSupervisor::builder().max_children(2).start_link().await?;
    // As many as may run at a time are never too many.
    let stream = tasks.async_stream(0..100, |n| async move { n }).max_concurrency(2)?;
    assert!(answers(stream).await.into_iter().eq(0..100));

    let stream = tasks.async_stream(0..100, |_| never::<u32>()).max_concurrency(3)?.zip_input_on_exit();
    let full = TaskFailure::NotStarted(StartChildError::MaxChildren { max: 2 });
    assert_eq!(stream.collect::<Vec<_>>().await, [Err((2, full))]);
    none_left(&tasks).await;

    let gone = TaskSupervisorRef::named("no-such-tasks").async_stream_nolink([1], |n| async move { n });
    let items: Vec<_> = gone.collect().await;
    assert!(matches!(&items[..], [Err(TaskFailure::NotStarted(StartChildError::Call(_)))]), "{items:?}");
    quiet().await;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn tasks_of_a_stream_are_shut_down_as_it_says() -> otp::Result {
    for (shutdown, reason) in [(Shutdown::BrutalKill, ExitReason::Killed), (Shutdown::default(), ExitReason::Shutdown)]
    {
        let tasks = TaskSupervisor::builder().start().await?;
        let stream = tasks.async_stream_nolink(0..2, |_| never::<u32>()).max_concurrency(2)?.shutdown(shutdown);
        let mut stream = Box::pin(stream);
        while tasks.count_children().await?.specs < 2 {
            assert!(futures_util::poll!(stream.next()).is_pending());
        }
        tasks.stop().await?;
        let items: Vec<_> = stream.collect().await;
        assert_eq!(items, [Err(TaskFailure::Exit(reason.clone())), Err(TaskFailure::Exit(reason))]);
    }
    Ok(())
}
