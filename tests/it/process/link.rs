//! Links.

use super::{check, down_of, echo, end, ended, idle, lives, quiet, run};
use crate::cost::{Cost, assert_linear};
use otp::process::{self, Exit, ExitReason, NoProc, Pid};
use std::time::Duration;

fn links(pid: Pid) -> Vec<Pid> {
    process::info(pid).expect("it lives").links
}

#[otp::test]
async fn proc_028_a_link_works_in_both_directions() {
    // The one that linked ends.
    let (linked, monitor) = process::spawn_monitor(process::sleep_forever());
    run(async move {
        process::link(linked).expect("it lives");
        process::exit_with(ExitReason::other("linker"));
    })
    .await;
    assert_eq!(down_of(monitor).await.reason, ExitReason::other("linker"));

    // The one that was linked to ends.
    let linked = idle();
    let (linker, monitor) = process::spawn_monitor(async move {
        process::link(linked).expect("it lives");
        process::sleep_forever().await;
    });
    lives(process::spawn(echo())).await;
    assert_eq!((links(linker), links(linked)), (vec![linked], vec![linker]));
    end(linked, ExitReason::other("linked")).await;
    assert_eq!(down_of(monitor).await.reason, ExitReason::other("linked"));

    // Whoever traps is told instead.
    process::trap_exit(true);
    let pid = idle();
    process::link(pid).expect("it lives");
    process::link(pid).expect("twice is once");
    assert_eq!(links(process::self_pid()), [pid]);
    end(pid, ExitReason::Kill).await;
    let exit = process::receive::<Exit>().await;
    assert_eq!((exit.from, exit.reason), (pid, ExitReason::Killed));
    assert!(links(process::self_pid()).is_empty());
    assert_eq!(process::receive_timeout::<Exit>(std::time::Duration::ZERO).await, None);
}

#[otp::test(start_paused = true)]
async fn proc_030_a_link_to_itself_is_none() {
    let me = process::self_pid();
    assert_eq!(process::link(me), Ok(()));
    assert!(links(me).is_empty());
    process::unlink(me);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_031_a_link_to_the_dead_is_told_to_one_that_traps() {
    let pid = ended().await;
    process::trap_exit(true);
    assert_eq!(process::link(pid), Ok(()));
    let exit = process::receive::<Exit>().await;
    assert_eq!((exit.from, exit.reason), (pid, ExitReason::NoProc));
    assert!(links(process::self_pid()).is_empty());
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_032_a_link_to_the_dead_fails_for_one_that_does_not_trap() {
    let pid = ended().await;
    assert_eq!(process::link(pid), Err(NoProc(pid)));
    assert_eq!(NoProc(pid).to_string(), format!("noproc: {pid} has ended"));
    assert!(links(process::self_pid()).is_empty());
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_034_unlinking_what_is_not_linked_does_nothing() {
    process::unlink(ended().await);
    let pid = process::spawn(echo());
    process::unlink(pid);
    let other = process::spawn_link(process::sleep_forever());
    process::unlink(pid);
    assert_eq!(links(process::self_pid()), [other]);
    lives(pid).await;
    process::unlink(other);
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_035_either_side_may_unlink() {
    // Removed by B, A ends.
    let a = idle();
    let parent = process::self_pid();
    let b = process::spawn(async move {
        process::link(a).expect("it lives");
        process::unlink(a);
        process::send(parent, "unlinked").expect("a pid is no name");
        echo().await;
    });
    process::receive::<&str>().await;
    assert!(links(a).is_empty() && links(b).is_empty());
    end(a, ExitReason::other("abnormal")).await;
    lives(b).await;

    // Removed by the other side than the one that linked.
    process::trap_exit(true);
    let c = process::spawn_link(async move {
        process::unlink(parent);
        process::exit_with(ExitReason::other("not told"));
    });
    assert_eq!(process::wait(c).await, ExitReason::other("not told"));
    quiet().await;
}

#[otp::test]
async fn an_exit_that_has_arrived_stays_after_an_unlink() {
    process::trap_exit(true);
    let pid = process::spawn_link(async {});
    process::wait(pid).await;
    process::unlink(pid);
    assert_eq!(process::receive::<Exit>().await.from, pid);
}

#[otp::test]
async fn a_ring_of_links_ends_together() {
    let first = idle();
    let mut last = first;
    let mut all = vec![first];
    for _ in 0..1000 {
        let before = last;
        last = process::spawn(async move {
            process::link(before).expect("it lives");
            process::sleep_forever().await;
        });
        all.push(last);
        lives_on().await;
    }
    let monitors: Vec<_> = all.iter().map(|pid| process::monitor(*pid)).collect();
    process::exit(all[500], ExitReason::other("all"));
    for monitor in monitors {
        assert_eq!(down_of(monitor).await.reason, ExitReason::other("all"));
    }
}

/// Whatever can run runs first.
async fn lives_on() {
    tokio::task::yield_now().await;
}

/// The costs of links are linear.
#[otp::test]
async fn a_hundred_thousand_links_cost_what_they_should() {
    async fn cost(links: usize) -> Duration {
        let cost = Cost::begin();
        process::trap_exit(true);
        let pids: Vec<_> = (0..links).map(|_| process::spawn_link(process::sleep_forever())).collect();
        assert_eq!(self::links(process::self_pid()).len(), links);
        for pid in &pids[..links / 2] {
            process::unlink(*pid);
        }
        for pid in &pids {
            process::exit(*pid, ExitReason::Kill);
        }
        for _ in links / 2..links {
            assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Killed);
        }
        assert!(self::links(process::self_pid()).is_empty());
        cost.end()
    }
    check(async {
        let (small, large) = (cost(12_500).await, cost(100_000).await);
        assert_linear(small, large);
    })
    .await;
}
