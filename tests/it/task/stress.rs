//! Races, with real threads and in many rounds.

use super::never;
use futures_util::StreamExt;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Lets the other thread come a little further, or not.
async fn sometimes(n: u32) {
    for _ in 0..n % 7 {
        tokio::task::yield_now().await;
    }
    for _ in 0..n % 11 * 40 {
        std::hint::spin_loop();
    }
}

/// Nothing lies in the mailbox, nor is on its way from a process that has ended.
async fn settled(pids: impl IntoIterator<Item = Pid>, round: u32) {
    for pid in pids {
        process::wait(pid).await;
    }
    let info = process::receive_timeout::<Info>(Duration::ZERO).await;
    assert!(info.is_none(), "round {round}: {info:?}");
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_dropped_at_any_moment_leaves_no_process_and_no_message() -> otp::Result {
    let (tell, told) = std::sync::mpsc::channel();
    for round in 0..400 {
        let tell = tell.clone();
        let stream = Task::async_stream(0..50_u32, move |n| {
            tell.send(process::self_pid()).expect("the test waits");
            async move {
                sometimes(n + round).await;
                if n % 5 == 4 { never().await } else { n }
            }
        });
        let stream = stream.max_concurrency(8)?.ordered(round % 2 == 0);
        let mut stream = Box::pin(stream);
        for _ in 0..round % 5 {
            let item = stream.next().await.expect("there are more");
            item?;
        }
        let _ = futures_util::poll!(stream.next());
        sometimes(round).await;
        drop(stream);
        assert_eq!(process::info(process::self_pid()).expect("I live").links, [], "round {round}");
        // Those that had not begun to run are told nobody; they end all the same, see below.
        settled(told.try_iter().collect::<Vec<_>>(), round).await;
    }
    drop(tell);
    // Every process of every round has ended: the last sender is gone.
    while told.recv_timeout(Duration::from_secs(10)).is_ok() {}
    assert_eq!(told.try_recv(), Err(std::sync::mpsc::TryRecvError::Disconnected));
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn demonitor_with_flush_races_with_the_end_of_a_task() {
    let (mut answered, mut nothing) = (0, 0);
    for round in 0..5_000 {
        let task = Task::async_(async move {
            sometimes(round).await;
            round
        });
        let pid = task.pid().expect("it has a process");
        sometimes(round / 3).await;
        process::demonitor_flush(task.reference());
        // Once the monitor is taken back, an answer has come or never comes; a `Down` does not.
        let done = process::receive_timeout::<TaskDone<u32>>(Duration::ZERO).await;
        match done {
            Some(done) => answered += u32::from(done.value == round),
            None => nothing += 1,
        }
        settled([pid], round).await;
        drop(task);
    }
    assert_eq!(answered + nothing, 5_000);
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_races_with_completion() {
    for round in 0..3_000 {
        let task = Task::async_(async move {
            sometimes(round).await;
            round
        });
        let pid = task.pid().expect("it has a process");
        sometimes(round / 3).await;
        let how = if round % 2 == 0 { Shutdown::BrutalKill } else { Shutdown::default() };
        let outcome = task.shutdown(how).await;
        assert!(outcome.is_none() || outcome == Some(Ok(round)), "round {round}: {outcome:?}");
        assert!(!process::alive(pid));
        settled([pid], round).await;
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn ignore_races_with_completion() {
    for round in 0..3_000 {
        let task = Task::async_(async move {
            sometimes(round).await;
            round
        });
        let pid = task.pid().expect("it has a process");
        sometimes(round / 3).await;
        let outcome = task.ignore();
        assert!(outcome.is_none() || outcome == Some(Ok(round)), "round {round}: {outcome:?}");
        settled([pid], round).await;
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_timeout_races_with_the_answer() {
    for round in 0..2_000 {
        let task = Task::async_(async move {
            sometimes(round).await;
            round
        });
        let pid = task.pid().expect("it has a process");
        match task.timeout(Duration::from_micros(u64::from(round % 50))).await {
            Ok(answer) => assert_eq!(answer, round),
            Err(error) => assert!(error.is_timeout(), "round {round}: {error}"),
        }
        settled([pid], round).await;
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_tasks_race_with_their_answers() -> otp::Result {
    use otp::task::{OnTimeout, TaskFailure};
    let stream = Task::async_stream(0..300_u32, |n| async move {
        process::sleep(Duration::from_millis(u64::from(n % 4))).await;
        n
    });
    let stream = stream.timeout(Duration::from_millis(2)).on_timeout(OnTimeout::KillTask).max_concurrency(50)?;
    let items: Vec<_> = stream.zip_input_on_exit().collect().await;
    for (n, item) in (0..).zip(items) {
        match item {
            Ok(answer) => assert_eq!(answer, n),
            Err((input, failure)) => {
                assert_eq!((input, failure), (n, TaskFailure::Timeout(Duration::from_millis(2))));
            }
        }
    }
    assert_eq!(process::info(process::self_pid()).expect("I live").links, []);
    settled([], 0).await;
    Ok(())
}
