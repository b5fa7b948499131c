//! Timers and sleep.

use super::{echo, end, ended, idle, lives, quiet};
use otp::process::{self, ExitReason, Info};
use std::time::Duration;
use tokio::time::Instant;

const LONG: Duration = Duration::from_millis(100_000);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[otp::test(start_paused = true)]
async fn proc_063_a_message_comes_once_and_not_early() {
    let began = Instant::now();
    process::send_after(process::self_pid(), "later", millis(10));
    assert_eq!(process::receive::<&str>().await, "later");
    let passed = began.elapsed();
    assert!(passed >= millis(10) && passed <= millis(12), "{passed:?}");
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_064_a_message_comes_at_its_moment() {
    let began = Instant::now();
    process::send_at(process::self_pid(), "then", began + millis(10));
    assert_eq!(process::receive::<&str>().await, "then");
    assert!(began.elapsed() >= millis(10) && began.elapsed() <= millis(12));
    process::sleep(millis(50)).await;
    let now = Instant::now();
    process::send_at(process::self_pid(), "past", began);
    assert_eq!(process::receive::<&str>().await, "past");
    assert!(now.elapsed() <= millis(1));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_065_a_timer_can_be_read_and_cancelled() {
    let timer = process::send_after(process::self_pid(), "never", LONG);
    process::sleep(Duration::from_micros(1500)).await;
    let read = process::read_timer(&timer).expect("it is under way");
    assert!(read >= LONG - millis(3) && read < LONG, "{read:?}");
    assert_eq!(read.subsec_nanos() % 1_000_000, 0, "whole milliseconds");
    let left = process::cancel_timer(&timer).expect("it is under way");
    assert_eq!(left, read);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_066_a_timer_that_fired_is_none() {
    let timer = process::send_after(process::self_pid(), "now", Duration::ZERO);
    assert_eq!(process::receive::<&str>().await, "now");
    assert_eq!(process::read_timer(&timer), None);
    assert_eq!(process::cancel_timer(&timer), None);
    quiet().await;
}

/// PROC-067, PROC-068: cancelling never waits and nothing follows it, which is what the asynchronous form without info
/// is for.
#[otp::test(start_paused = true)]
async fn proc_069_a_second_cancel_is_none() {
    let timer = process::send_after(process::self_pid(), "never", LONG);
    assert_eq!(process::cancel_timer(&timer.clone()), Some(LONG));
    assert_eq!(process::cancel_timer(&timer), None);
    assert_eq!(process::read_timer(&timer), None);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_072_a_time_of_zero_is_asynchronous_too() {
    let me = process::self_pid();
    process::send(me, 1).expect("a pid is no name");
    process::send_after(me, 3, Duration::ZERO);
    process::send(me, 2).expect("a pid is no name");
    for n in 1..=3 {
        assert_eq!(process::receive::<i32>().await, n);
    }
}

#[otp::test(start_paused = true)]
async fn proc_073_a_sleep_of_zero_returns() {
    let began = Instant::now();
    process::sleep(Duration::ZERO).await;
    assert!(began.elapsed() <= millis(1));
}

#[otp::test(start_paused = true)]
async fn proc_074_any_duration_can_be_slept() {
    for long in [millis(1 << 32), Duration::from_secs(1 << 40), Duration::MAX] {
        let (pid, monitor) = process::spawn_monitor(process::sleep(long));
        process::sleep(Duration::from_secs(86_400)).await;
        assert!(process::alive(pid), "{long:?}");
        process::exit(pid, ExitReason::Kill);
        assert_eq!(super::down_of(monitor).await.reason, ExitReason::Killed);
        // Nor is any too long for a timer or a receive.
        let timer = process::send_after(process::self_pid(), "never", long);
        assert!(process::cancel_timer(&timer).is_some());
        let waits = process::spawn(async move { assert_eq!(process::receive_timeout::<()>(long).await, None) });
        process::sleep(Duration::from_secs(86_400)).await;
        assert!(process::alive(waits), "{long:?}");
        end(waits, ExitReason::Kill).await;
    }
}

#[otp::test(start_paused = true)]
async fn proc_075_a_process_can_sleep_for_ever() {
    let pid = idle();
    process::send(pid, "unread").expect("a pid is no name");
    process::sleep(Duration::from_secs(86_400 * 365)).await;
    assert_eq!(process::info(pid).expect("it lives").message_queue_len, 1);
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(process::wait(pid).await, ExitReason::Shutdown);
}

#[otp::test(start_paused = true)]
async fn timers_fire_in_their_order() {
    let me = process::self_pid();
    for n in [30, 10, 20, 50, 40] {
        process::send_after(me, n, millis(n));
    }
    for n in [10, 20, 30, 40, 50] {
        assert_eq!(process::receive::<u64>().await, n);
    }
}

#[otp::test(start_paused = true)]
async fn the_timers_of_a_process_end_with_it() {
    struct Told(process::Pid);
    impl Drop for Told {
        fn drop(&mut self) {
            process::send(self.0, "dropped").expect("a pid is no name");
        }
    }
    let pid = idle();
    let timer = process::send_after(pid, Told(process::self_pid()), LONG);
    end(pid, ExitReason::Shutdown).await;
    assert_eq!(process::read_timer(&timer), None);
    assert_eq!(process::cancel_timer(&timer), None);
    let began = Instant::now();
    assert_eq!(process::receive::<&str>().await, "dropped");
    assert_eq!(began.elapsed(), Duration::ZERO, "it did not wait for its time");

    let timer = process::send_after(ended().await, "never", LONG);
    assert_eq!(process::read_timer(&timer), None, "there is nobody to wait for it");
    quiet().await;
}

/// A timer belongs to whom it is for, not to whom it is from.
#[otp::test(start_paused = true)]
async fn a_timer_outlives_the_process_that_made_it() {
    let me = process::self_pid();
    let pid = process::spawn(async move { drop(process::send_after(me, "left behind", LONG)) });
    process::wait(pid).await;
    assert_eq!(process::receive::<&str>().await, "left behind");
}

#[otp::test(start_paused = true)]
async fn a_timer_for_a_name_finds_who_has_it_then() {
    process::send_after("timer name", "for whoever", millis(10));
    process::send_after("nobody at all", "for nobody", millis(10));
    process::sleep(millis(5)).await;
    process::register(process::self_pid(), "timer name").expect("it is free");
    assert_eq!(process::receive::<&str>().await, "for whoever");
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn a_timer_for_an_alias_respects_it() {
    let (open, closed) = (process::alias(), process::alias());
    process::send_after(open, "open", millis(10));
    process::send_after(closed, "closed", millis(10));
    process::unalias(closed);
    assert_eq!(process::receive::<&str>().await, "open");
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn cancelling_many_timers_leaves_nothing() {
    let pid = process::spawn(echo());
    let timers: Vec<_> = (0..10_000_u64).map(|n| process::send_after(pid, n, millis(1000 + n))).collect();
    for timer in timers.iter().step_by(2) {
        assert!(process::cancel_timer(timer).is_some());
    }
    process::sleep(Duration::from_secs(60)).await;
    lives(pid).await;
    assert_eq!(process::info(pid).expect("it lives").message_queue_len, 5_000);
    assert!(timers.iter().all(|timer| process::read_timer(timer).is_none()));
}

/// Of a cancel and a timer that fires at the same moment exactly one happens.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_and_a_message_exclude_each_other() {
    let me = process::self_pid();
    for round in 0..500_u32 {
        let timer = process::send_after(me, round, Duration::ZERO);
        if round % 3 == 0 {
            tokio::task::yield_now().await;
        }
        match process::cancel_timer(&timer) {
            Some(_) => {}
            None => assert_eq!(process::receive::<u32>().await, round),
        }
    }
    assert!(process::receive_timeout::<Info>(Duration::ZERO).await.is_none());
}
