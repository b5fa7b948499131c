//! Receiving: selective, with guards, with a time, several at once.

use super::{down_of, echo, idle, lives, quiet};
use crate::cost::{Cost, assert_linear};
use futures_util::stream::{FuturesUnordered, StreamExt};
use otp::process::{self, Down, ExitReason, Info};
use std::time::Duration;
use tokio::time::Instant;

const ZERO: Duration = Duration::ZERO;

fn tell_me<M: Send + 'static>(message: M) {
    process::send(process::self_pid(), message).expect("a pid is no name");
}

#[derive(Debug, PartialEq)]
struct Job {
    id: u32,
    urgent: bool,
}

#[otp::test(start_paused = true)]
async fn what_does_not_match_stays_in_order() {
    tell_me(1);
    tell_me("a");
    tell_me(2);
    tell_me("b");
    tell_me(3);
    assert_eq!(process::receive::<&str>().await, "a");
    assert_eq!(process::receive::<&str>().await, "b");
    for n in 1..=3 {
        assert_eq!(process::receive::<i32>().await, n);
    }
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn arms_and_guards_choose() {
    for id in 0..4 {
        tell_me(Job { id, urgent: id >= 2 });
    }
    tell_me("text");
    let mut order = Vec::new();
    loop {
        otp::receive! {
            Job { id, urgent: true } => order.push(id),
            text: &'static str if text.is_empty() => unreachable!("{text} is not empty"),
            after 0 => break,
        }
    }
    assert_eq!(order, [2, 3], "the urgent ones, in order");
    loop {
        otp::receive! {
            // Each message is offered to all arms, in the order of arrival: the first message that any arm takes wins.
            _: &'static str => order.push(100),
            Job { id, .. } if id % 2 == 1 => order.push(id),
            Job { id, .. } => order.push(10 + id),
            after 0 => break,
        }
    }
    assert_eq!(order, [2, 3, 10, 1, 100]);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn a_time_passes_only_when_nothing_matches() {
    let began = Instant::now();
    assert_eq!(process::receive_timeout::<u8>(Duration::from_millis(500)).await, None);
    assert_within(began, 500);

    process::send_after(process::self_pid(), "other", Duration::from_millis(100));
    let began = Instant::now();
    assert_eq!(process::receive_timeout::<u8>(Duration::from_millis(500)).await, None);
    assert_within(began, 500);

    process::send_after(process::self_pid(), 7_u8, Duration::from_millis(100));
    let began = Instant::now();
    let got = otp::receive! { n: u8 => Some(n), after Duration::from_secs(3600) => None };
    assert_eq!(got, Some(7));
    assert_within(began, 100);
}

/// At least that many milliseconds have passed, and hardly more.
fn assert_within(began: Instant, millis: u128) {
    let passed = began.elapsed().as_millis();
    assert!((millis..=millis + 3).contains(&passed), "{passed} ms instead of {millis}");
}

#[otp::test]
async fn a_time_of_zero_looks_and_does_not_wait() {
    assert_eq!(process::receive_timeout::<u8>(ZERO).await, None);
    tell_me(1_u8);
    assert_eq!(process::receive_timeout::<u8>(ZERO).await, Some(1), "what is there wins");
    assert_eq!(process::receive_timeout::<u8>(ZERO).await, None);
}

/// However many others lie before it.
#[otp::test]
async fn a_time_of_zero_looks_at_all_that_is_there() {
    for n in 0..10_000_u32 {
        tell_me(n);
    }
    tell_me("the last");
    assert_eq!(process::receive_timeout::<&str>(ZERO).await, Some("the last"));
    assert_eq!(process::receive_timeout::<&str>(ZERO).await, None);
}

/// A long search must not keep the others of its thread from running.
#[otp::test]
async fn a_long_search_yields() {
    for n in 0..10_000_u32 {
        tell_me(n);
    }
    let parent = process::self_pid();
    process::spawn(async move { process::send(parent, "from another").expect("a pid is no name") });
    assert_eq!(process::receive::<&str>().await, "from another");
}

#[otp::test(start_paused = true)]
async fn receives_in_a_join_each_get_their_own() {
    let me = process::self_pid();
    for (n, after) in [(1_u8, 30), (2, 10), (3, 20)] {
        process::send_after(me, n, Duration::from_millis(after));
    }
    process::send_after(me, "text", Duration::from_millis(5));
    let (text, first, second, none) = futures_util::join!(
        process::receive::<&str>(),
        async {
            otp::receive! { n: u8 if n == 1 => n }
        },
        async {
            otp::receive! { n: u8 if n == 2 => n }
        },
        process::receive_timeout::<u64>(Duration::from_millis(40)),
    );
    assert_eq!((text, first, second, none), ("text", 1, 2, None));
    assert_eq!(process::receive::<u8>().await, 3);
    quiet().await;
}

/// Two receives of one process take what comes one by one, and the first asked is the first served.
#[otp::test]
async fn receives_of_one_type_share_what_comes() {
    let parent = process::self_pid();
    process::spawn(async move {
        for n in 0..100 {
            process::send(parent, n).expect("a pid is no name");
            tokio::task::yield_now().await;
        }
    });
    async fn fifty() -> Vec<i32> {
        let mut got = Vec::new();
        while got.len() < 50 {
            got.push(process::receive::<i32>().await);
        }
        got
    }
    let (mut all, other) = futures_util::join!(fifty(), fifty());
    all.extend(other);
    all.sort_unstable();
    assert_eq!(all, (0..100).collect::<Vec<_>>());
}

/// Futures that are polled under wakers of their own.
#[otp::test(start_paused = true)]
async fn receives_in_an_unordered_set_are_woken() {
    let me = process::self_pid();
    let mut set: FuturesUnordered<_> = (0..3_u8)
        .map(|wanted| async move {
            otp::receive! { n: u8 if n == wanted => n }
        })
        .collect();
    for (n, after) in [(2_u8, 10), (0, 20), (1, 30)] {
        process::send_after(me, n, Duration::from_millis(after));
    }
    let mut order = Vec::new();
    let began = Instant::now();
    while let Ok(Some(n)) = tokio::time::timeout(Duration::from_secs(60), set.next()).await {
        order.push(n);
    }
    assert_eq!(order, [2, 0, 1]);
    assert_within(began, 30);
}

/// What one receive takes off the queue and does not want is for the others, whatever they are polled by.
#[otp::test(start_paused = true)]
async fn a_receive_passes_on_what_it_does_not_want() {
    let began = Instant::now();
    let mut set: FuturesUnordered<_> = [process::receive::<u8>()].into_iter().collect();
    let in_the_set = async {
        let got = tokio::time::timeout(Duration::from_secs(60), set.next()).await;
        (got, began.elapsed())
    };
    // The first has looked when the message comes, and the last finds it.
    let (in_the_set, (), none) = futures_util::join!(
        in_the_set,
        async { tell_me(7_u8) },
        process::receive_timeout::<&str>(Duration::from_secs(1)),
    );
    assert_eq!((in_the_set, none), ((Ok(Some(7)), Duration::ZERO), None));
    assert_within(began, 1000);
}

#[otp::test(start_paused = true)]
async fn a_receive_that_is_dropped_takes_nothing() {
    let me = process::self_pid();
    process::send_after(me, 1_u8, Duration::from_millis(20));
    let lost = tokio::time::timeout(Duration::from_millis(10), process::receive::<u8>()).await;
    assert!(lost.is_err());
    assert_eq!(process::receive::<u8>().await, 1);
    // Nor does one whose choice was another branch.
    tell_me(2_u8);
    let chosen = tokio::select! {
        biased;
        _ = std::future::ready(()) => "ready",
        _ = process::receive::<u8>() => "received",
    };
    assert_eq!((chosen, process::receive::<u8>().await), ("ready", 2));
}

/// The process has one timer behind all its waits: none of them may be forgotten.
#[otp::test(start_paused = true)]
async fn a_time_passes_after_an_earlier_wait_that_was_over_in_time() {
    let me = process::self_pid();
    process::send_after(me, "in time", Duration::from_millis(10));
    assert_eq!(process::receive_timeout::<&str>(Duration::from_millis(30)).await, Some("in time"));
    // The moment of the first wait passes while the process waits for something else.
    process::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    let waited = process::receive_timeout::<&str>(Duration::from_secs(1));
    let waited = tokio::time::timeout(Duration::from_secs(60), waited).await;
    assert_eq!(waited, Ok(None));
    assert_within(began, 1000);
}

#[otp::test(start_paused = true)]
async fn several_times_at_once_each_pass_when_they_should() {
    async fn wait(millis: u64) -> u128 {
        let began = Instant::now();
        assert_eq!(process::receive_timeout::<u8>(Duration::from_millis(millis)).await, None);
        let passed = began.elapsed().as_millis();
        assert!((u128::from(millis)..=u128::from(millis) + 3).contains(&passed), "{passed} ms instead of {millis}");
        passed
    }
    futures_util::join!(wait(300), wait(100), wait(200), wait(100));
    futures_util::join!(wait(10), wait(20), wait(5), wait(1));
}

#[otp::test]
async fn a_panicking_guard_loses_no_other_message() {
    let (pid, monitor) = process::spawn_monitor(async {
        tell_me(1);
        tell_me(2);
        let caught = futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(async {
            otp::receive! { n: i32 if { assert_ne!(n, 2); false } => n }
        }))
        .await;
        assert!(caught.is_err());
        assert_eq!(process::receive::<i32>().await, 1);
    });
    assert_eq!(down_of(monitor).await.reason, ExitReason::Normal);
    assert!(!process::alive(pid));
}

#[otp::test]
async fn a_guard_may_use_the_process() {
    tell_me(1);
    let got = otp::receive! {
        n: i32 if { if n < 5 { tell_me(n + 1) }; n == 5 } => n,
    };
    assert_eq!(got, 5);
    for n in 1..5 {
        assert_eq!(process::receive::<i32>().await, n);
    }
}

#[otp::test]
async fn anything_can_be_received_as_info() {
    let pid = idle();
    process::monitor(pid);
    process::exit(pid, ExitReason::Shutdown);
    process::wait(pid).await;
    tell_me(5_u32);
    let down = process::receive::<Info>().await;
    assert!(down.is::<Down>() && !down.is::<u32>());
    assert_eq!(down.take::<Down>().unwrap().pid, Some(pid));
    assert_eq!(process::receive::<Info>().await.take::<u32>().unwrap(), 5);
}

/// A full mailbox must not keep the rest of the thread waiting.
#[otp::test]
async fn a_process_with_a_full_mailbox_lets_others_run() {
    let pid = process::spawn(async {
        loop {
            let n = process::receive::<u64>().await;
            process::send(process::self_pid(), n + 1).expect("a pid is no name");
        }
    });
    process::send(pid, 0_u64).expect("a pid is no name");
    // It always has a message.
    for _ in 0..3 {
        lives(process::spawn(echo())).await;
    }
    process::exit(pid, ExitReason::Kill);
    assert_eq!(process::wait(pid).await, ExitReason::Killed);
}

/// A mailbox of any length costs the same per message.
#[otp::test]
async fn a_long_mailbox_is_read_in_linear_time() {
    async fn cost(messages: u32) -> Duration {
        let cost = Cost::begin();
        for n in 0..messages {
            tell_me(n);
        }
        for n in 0..messages {
            assert_eq!(process::receive::<u32>().await, n);
        }
        cost.end()
    }
    let (small, large) = (cost(25_000).await, cost(200_000).await);
    assert_linear(small, large);
}
