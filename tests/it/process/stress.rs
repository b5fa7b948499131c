//! Races between processes on real threads: whatever the order, each promise is kept. The orders that the tests of single
//! operations cannot bring about are met here by trying often. Bounded in rounds; nothing depends on chance but which
//! orders are met.

use super::{check, down_of};
use otp::process::{self, Down, Exit, ExitReason, Info, Pid};
use std::time::Duration;

const ROUNDS: u32 = 400;

/// Burns a little time, a different amount in each round, so that the two sides meet at different moments.
fn jitter(n: u32) {
    for _ in 0..(n.wrapping_mul(2_654_435_761) >> 24) * 4 {
        std::hint::spin_loop();
    }
}

/// A process that ends by itself after a while, in one of four ways.
fn dying(round: u32) -> (Pid, Option<ExitReason>) {
    let reason = match round % 4 {
        0 => Some(ExitReason::Normal),
        1 => Some(ExitReason::other(round)),
        2 => Some(ExitReason::Shutdown),
        _ => None,
    };
    let given = reason.clone();
    let pid = process::spawn(async move {
        jitter(round);
        match given {
            Some(reason) => process::exit_with(reason),
            None => process::sleep_forever().await,
        }
    });
    (pid, reason)
}

fn nothing_but(pid: Pid, what: &str, info: Option<Info>) {
    assert!(info.is_none(), "{pid}: {what}, and then {info:?}");
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_monitor_of_the_dying_fires_exactly_once() {
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 3);
        let monitors = [process::monitor(pid), process::monitor(pid)];
        for monitor in monitors {
            let told = down_of(monitor).await.reason;
            assert!(told == reason.clone().unwrap_or(ExitReason::Killed) || told == ExitReason::NoProc, "{told}");
        }
        nothing_but(pid, "two downs", process::receive_timeout(Duration::ZERO).await);
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_flush_no_down_comes() {
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        let monitor = process::monitor(pid);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 2);
        process::demonitor_flush(monitor);
        process::wait(pid).await;
        nothing_but(pid, "flushed", process::receive_timeout(Duration::ZERO).await);
    }
    let me = process::info(process::self_pid()).expect("it runs");
    assert!(me.monitors.is_empty());
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demonitor_that_says_in_force_means_no_down() {
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        let monitor = process::monitor(pid);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 2);
        let in_force = process::demonitor(monitor);
        process::wait(pid).await;
        if !in_force {
            assert_eq!(process::receive::<Down>().await.reference, monitor, "it had fired, and is not lost");
        }
        nothing_but(pid, "demonitored", process::receive_timeout(Duration::ZERO).await);
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_the_dying_tells_exactly_once() {
    process::trap_exit(true);
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 3);
        assert_eq!(process::link(pid), Ok(()), "it traps");
        let exit = process::receive::<Exit>().await;
        let true_reason = reason.unwrap_or(ExitReason::Killed);
        assert!(exit.from == pid && (exit.reason == true_reason || exit.reason == ExitReason::NoProc), "{exit:?}");
        process::wait(pid).await;
        nothing_but(pid, "an exit", process::receive_timeout(Duration::ZERO).await);
        assert!(process::info(process::self_pid()).expect("it runs").links.is_empty());
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlink_is_final() {
    process::trap_exit(true);
    for round in 0..ROUNDS {
        let pid = process::spawn_link(async move {
            jitter(round);
            process::exit_with(ExitReason::other(round));
        });
        jitter(round / 2);
        process::unlink(pid);
        // What came before the unlink stays; nothing comes after it.
        let told = process::receive_timeout::<Exit>(Duration::ZERO).await.is_some();
        process::wait(pid).await;
        let late = process::receive_timeout::<Exit>(Duration::ZERO).await;
        assert!(late.is_none(), "told before: {told}, then {late:?}");
    }
}

/// Two processes that link to and leave each other at the same time end with no half of a link.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_from_both_sides_at_once_are_one() {
    for round in 0..ROUNDS {
        let parent = process::self_pid();
        let side = |delay: u32| {
            process::spawn(async move {
                let other = process::receive::<Pid>().await;
                jitter(delay);
                let linked = process::link(other);
                process::send(parent, linked.is_ok()).expect("a pid is no name");
                process::sleep_forever().await;
            })
        };
        let (a, b) = (side(round), side(round / 5));
        process::send(a, b).expect("a pid is no name");
        process::send(b, a).expect("a pid is no name");
        assert!(process::receive::<bool>().await && process::receive::<bool>().await);
        let links = |pid| process::info(pid).expect("it lives").links;
        assert_eq!((links(a), links(b)), (vec![b], vec![a]));
        let monitor = process::monitor(b);
        process::exit(a, ExitReason::other(round));
        assert_eq!(down_of(monitor).await.reason, ExitReason::other(round));
    }
}

/// What is sent to a process that ends is handled or dropped; nothing stays, nobody waits.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_to_the_dying_are_dropped_not_kept() {
    use std::sync::Arc;
    let message = Arc::new(());
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        let (first, second) = (message.clone(), message.clone());
        let sender = process::spawn(async move {
            jitter(round / 2);
            process::send(pid, first).expect("a pid is no name");
        });
        process::send(pid, second).expect("a pid is no name");
        process::wait(sender).await;
        process::wait(pid).await;
    }
    assert_eq!(Arc::strong_count(&message), 1, "a mailbox of the dead still holds messages");
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_ends_race_without_leftovers() {
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 2);
        let registered = process::register(pid, "raced for");
        assert!(matches!(registered, Ok(()) | Err(process::RegisterError::NoProc(_))), "{registered:?}");
        process::wait(pid).await;
        assert_eq!(process::whereis("raced for"), None);
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn timers_and_ends_race_without_leftovers() {
    for round in 0..ROUNDS {
        let (pid, reason) = dying(round);
        if reason.is_none() {
            process::exit(pid, ExitReason::Kill);
        }
        jitter(round / 2);
        let timer = process::send_after(pid, "never", Duration::from_secs(3600));
        process::wait(pid).await;
        assert_eq!(process::read_timer(&timer), None);
    }
}

/// Every wake-up counts: two processes that take turns would stop at the first one that is lost.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_wake_up_is_lost() {
    let echo = process::spawn(super::echo());
    check(async move {
        for _ in 0..5_000 {
            super::lives(echo).await;
        }
    })
    .await;
    let parent = process::self_pid();
    let count = process::spawn(async move {
        for _ in 0..8_000 {
            process::receive::<u32>().await;
        }
        process::send(parent, "all").expect("a pid is no name");
    });
    for sender in 0..4 {
        process::spawn(async move {
            for n in 0..2_000_u32 {
                process::send(count, n).expect("a pid is no name");
                if (n + sender) % 16 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        });
    }
    assert_eq!(process::receive::<&str>().await, "all");
}

/// An exit signal and a switch of the flag that traps it: the signal ends the process, or is in its mailbox.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_is_a_message_or_the_end() {
    for round in 0..ROUNDS {
        let parent = process::self_pid();
        let (pid, monitor) = process::spawn_monitor(async move {
            process::send(parent, "ready").expect("a pid is no name");
            jitter(round);
            process::trap_exit(true);
            let exit = process::receive::<Exit>().await;
            process::exit_with(ExitReason::other(("trapped", exit.reason)));
        });
        process::receive::<&str>().await;
        jitter(round / 2);
        process::exit(pid, ExitReason::Shutdown);
        let reason = down_of(monitor).await.reason;
        let trapped = ExitReason::other(("trapped", ExitReason::Shutdown));
        assert!(reason == ExitReason::Shutdown || reason == trapped, "{reason}");
    }
}
