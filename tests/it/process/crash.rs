//! Crash reports.

use super::{down_of, ended, run};
use otp::process::{self, ExitReason};
use otp_tests::reports;
use tracing::Level;

#[otp::test]
async fn proc_096_a_crash_is_reported_once() {
    reports::collect();
    let (pid, monitor) = process::options()
        .name("proc_096")
        .label("the label")
        .spawn_monitor(async { panic!("why it crashed") })
        .expect("the name is free");
    down_of(monitor).await;
    let report = reports::one("otp::crash", "pid", pid);
    assert_eq!(report.level, Level::ERROR);
    assert_eq!(report.field("name"), Some("proc_096"));
    assert_eq!(report.field("label"), Some("the label"));
    assert_eq!(report.field("behaviour"), Some("process"));
    assert_eq!(report.field("ancestors"), Some(&*format!("[{}]", process::self_pid())));
    assert!(report.field("initial_call").expect("it is there").contains("proc_096_a_crash_is_reported_once"));
    let reason = report.field("reason").expect("it is there");
    assert!(reason.contains("why it crashed") && reason.contains("crash.rs:"), "{reason}");
    assert!(!report.message.is_empty());
}

/// PROC-096: any reason that is not orderly, also without a name.
#[otp::test]
async fn proc_096_every_disorderly_end_of_its_own_is_reported() {
    reports::collect();
    for reason in [ExitReason::other("own"), ExitReason::error("an error"), ExitReason::Killed, ExitReason::NoProc] {
        let text = reason.to_string();
        let (pid, monitor) = process::spawn_monitor(async move { process::exit_with(reason) });
        down_of(monitor).await;
        let report = reports::one("otp::crash", "pid", pid);
        assert_eq!(report.field("reason"), Some(&*text));
        assert_eq!((report.field("name"), report.field("label")), (Some(&*pid.to_string()), None));
    }
}

#[otp::test]
async fn proc_097_an_orderly_end_is_not_reported() {
    reports::collect();
    let mut pids = vec![ended().await];
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("details")] {
        let (pid, monitor) = process::spawn_monitor(async move { process::exit_with(reason) });
        down_of(monitor).await;
        pids.push(pid);
    }
    let (pid, monitor) = process::spawn_monitor(async {});
    down_of(monitor).await;
    pids.push(pid);
    for pid in pids {
        assert!(reports::of("otp::crash", "pid", pid).is_empty());
    }
}

/// It is the other end of the link that crashed, and whoever sent the signal knows why.
#[otp::test]
async fn an_end_by_a_signal_is_no_crash() {
    reports::collect();
    for reason in [ExitReason::Kill, ExitReason::other("a signal")] {
        let pid = super::idle();
        super::end(pid, reason).await;
        assert!(reports::of("otp::crash", "pid", pid).is_empty());
    }
    let bystander = super::idle();
    run(async move {
        process::link(bystander).expect("it lives");
        panic!("the cause");
    })
    .await;
    assert!(!process::alive(bystander));
    assert!(reports::of("otp::crash", "pid", bystander).is_empty());
}

#[otp::test]
async fn a_panic_while_the_state_is_dropped_is_reported() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    reports::collect();
    let pid = process::spawn(async {
        let _panics = Panics;
        process::sleep_forever().await;
    });
    super::lives(process::spawn(super::echo())).await;
    super::end(pid, ExitReason::Shutdown).await;
    let report = reports::one("otp::process", "pid", pid);
    assert!(report.message.contains("destructor"), "{}", report.message);
    assert!(reports::of("otp::crash", "pid", pid).is_empty());
}
