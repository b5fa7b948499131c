//! Bounds of mailboxes.

use super::{down_of, echo, end, idle, lives, quiet};
use otp::process::{self, Exit, ExitReason, Mailbox, Overflow, Pid};
use otp_tests::reports;
use std::time::Duration;

fn bounded(max: usize, overflow: Overflow) -> Pid {
    process::options()
        .mailbox(Mailbox::bounded(max, overflow))
        .spawn(process::sleep_forever())
        .expect("no name was asked for")
}

fn waiting(pid: Pid) -> usize {
    process::info(pid).expect("it lives").message_queue_len
}

fn fill(pid: Pid, count: usize) {
    for n in 0..count {
        process::send(pid, n).expect("a pid is no name");
    }
}

#[otp::test]
async fn a_full_mailbox_kills_if_told_to() {
    let pid = bounded(3, Overflow::Kill);
    let monitor = process::monitor(pid);
    fill(pid, 3);
    lives(process::spawn(echo())).await;
    assert!(process::alive(pid), "it is full, not over");
    fill(pid, 1);
    assert_eq!(down_of(monitor).await.reason, ExitReason::Killed);
}

#[otp::test]
async fn a_full_mailbox_drops_if_told_to() {
    reports::collect();
    let pid = bounded(3, Overflow::Drop);
    fill(pid, 10);
    assert_eq!(waiting(pid), 3);
    let report = reports::one("otp::process", "name", pid);
    assert_eq!((report.field("max"), report.field("overflow")), (Some("3"), Some("Drop")));
    assert!(report.message.contains("at its bound of 3 messages"));
}

/// The first message past the bound is logged; another one once there was room in between.
#[otp::test]
async fn a_full_mailbox_logs_if_told_to() {
    reports::collect();
    let pid = process::options()
        .mailbox(Mailbox::bounded(3, Overflow::Log))
        .spawn(async {
            loop {
                process::receive::<&str>().await;
                while process::receive_timeout::<usize>(Duration::ZERO).await.is_some() {}
                let super::Ping(from) = process::receive().await;
                process::send(from, super::Pong(process::self_pid())).expect("a pid is no name");
            }
        })
        .expect("no name was asked for");
    fill(pid, 10);
    assert_eq!(waiting(pid), 10, "all were taken");
    assert_eq!(reports::of("otp::process", "name", pid).len(), 1);
    process::send(pid, "read them").expect("a pid is no name");
    lives(pid).await;
    assert_eq!(waiting(pid), 0);
    fill(pid, 10);
    assert_eq!(reports::of("otp::process", "name", pid).len(), 2);
}

#[otp::test(start_paused = true)]
async fn notifications_always_get_through() {
    process::trap_exit(true);
    process::set_mailbox(Mailbox::bounded(1, Overflow::Kill));
    process::send(process::self_pid(), "full").expect("a pid is no name");
    let pid = process::spawn_link(process::sleep_forever());
    let monitor = process::monitor(pid);
    end(pid, ExitReason::Shutdown).await;
    assert_eq!(process::receive::<Exit>().await.from, pid);
    assert_eq!(down_of(monitor).await.pid, Some(pid));
    assert_eq!(process::receive::<&str>().await, "full");
    quiet().await;
}

#[otp::test]
async fn a_bound_can_be_set_and_taken_away_later() {
    let (first, second) = (Mailbox::bounded(2, Overflow::Drop), Mailbox::bounded(5, Overflow::Drop));
    assert_eq!(process::set_mailbox(first), Mailbox::unbounded());
    assert_eq!(process::set_mailbox(second), first);
    assert_eq!(process::set_mailbox(Mailbox::unbounded()), second);

    let pid = idle();
    assert_eq!(process::set_mailbox_of(pid, first), Some(Mailbox::unbounded()));
    fill(pid, 10);
    assert_eq!((waiting(pid), process::info(pid).expect("it lives").mailbox), (2, first));
    assert_eq!(process::set_mailbox_of(pid, second), Some(first));
    fill(pid, 10);
    assert_eq!(waiting(pid), 5);
    assert_eq!(process::set_mailbox_of(pid, Mailbox::unbounded()), Some(second));
    fill(pid, 10);
    assert_eq!(waiting(pid), 15);
    assert_eq!((second.max(), second.overflow()), (Some(5), Some(Overflow::Drop)));
}

/// What was looked at and left in place still counts.
#[otp::test]
async fn messages_that_were_passed_over_count_against_the_bound() {
    let me = process::self_pid();
    process::set_mailbox(Mailbox::bounded(2, Overflow::Drop));
    fill(me, 2);
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, None);
    fill(me, 1);
    assert_eq!(waiting(me), 2);
    assert_eq!(process::receive::<usize>().await, 0);
    fill(me, 2);
    assert_eq!(waiting(me), 2);
}

#[otp::test]
async fn timers_and_aliases_respect_the_bound() {
    let me = process::self_pid();
    process::set_mailbox(Mailbox::bounded(1, Overflow::Drop));
    let alias = process::alias();
    process::send(alias, "one").expect("an alias is no name");
    process::send(alias, "dropped").expect("an alias is no name");
    assert!(matches!(process::try_send(alias, "full"), Err(process::TrySendError::Full { .. })));
    assert_eq!(waiting(me), 1);
}
