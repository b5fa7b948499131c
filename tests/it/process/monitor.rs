//! Monitors.

use super::{check, down_of, echo, end, ended, idle, lives, quiet};
use crate::cost::{Cost, assert_linear};
use otp::process::{self, Down, Exit, ExitReason, Info};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn proc_036_a_monitor_tells_once_and_only_the_watcher() {
    let (watcher, watched) = (process::self_pid(), process::spawn(echo()));
    let monitor = process::monitor(watched);
    lives(watched).await;
    let info = process::info(watched).expect("it lives");
    assert_eq!((info.message_queue_len, info.monitored_by), (0, vec![watcher]));
    assert_eq!(process::info(watcher).expect("it lives").monitors, [watched]);
    process::exit(watched, ExitReason::other("R"));
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.pid, down.name), (monitor, Some(watched), None));
    assert_eq!(down.reason, ExitReason::other("R"));
    assert_eq!(monitor.reference().owner(), watcher);
    quiet().await;
    assert!(process::info(watcher).expect("it lives").monitors.is_empty());
}

#[otp::test(start_paused = true)]
async fn proc_037_a_monitor_of_the_dead_fires_at_once() {
    let pid = ended().await;
    let monitor = process::monitor(pid);
    let down = process::receive_timeout::<Down>(Duration::ZERO).await.expect("it is there already");
    assert_eq!((down.reference, down.pid, down.reason), (monitor, Some(pid), ExitReason::NoProc));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_038_each_monitor_counts_for_itself() {
    let pid = idle();
    let (first, second, third) = (process::monitor(pid), process::monitor(pid), process::monitor(pid));
    assert!(first != second && second != third && first != third);
    assert!(process::demonitor(second));
    process::exit(pid, ExitReason::Shutdown);
    let mut told = [process::receive::<Down>().await.reference, process::receive::<Down>().await.reference];
    told.sort_unstable();
    assert_eq!(told, [first, third]);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_039_a_monitored_name_means_who_has_it_now() {
    let first = process::options().name("proc_039").spawn(process::sleep_forever()).expect("the name is free");
    let monitor = process::monitor("proc_039");
    process::unregister("proc_039").expect("it is registered");
    let second = process::options().name("proc_039").spawn(process::sleep_forever()).expect("the name is free");
    end(second, ExitReason::Kill).await;
    assert_eq!(process::receive_timeout::<Down>(Duration::ZERO).await, None, "the other one is watched");
    end(first, ExitReason::Shutdown).await;
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.name, down.reason), (monitor, Some("proc_039".into()), ExitReason::Shutdown));

    let monitor = process::monitor("proc_039");
    let down = process::receive_timeout::<Down>(Duration::ZERO).await.expect("it is there already");
    assert_eq!((down.reference, down.pid), (monitor, None));
    assert_eq!((down.name, down.reason), (Some("proc_039".into()), ExitReason::NoProc));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_040_after_a_demonitor_nothing_comes() {
    let pid = idle();
    let monitor = process::monitor(pid);
    assert!(process::demonitor(monitor), "it was in force");
    assert!(process::info(pid).expect("it lives").monitored_by.is_empty());
    end(pid, ExitReason::Kill).await;
    quiet().await;
}

/// PROC-040: without flush a `Down` that is there stays, with flush it goes, and only that one.
#[otp::test(start_paused = true)]
async fn proc_040_a_down_in_the_mailbox_goes_with_a_flush_only() {
    let pid = idle();
    let (kept, flushed, other) = (process::monitor(pid), process::monitor(pid), process::monitor(pid));
    end(pid, ExitReason::Shutdown).await;
    assert_eq!(process::info(process::self_pid()).expect("it runs").message_queue_len, 3);
    // One has been looked at and left where it was, too.
    assert_eq!(process::receive_timeout::<u8>(Duration::ZERO).await, None);
    assert!(!process::demonitor(kept), "it had fired");
    assert!(!process::demonitor_flush(flushed), "it had fired");
    let mut left = [process::receive::<Down>().await.reference, process::receive::<Down>().await.reference];
    left.sort_unstable();
    assert_eq!(left, [kept, other]);
    quiet().await;
    assert!(!process::demonitor_flush(kept), "it has been read");
}

#[otp::test(start_paused = true)]
async fn proc_043_a_second_demonitor_does_nothing() {
    let pid = process::spawn(echo());
    let monitor = process::monitor(pid);
    assert!(process::demonitor(monitor));
    assert!(!process::demonitor(monitor));
    assert!(!process::demonitor_flush(monitor));
    // Nor does one of another process.
    let monitor = process::monitor(pid);
    check(async move { assert!(!process::demonitor_flush(monitor)) }).await;
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(process::receive::<Down>().await.reference, monitor);
    quiet().await;
}

#[otp::test]
async fn proc_044_the_monitors_of_the_dead_vanish() {
    let watched = process::spawn(echo());
    let parent = process::self_pid();
    let watchers: Vec<_> = (0..3)
        .map(|_| {
            process::spawn(async move {
                process::monitor(watched);
                process::send(parent, "watching").expect("a pid is no name");
                process::sleep_forever().await;
            })
        })
        .collect();
    for _ in &watchers {
        process::receive::<&str>().await;
    }
    assert_eq!(process::info(watched).expect("it lives").monitored_by.len(), 3);
    end(watchers[0], ExitReason::Kill).await;
    end(watchers[1], ExitReason::other("abnormal")).await;
    assert_eq!(process::info(watched).expect("it lives").monitored_by, [watchers[2]]);
    lives(watched).await;
    end(watched, ExitReason::Shutdown).await;
    assert!(process::alive(watchers[2]));
}

#[otp::test]
async fn proc_045_down_and_exit_tell_the_same_reason() {
    async fn told(as_it_ends: impl Future<Output = ()> + Send + 'static, signal: Option<ExitReason>) -> ExitReason {
        process::trap_exit(true);
        let (pid, monitor) = process::options().link().spawn_monitor(as_it_ends).expect("no name was asked for");
        if let Some(signal) = signal {
            process::exit(pid, signal);
        }
        let down = down_of(monitor).await;
        let exit = process::receive::<Exit>().await;
        assert_eq!((exit.from, &exit.reason), (pid, &down.reason));
        down.reason
    }
    assert_eq!(told(process::sleep_forever(), Some(ExitReason::Kill)).await, ExitReason::Killed);
    assert_eq!(told(process::sleep_forever(), Some(ExitReason::Shutdown)).await, ExitReason::Shutdown);
    assert_eq!(told(async {}, None).await, ExitReason::Normal);
    let ExitReason::Panic(report) = told(async { panic!("why") }, None).await else { panic!("it panicked") };
    assert_eq!(report.message, "why");
}

#[otp::test]
async fn a_down_that_is_passed_on_is_a_message() {
    let parent = process::self_pid();
    let watched = idle();
    let middle = process::spawn(async move {
        let monitor = process::monitor(watched);
        let down = down_of(monitor).await;
        process::send(parent, down).expect("a pid is no name");
    });
    lives(process::spawn(echo())).await;
    end(watched, ExitReason::Shutdown).await;
    process::wait(middle).await;
    let down = process::receive::<Down>().await;
    assert_eq!((down.pid, down.reference.reference().owner()), (Some(watched), middle));
    assert!(!process::demonitor_flush(down.reference), "it is another's");
}

#[otp::test(start_paused = true)]
async fn a_down_of_ones_own_can_be_put_back() {
    let pid = idle();
    let monitor = process::monitor(pid);
    end(pid, ExitReason::Shutdown).await;
    let info = process::receive::<Info>().await;
    assert!(info.is::<Down>());
    assert!(!process::demonitor_flush(monitor), "it has been read");
    quiet().await;
}

/// What it says is a value of the program's: it goes with the watcher, at the latest, and ends nothing but itself.
#[otp::test]
async fn a_down_that_nobody_reads_goes_with_its_watcher() {
    #[derive(Debug)]
    struct Last(Arc<AtomicUsize>);
    impl PartialEq for Last {
        fn eq(&self, other: &Self) -> bool {
            Arc::ptr_eq(&self.0, &other.0)
        }
    }
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.store(1, Ordering::SeqCst);
            panic!("a destructor of a reason");
        }
    }

    let (dropped, parent, pid) = (Arc::default(), process::self_pid(), idle());
    let watcher = process::spawn(async move {
        let flushed = process::monitor(pid);
        process::monitor(pid);
        process::send(parent, flushed).expect("a pid is no name");
        otp::receive! { flush: &str if flush == "flush" => () }
        assert!(!process::demonitor_flush(flushed));
        process::send(parent, "flushed").expect("a pid is no name");
        process::sleep_forever().await;
    });
    process::receive::<process::MonitorRef>().await;
    process::exit(pid, ExitReason::other(Last(Arc::clone(&dropped))));
    process::wait(pid).await;
    process::send(watcher, "flush").expect("a pid is no name");
    process::receive::<&str>().await;
    // What the ended process itself keeps goes when its task does.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(dropped.load(Ordering::SeqCst), 0);
    let monitor = process::monitor(watcher);
    process::exit(watcher, ExitReason::Shutdown);
    assert_eq!(down_of(monitor).await.reason, ExitReason::Shutdown);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

/// The second time it is a message like any other, also to a server and past a flush.
#[otp::test]
async fn a_down_sent_on_to_oneself_arrives_again() {
    let pid = idle();
    let monitor = process::monitor(pid);
    end(pid, ExitReason::Shutdown).await;
    let down = process::receive::<Down>().await;
    process::send(process::self_pid(), Info::Down(Box::new(down.clone()))).expect("it lives");
    assert!(!process::demonitor_flush(monitor), "its entry is gone");
    assert_eq!(process::receive::<Down>().await, down);
}

/// Linear, as links are.
#[otp::test]
async fn a_hundred_thousand_monitors_cost_what_they_should() {
    async fn cost(monitors: usize) -> Duration {
        let cost = Cost::begin();
        let pid = idle();
        let refs: Vec<_> = (0..monitors).map(|_| process::monitor(pid)).collect();
        for monitor in &refs[..monitors / 4] {
            assert!(process::demonitor(*monitor));
        }
        end(pid, ExitReason::Shutdown).await;
        // All lie in the mailbox: flushing is no search.
        for monitor in &refs[monitors / 4..monitors / 2] {
            assert!(!process::demonitor_flush(*monitor));
        }
        for _ in monitors / 2..monitors {
            process::receive::<Down>().await;
        }
        assert_eq!(process::receive_timeout::<Info>(Duration::ZERO).await.map(|info| info.is::<Down>()), None);
        cost.end()
    }
    check(async {
        let (small, large) = (cost(12_500).await, cost(100_000).await);
        assert_linear(small, large);
    })
    .await;
}
