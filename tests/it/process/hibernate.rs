//! Hibernation.

use super::{Ping, Pong, quiet};
use otp::process::{self, Status};
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn proc_091_a_hibernated_process_goes_on_with_the_next_message() {
    let pid = process::spawn(async {
        loop {
            process::hibernate().await;
            let Ping(from) = process::receive().await;
            process::send(from, Pong(process::self_pid())).expect("a pid is no name");
        }
    });
    process::sleep(Duration::from_millis(1)).await;
    for _ in 0..3 {
        assert_eq!(process::info(pid).expect("it lives").status, Status::Hibernated);
        process::send(pid, Ping(process::self_pid())).expect("a pid is no name");
        assert_eq!(process::receive::<Pong>().await, Pong(pid));
        process::sleep(Duration::from_millis(1)).await;
    }
    quiet().await;
}

/// PROC-091: nothing is lost, nothing is delayed, and everything keeps its order.
#[otp::test]
async fn proc_091_with_a_message_waiting_it_goes_on_at_once() {
    for n in 0..100 {
        process::send(process::self_pid(), n).expect("a pid is no name");
    }
    for n in 0..100 {
        process::hibernate().await;
        assert_eq!(process::receive::<i32>().await, n);
    }
    // A message that an earlier receive left in place counts too.
    process::send(process::self_pid(), "left").expect("a pid is no name");
    assert_eq!(process::receive_timeout::<i32>(Duration::ZERO).await, None);
    process::hibernate().await;
    assert_eq!(process::receive::<&str>().await, "left");
}

#[otp::test(start_paused = true)]
async fn times_pass_after_a_hibernation_too() {
    process::send_after(process::self_pid(), "wake", Duration::from_millis(10));
    process::hibernate().await;
    assert_eq!(process::receive_timeout::<u8>(Duration::from_millis(10)).await, None);
    assert_eq!(process::receive_timeout::<&str>(Duration::from_millis(10)).await, Some("wake"));
    assert_eq!(process::info(process::self_pid()).expect("it runs").status, Status::Running);
}
