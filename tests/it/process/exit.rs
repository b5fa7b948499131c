//! Exit signals.

use super::{check, down_of, echo, end, ended, idle, lives, quiet};
use otp::process::{self, Exit, ExitReason, Info, Pid};
use std::time::Duration;
use tokio::time::Instant;

/// A process that traps exits and passes on what it gets.
async fn trapper() -> Pid {
    let parent = process::self_pid();
    let pid = process::options()
        .trap_exit(true)
        .spawn(async move {
            process::send(parent, "ready").expect("a pid is no name");
            loop {
                let exit = process::receive::<Exit>().await;
                process::send(parent, (process::self_pid(), exit)).expect("a pid is no name");
            }
        })
        .expect("no name was asked for");
    process::receive::<&str>().await;
    pid
}

async fn passed_on(by: Pid) -> Exit {
    otp::receive! { passed: (Pid, Exit) if passed.0 == by => passed.1 }
}

#[otp::test(start_paused = true)]
async fn proc_011_normal_does_nothing_to_a_process_that_does_not_trap() {
    let pid = process::spawn(echo());
    process::exit(pid, ExitReason::Normal);
    lives(pid).await;
    assert_eq!(process::info(pid).expect("it lives").message_queue_len, 0);
    quiet().await;
    assert!(process::alive(pid));
}

#[otp::test]
async fn proc_012_normal_reaches_a_process_that_traps() {
    let pid = trapper().await;
    process::exit(pid, ExitReason::Normal);
    let exit = passed_on(pid).await;
    assert_eq!((exit.from, exit.reason), (process::self_pid(), ExitReason::Normal));
    assert!(process::alive(pid));
}

#[otp::test]
async fn proc_013_normal_from_itself_ends_a_process() {
    process::trap_exit(true);
    let pid = process::spawn_link(async {
        process::exit(process::self_pid(), ExitReason::Normal);
        process::sleep_forever().await;
    });
    let exit = process::receive::<Exit>().await;
    assert_eq!((exit.from, exit.reason), (pid, ExitReason::Normal));
}

#[otp::test(start_paused = true)]
async fn proc_014_a_process_that_traps_gets_its_own_signals() {
    process::trap_exit(true);
    let me = process::self_pid();
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("own")] {
        process::exit(me, reason.clone());
        let exit = process::receive::<Exit>().await;
        assert_eq!((exit.from, exit.reason), (me, reason));
    }
    quiet().await;
}

#[otp::test]
async fn proc_015_any_other_reason_ends_a_process_with_exactly_that() {
    for reason in [ExitReason::Shutdown, ExitReason::shutdown_with("why"), ExitReason::other(7), ExitReason::NoProc] {
        let unlinked = process::spawn_monitor(process::sleep_forever());
        process::exit(unlinked.0, reason.clone());
        assert_eq!(down_of(unlinked.1).await.reason, reason);

        process::trap_exit(true);
        let linked = process::spawn_link(process::sleep_forever());
        process::exit(linked, reason.clone());
        assert_eq!(process::receive::<Exit>().await.reason, reason);
    }
}

/// PROC-015: also from outside of any process, and by name.
#[otp::test]
async fn proc_015_a_signal_by_name_or_from_a_thread_arrives() {
    let (pid, monitor) = process::options().name("proc_015").spawn_monitor(process::sleep_forever()).expect("free");
    process::exit("proc_015", ExitReason::other("by name"));
    assert_eq!(down_of(monitor).await.reason, ExitReason::other("by name"));
    process::exit("proc_015", ExitReason::other("nobody has the name: ignored"));

    let pid2 = trapper().await;
    std::thread::spawn(move || process::exit(pid2, ExitReason::Shutdown)).join().expect("it did not panic");
    let exit = passed_on(pid2).await;
    assert_eq!(exit.reason, ExitReason::Shutdown);
    assert!(!process::alive(exit.from) && !process::alive(pid), "a thread is no process");
}

#[otp::test]
async fn proc_016_a_trapped_signal_queues_behind_what_is_there() {
    process::trap_exit(true);
    let me = process::self_pid();
    process::send(me, 1).expect("a pid is no name");
    process::exit(me, ExitReason::other("between"));
    process::send(me, 2).expect("a pid is no name");
    let kinds = [process::receive::<Info>().await, process::receive().await, process::receive().await];
    assert_eq!(kinds.map(|info| info.is::<Exit>()), [false, true, false]);
}

#[otp::test]
async fn proc_017_a_kill_cannot_be_trapped() {
    struct Said(Pid);
    impl Drop for Said {
        fn drop(&mut self) {
            process::send(self.0, "dropped").expect("a pid is no name");
        }
    }
    let parent = process::self_pid();
    let (pid, monitor) = process::options()
        .trap_exit(true)
        .spawn_monitor(async move {
            let _said = Said(parent);
            loop {
                process::receive::<Info>().await;
                process::send(parent, "cleaned up").expect("a pid is no name");
            }
        })
        .expect("no name was asked for");
    lives(process::spawn(echo())).await;
    process::exit(pid, ExitReason::Kill);
    assert_eq!(down_of(monitor).await.reason, ExitReason::Killed);
    assert_eq!(process::receive::<&str>().await, "dropped");
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, None, "no code of its own ran");
}

/// PROC-017: a kill wins over a signal that came before it and has not been acted on.
#[otp::test]
async fn proc_017_a_kill_wins_over_other_signals() {
    let (pid, monitor) = process::spawn_monitor(process::sleep_forever());
    process::exit(pid, ExitReason::Shutdown);
    process::exit(pid, ExitReason::Kill);
    process::exit(pid, ExitReason::other("late"));
    assert_eq!(down_of(monitor).await.reason, ExitReason::Killed);

    let (pid, monitor) = process::spawn_monitor(process::sleep_forever());
    process::exit(pid, ExitReason::other("first"));
    process::exit(pid, ExitReason::other("second"));
    assert_eq!(down_of(monitor).await.reason, ExitReason::other("first"));
}

#[otp::test(start_paused = true)]
async fn proc_020_a_signal_to_the_dead_does_nothing() {
    let pid = ended().await;
    process::trap_exit(true);
    process::exit(pid, ExitReason::Kill);
    process::exit(pid, ExitReason::other("late"));
    quiet().await;
}

/// PROC-074: whatever it waits for.
#[otp::test(start_paused = true)]
async fn proc_021_a_signal_ends_a_long_wait_at_once() {
    let began = Instant::now();
    let waits = [
        process::spawn_monitor(process::sleep(Duration::from_secs(3600))),
        process::spawn_monitor(process::sleep_forever()),
        process::spawn_monitor(async { process::receive().await }),
        process::spawn_monitor(async {
            assert_eq!(process::receive_timeout::<()>(Duration::from_secs(3600)).await, None)
        }),
        process::spawn_monitor(process::hibernate()),
    ];
    lives(process::spawn(echo())).await;
    for (pid, monitor) in waits {
        assert!(process::alive(pid));
        process::exit(pid, ExitReason::Shutdown);
        assert_eq!(down_of(monitor).await.reason, ExitReason::Shutdown);
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[otp::test(start_paused = true)]
async fn proc_023_what_is_set_when_the_signal_arrives_decides() {
    assert!(!process::trap_exit(true), "at first it does not trap");
    assert!(process::trap_exit(true));
    let me = process::self_pid();
    process::exit(me, ExitReason::other("queued"));
    assert!(process::trap_exit(false));
    assert!(!process::trap_exit(false));
    let exit = process::receive::<Exit>().await;
    assert_eq!(exit.reason, ExitReason::other("queued"));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_025_one_that_traps_shields_those_behind_it() {
    process::trap_exit(true);
    let (a, c) = (process::spawn_link(process::sleep_forever()), process::spawn_link(echo()));
    process::exit(a, ExitReason::other("R"));
    assert_eq!(process::receive::<Exit>().await, Exit::clone(&exit_of(a, ExitReason::other("R")).await));
    lives(c).await;
    assert_eq!(process::info(process::self_pid()).expect("it runs").links, [c]);
    quiet().await;
}

/// An `Exit` as the runtime would make it: the type cannot be built from outside.
async fn exit_of(from: Pid, reason: ExitReason) -> Exit {
    let parent = process::self_pid();
    let trapper = process::options()
        .trap_exit(true)
        .spawn(async move {
            let mut exit = process::receive::<Exit>().await;
            (exit.from, exit.reason) = (from, reason);
            process::send(parent, vec![exit]).expect("a pid is no name");
        })
        .expect("no name was asked for");
    process::exit(trapper, ExitReason::Normal);
    process::receive::<Vec<Exit>>().await.remove(0)
}

#[otp::test]
async fn proc_026_an_orderly_end_follows_a_link_too() {
    for reason in [ExitReason::Shutdown, ExitReason::shutdown_with("details")] {
        let (pid, monitor) = process::spawn_monitor(process::sleep_forever());
        let given = reason.clone();
        process::spawn(async move {
            process::link(pid).expect("it lives");
            process::exit_with(given);
        });
        assert_eq!(down_of(monitor).await.reason, reason);
    }
}

#[otp::test]
async fn proc_027_a_normal_end_is_harmless_over_a_link() {
    let survivor = process::spawn(echo());
    check(async move { process::link(survivor).expect("it lives") }).await;
    lives(survivor).await;
    assert!(process::info(survivor).expect("it lives").links.is_empty());

    process::trap_exit(true);
    let pid = process::spawn_link(async {});
    let exit = process::receive::<Exit>().await;
    assert_eq!((exit.from, exit.reason), (pid, ExitReason::Normal));
}

#[otp::test]
async fn code_that_never_waits_is_ended_where_it_waits() {
    let parent = process::self_pid();
    let (pid, monitor) = process::spawn_monitor(async move {
        process::exit(process::self_pid(), ExitReason::Kill);
        process::send(parent, "goes on").expect("a pid is no name");
        tokio::task::yield_now().await;
        process::send(parent, "too far").expect("a pid is no name");
    });
    assert_eq!(down_of(monitor).await.reason, ExitReason::Killed);
    assert_eq!(process::receive::<&str>().await, "goes on");
    assert_eq!(process::receive_timeout::<&str>(Duration::ZERO).await, None);
    assert!(!process::alive(pid));
}

#[otp::test]
async fn a_panic_in_a_destructor_does_not_stop_the_end() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    process::trap_exit(true);
    let pid = process::options()
        .link()
        .name("panics in drop")
        .spawn(async {
            let _panics = Panics;
            process::sleep_forever().await;
        })
        .expect("the name is free");
    lives(process::spawn(echo())).await;
    end(pid, ExitReason::Shutdown).await;
    assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Shutdown);
    assert_eq!(process::whereis("panics in drop"), None);
    assert!(!process::list().contains(&pid));
}

#[otp::test]
async fn a_process_that_never_ran_can_be_ended() {
    let pid = idle();
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(process::wait(pid).await, ExitReason::Shutdown);
}
