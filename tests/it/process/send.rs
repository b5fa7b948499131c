//! Sending, and the order of what arrives.

use super::{echo, ended, lives};
use otp::process::{self, Down, Exit, ExitReason, Info, Mailbox, Overflow, Pid, SendError, TrySendError};
use std::collections::HashMap;
use std::time::Duration;

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn proc_055_messages_arrive_in_the_order_they_were_sent() {
    let receiver = process::self_pid();
    process::spawn(async move {
        for n in 0..20_000_u32 {
            process::send(receiver, n).expect("a pid is no name");
            if n % 1000 == 0 {
                tokio::task::yield_now().await;
            }
        }
    });
    for n in 0..20_000_u32 {
        assert_eq!(process::receive::<u32>().await, n);
    }
}

/// PROC-055: whatever their kind: messages, exit signals, ends.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn proc_055_signals_of_all_kinds_keep_the_order() {
    process::trap_exit(true);
    let receiver = process::self_pid();
    for _ in 0..100 {
        let (sender, _) = process::spawn_monitor(async move {
            process::send(receiver, "one").expect("a pid is no name");
            process::exit(receiver, ExitReason::other("two"));
            process::send(receiver, "three").expect("a pid is no name");
            process::link(receiver).expect("it lives");
            process::exit_with(ExitReason::other("four"));
        });
        assert!(process::receive::<Info>().await.is::<&str>());
        assert_eq!(process::receive::<Info>().await.take::<Exit>().unwrap().reason, ExitReason::other("two"));
        assert!(process::receive::<Info>().await.is::<&str>());
        let exit = process::receive::<Info>().await.take::<Exit>().unwrap();
        assert_eq!((exit.from, exit.reason), (sender, ExitReason::other("four")));
        assert!(process::receive::<Info>().await.is::<Down>());
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn proc_058_of_several_senders_each_message_arrives_once() {
    let receiver = process::self_pid();
    let processes = (0..2_u32).map(|_| 2_000_u32);
    for (sender, count) in processes.enumerate() {
        process::spawn(async move {
            for n in 0..count {
                process::send(receiver, (sender, n)).expect("a pid is no name");
            }
        });
    }
    let threads: Vec<_> = (2..4_usize)
        .map(|sender| {
            std::thread::spawn(move || {
                for n in 0..2_000_u32 {
                    process::send(receiver, (sender, n)).expect("a pid is no name");
                }
            })
        })
        .collect();
    let mut next: HashMap<usize, u32> = HashMap::new();
    for _ in 0..8_000 {
        let (sender, n) = process::receive::<(usize, u32)>().await;
        let expected = next.entry(sender).or_default();
        assert_eq!(n, *expected, "of sender {sender}");
        *expected += 1;
    }
    for thread in threads {
        thread.join().expect("it did not panic");
    }
    assert_eq!(process::receive_timeout::<(usize, u32)>(Duration::ZERO).await, None);
}

#[otp::test]
async fn proc_059_a_message_to_the_dead_is_dropped() {
    struct Told(Pid);
    impl Drop for Told {
        fn drop(&mut self) {
            process::send(self.0, "dropped").expect("a pid is no name");
        }
    }
    let pid = ended().await;
    assert!(process::send(pid, Told(process::self_pid())).is_ok());
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, Some("dropped"));
    // So is what lies in the mailbox of one that ends without reading it.
    let pid = super::idle();
    process::send(pid, Told(process::self_pid())).expect("a pid is no name");
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, None);
    super::end(pid, ExitReason::Shutdown).await;
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, Some("dropped"));
}

#[otp::test]
async fn proc_060_a_message_to_a_name_that_nobody_has_comes_back() {
    let error = process::send("proc_060", vec![1]).unwrap_err();
    assert_eq!(error, SendError { name: "proc_060".into(), message: vec![1] });
    assert_eq!(error.to_string(), "nobody is registered as proc_060: the message was not sent");
    let error = process::try_send("proc_060", vec![1]).unwrap_err();
    assert_eq!(error, TrySendError::NoName { name: "proc_060".into(), message: vec![1] });

    process::register(process::self_pid(), "proc_060").expect("it is free");
    process::send("proc_060", 1).expect("somebody has it");
    assert_eq!(process::receive::<i32>().await, 1);
}

#[otp::test]
async fn proc_061_a_try_send_to_a_full_mailbox_sends_nothing() {
    let pid = process::options()
        .mailbox(Mailbox::bounded(2, Overflow::Kill))
        .spawn(async {
            process::receive::<&str>().await;
            while process::receive_timeout::<i32>(Duration::ZERO).await.is_some() {}
            echo().await;
        })
        .expect("no name was asked for");
    process::try_send(pid, 1).expect("there is room");
    process::try_send(pid, 2).expect("there is room");
    let full = process::try_send(pid, 3).unwrap_err();
    assert_eq!(full, TrySendError::Full { to: pid.into(), message: 3 });
    assert!(full.to_string().contains("full"));
    assert_eq!(process::info(pid).expect("it was not killed for it").message_queue_len, 2);
    process::set_mailbox_of(pid, Mailbox::unbounded()).expect("it lives");
    process::send(pid, "go on").expect("a pid is no name");
    lives(pid).await;
    process::set_mailbox_of(pid, Mailbox::bounded(2, Overflow::Kill)).expect("it lives");
    process::try_send(pid, "there is room again").expect("there is room");
}

#[otp::test]
async fn proc_062_what_a_process_sends_itself_comes_last() {
    let me = process::self_pid();
    process::send(me, 1).expect("a pid is no name");
    process::send(me, 2).expect("a pid is no name");
    assert_eq!(process::receive::<i32>().await, 1);
    process::send(me, 3).expect("a pid is no name");
    assert_eq!(process::receive::<i32>().await, 2);
    assert_eq!(process::receive::<i32>().await, 3);
}

#[otp::test]
async fn a_message_may_itself_be_a_notification() {
    let me = process::self_pid();
    process::send(me, Info::new(7_u32)).expect("a pid is no name");
    assert_eq!(process::receive::<u32>().await, 7, "it is not wrapped twice");
}

#[otp::test]
async fn a_destination_may_be_made_from_a_target() {
    let me = process::self_pid();
    for target in [process::Target::from(me), process::Target::Pid(me)] {
        process::send(target, "here").expect("a pid is no name");
        assert_eq!(process::receive::<&str>().await, "here");
    }
    process::register(me, String::from("a target")).expect("it is free");
    process::send(process::Target::from("a target"), "there").expect("it is registered");
    process::send(String::from("a target"), "there").expect("it is registered");
    assert_eq!((process::receive::<&str>().await, process::receive::<&str>().await), ("there", "there"));
}
