//! Awaiting several tasks together.

use super::{MS, after, check, exits, never, quiet};
use crate::cost::{Cost, assert_linear};
use otp::prelude::*;
use otp::process;
use otp::task::AwaitFailure;

#[otp::test(start_paused = true)]
async fn task_028_answers_come_in_the_order_of_the_tasks() {
    let tasks = [1, 3, 9].map(|n| Task::async_(async move { n }));
    assert_eq!(Task::await_many(tasks).await, Ok(vec![1, 3, 9]));
    let tasks = [(300, 'a'), (200, 'b'), (100, 'c')].map(|(time, name)| Task::async_(after(MS * time, name)));
    assert_eq!(Task::await_many(tasks).await, Ok(vec!['a', 'b', 'c']));
    quiet().await;
}

#[otp::test]
async fn task_029_no_tasks_have_no_answers() {
    assert_eq!(Task::<u8>::await_many([]).await, Ok(vec![]));
}

#[otp::test(start_paused = true)]
async fn task_031_the_time_is_for_all_together_and_the_error_names_all() {
    let tasks = [Task::async_(after(MS * 3_000, 1)), Task::async_(after(MS * 4_900, 2))];
    assert_eq!(Task::await_many(tasks).await, Ok(vec![1, 2]));

    let tasks = [Task::async_(after(MS, 1)), Task::async_(never())];
    let shown: Vec<_> = tasks.iter().map(Task::to_string).collect();
    let began = tokio::time::Instant::now();
    let error = Task::await_many(tasks).await.expect_err("one never answers");
    assert!(began.elapsed() >= MS * 5_000 && began.elapsed() < MS * 6_000);
    assert_eq!((&error.failure, &error.tasks, error.timeout), (&AwaitFailure::Timeout, &shown, Some(MS * 5_000)));
    let text = format!("await of {}, {} timed out after 5s", shown[0], shown[1]);
    assert_eq!(error.to_string(), text);

    let error = Task::await_many([Task::<u8>::async_(never())]).timeout(MS).await.expect_err("it never answers");
    assert_eq!(error.timeout, Some(MS));
    assert_eq!(Task::await_many([Task::async_(after(MS * 60_000, 1))]).infinity().await, Ok(vec![1]));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn task_032_the_first_end_without_an_answer_is_told_at_once() {
    for reason in [ExitReason::Normal, ExitReason::other("no paper")] {
        check(async move {
            process::trap_exit(true);
            let tasks = [Task::async_(never::<u8>()), Task::async_(exits(reason.clone()))];
            let failed = tasks[1].to_string();
            let began = tokio::time::Instant::now();
            let error = Task::await_many(tasks).await.expect_err("one ends");
            assert_eq!((error.failure, error.failed), (AwaitFailure::Exit(reason), Some(failed)));
            assert!(began.elapsed() < MS * 100);
            // Of the other one nothing comes any more, but for its link.
            process::receive::<Exit>().await;
            quiet().await;
        })
        .await;
    }
}

#[otp::test]
async fn many_tasks_among_many_messages_take_linear_time() {
    let me = process::self_pid();
    let run = |n: u32| async move {
        for _ in 0..n {
            process::send(me, "waiting").expect("a pid is no name");
        }
        let cost = Cost::begin();
        let tasks: Vec<_> = (0..n).map(|i| Task::async_(async move { i })).collect();
        let answers = Task::await_many(tasks).infinity().await.expect("all answer");
        assert!(answers.into_iter().eq(0..n));
        cost.end()
    };
    let small = run(5_000).await;
    let large = run(40_000).await;
    assert_linear(small, large);
    assert_eq!(process::info(me).expect("I live").message_queue_len, 45_000);
}
