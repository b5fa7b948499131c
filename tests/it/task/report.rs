//! What is reported of a task that fails.

use otp::prelude::*;
use otp::process;
use otp_tests::reports;

async fn print_the_bill(total: u32) -> u32 {
    process::receive::<()>().await;
    panic!("no paper for {total}")
}

#[otp::test]
async fn task_081_a_failed_task_is_reported_with_who_started_it_and_what_it_ran() {
    reports::collect();
    process::trap_exit(true);
    let task = Task::async_(print_the_bill(12));
    let pid = task.pid().expect("it has a process");
    process::send(pid, ()).expect("a pid is no name");
    assert!(task.await.is_err());
    let report = reports::one("otp::crash", "pid", pid);
    assert_eq!(report.level, tracing::Level::ERROR);
    assert_eq!(report.field("behaviour"), Some("task"));
    assert!(report.field("initial_call").is_some_and(|call| call.contains("print_the_bill")), "{report:?}");
    assert!(report.field("reason").is_some_and(|reason| reason.contains("no paper for 12")), "{report:?}");
    let me = format!("[{}]", process::self_pid());
    assert_eq!((report.field("callers"), report.field("ancestors")), (Some(&*me), Some(&*me)));
}

#[otp::test]
async fn task_082_the_report_has_the_label() {
    reports::collect();
    let pid = Task::start(async {
        process::set_label("the bill of May");
        Err::<(), _>("no paper")
    });
    process::wait(pid).await;
    let report = reports::one("otp::crash", "pid", pid);
    assert_eq!(report.field("label"), Some("the bill of May"));
}

#[otp::test]
async fn task_083_an_orderly_end_is_not_reported() {
    reports::collect();
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("enough")] {
        let pid = Task::start(async move { reason });
        process::wait(pid).await;
        assert!(reports::of("otp::crash", "pid", pid).is_empty());
    }
}
