//! Awaiting the end of a process.

use super::{ended, idle};
use otp::process::{self, ExitReason};
use std::time::Duration;

#[otp::test]
async fn an_end_can_be_awaited_from_anywhere() {
    let pid = idle();
    let outside = tokio::spawn(process::wait(pid));
    let (other, inside) = (process::wait(pid), process::wait(pid));
    tokio::task::yield_now().await;
    process::exit(pid, ExitReason::other("told"));
    assert_eq!(futures_util::join!(other, inside), (ExitReason::other("told"), ExitReason::other("told")));
    assert_eq!(outside.await.expect("it did not panic"), ExitReason::other("told"));
    assert_eq!(process::wait(pid).await, ExitReason::NoProc);
    assert_eq!(process::wait(ended().await).await, ExitReason::NoProc);
}

/// When it answers, everything that the end brings about has happened.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_has_happened_by_then() {
    for _ in 0..200 {
        let (pid, _) = process::options().name("awaited").spawn_monitor(process::sleep_forever()).expect("it is free");
        process::exit(pid, ExitReason::Shutdown);
        process::wait(pid).await;
        assert!(!process::alive(pid) && !process::list().contains(&pid) && process::whereis("awaited").is_none());
        let down = process::receive_timeout::<process::Down>(Duration::ZERO).await;
        assert_eq!(down.expect("it was told before").pid, Some(pid));
    }
}

#[otp::test(start_paused = true)]
async fn a_wait_that_is_given_up_leaves_nothing() {
    let pid = idle();
    for _ in 0..100 {
        let waited = tokio::time::timeout(Duration::from_millis(1), process::wait(pid)).await;
        assert!(waited.is_err());
    }
    assert!(process::info(pid).expect("it lives").monitored_by.is_empty());
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(process::wait(pid).await, ExitReason::Shutdown);
}
