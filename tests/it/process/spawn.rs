//! Starting processes, with options and without.

use super::{check, down_of, end, ended, idle, quiet, run};
use otp::process::{self, Down, ExitReason, Mailbox, Overflow, Pid, Priority};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[otp::test]
async fn proc_001_spawn_answers_before_the_process_runs() {
    let began = Arc::new(AtomicBool::new(false));
    let pid = process::spawn({
        let began = began.clone();
        async move { began.store(true, Ordering::Relaxed) }
    });
    assert!(!began.load(Ordering::Relaxed), "on one thread it cannot have run yet");
    assert!(process::alive(pid));
    assert_eq!(process::wait(pid).await, ExitReason::Normal);
    assert!(began.load(Ordering::Relaxed));
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn proc_003_a_monitored_spawn_tells_the_true_reason_once() {
    for round in 0..300 {
        let (pid, monitor) = process::spawn_monitor(async move {
            if round % 2 == 0 {
                process::exit_with(ExitReason::other(round));
            }
        });
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.pid, down.name), (monitor, Some(pid), None));
        let reason = if round % 2 == 0 { ExitReason::other(round) } else { ExitReason::Normal };
        assert_eq!(down.reason, reason, "round {round}");
    }
    process::send(process::self_pid(), "the last").expect("a pid is no name");
    let next = process::receive::<process::Info>().await;
    assert!(next.is::<&str>(), "a `Down` came twice: {next:?}");
}

#[otp::test]
async fn proc_004_a_panic_becomes_the_reason_with_message_and_place() {
    let line = line!() + 1;
    let ExitReason::Panic(report) = run(async { panic!("disk {} is full", 7) }).await else {
        panic!("it panicked");
    };
    assert_eq!(report.message, "disk 7 is full");
    let location = report.location.as_deref().expect("the place is known");
    assert!(location.contains("spawn.rs") && location.contains(&format!(":{line}:")), "{location}");

    let ExitReason::Panic(report) = run(async { std::panic::panic_any("verbatim {}") }).await else {
        panic!("it panicked")
    };
    assert_eq!(report.message, "verbatim {}");

    let ExitReason::Panic(report) = run(async { std::panic::panic_any(7) }).await else { panic!("it panicked") };
    assert_eq!(report.message, "a value that is not a string");
}

/// PROC-004: an explicit exit keeps its reason, whatever it is.
#[otp::test]
async fn proc_004_an_explicit_exit_keeps_its_reason() {
    let error: ExitReason = ExitReason::error("out of paper");
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with(vec![1, 2]),
        ExitReason::other("no reason"),
        error,
    ] {
        let given = reason.clone();
        assert_eq!(run(async move { process::exit_with(given) }).await, reason);
    }
    assert_eq!(run(async { process::exit_with(ExitReason::Kill) }).await, ExitReason::Killed);
}

#[otp::test]
async fn proc_005_alive_from_the_spawn_to_the_beginning_of_the_end() {
    struct Looks(Pid);
    impl Drop for Looks {
        fn drop(&mut self) {
            let me = process::self_pid();
            process::send(self.0, (process::alive(me), process::info(me).is_some())).expect("a pid is no name");
        }
    }
    let parent = process::self_pid();
    let pid = process::spawn(async move {
        let _looks = Looks(parent);
        process::sleep_forever().await;
    });
    assert!(process::alive(pid));
    super::lives(process::spawn(super::echo())).await;
    process::exit(pid, ExitReason::Shutdown);
    assert_eq!(process::receive::<(bool, bool)>().await, (false, false), "it has begun to exit");
    process::wait(pid).await;
    assert!(!process::alive(pid));
    assert!(!process::alive(ended().await));
}

/// PROC-007: a process is listed also while its state is dropped.
#[otp::test]
async fn proc_007_the_list_holds_all_that_exist() {
    struct Lists(Pid);
    impl Drop for Lists {
        fn drop(&mut self) {
            let me = process::self_pid();
            process::send(self.0, (process::list().contains(&me), process::alive(me))).expect("a pid is no name");
        }
    }
    let parent = process::self_pid();
    let gone = ended().await;
    let others: Vec<_> = (0..10).map(|_| idle()).collect();
    let list: HashSet<_> = process::list().into_iter().collect();
    assert!(list.contains(&parent) && others.iter().all(|pid| list.contains(pid)) && !list.contains(&gone));

    let pid = process::spawn(async move { drop(Lists(parent)) });
    assert_eq!(process::receive::<(bool, bool)>().await, (true, true), "in its own code it is alive");
    process::wait(pid).await;
    process::spawn(async move {
        let _lists = Lists(parent);
        process::exit_with(ExitReason::Shutdown);
    });
    // Unwinding drops it while the process still runs its own code.
    assert_eq!(process::receive::<(bool, bool)>().await, (true, true));
    let pid = process::spawn(async move {
        let _lists = Lists(parent);
        process::sleep_forever().await;
    });
    super::lives(process::spawn(super::echo())).await;
    process::exit(pid, ExitReason::Kill);
    assert_eq!(process::receive::<(bool, bool)>().await, (true, false), "exiting: listed, not alive");
    process::wait(pid).await;
    assert!(!process::list().contains(&pid));
}

#[otp::test]
async fn proc_008_no_pid_is_used_twice() {
    let mut seen = HashSet::new();
    let old = ended().await;
    for _ in 0..1000 {
        let pid = process::spawn(async {});
        assert!(seen.insert(pid) && pid != old, "{pid} denotes two processes");
        process::wait(pid).await;
    }
    // The place of the old one is taken again by now; its pid still denotes nobody.
    let living: Vec<_> = (0..100).map(|_| idle()).collect();
    for pid in &seen {
        process::exit(*pid, ExitReason::Kill);
        assert!(!process::alive(*pid) && process::info(*pid).is_none());
    }
    super::lives(process::spawn(super::echo())).await;
    assert!(living.iter().all(|pid| process::alive(*pid)));
}

#[otp::test]
async fn proc_009_options_are_in_force_and_shown() {
    let bound = Mailbox::bounded(10, Overflow::Drop);
    let pid = process::options()
        .priority(Priority::High)
        .mailbox(bound)
        .trap_exit(true)
        .name("proc_009")
        .label("the ninth")
        .link()
        .spawn(process::sleep_forever())
        .expect("the name is free");
    let info = process::info(pid).expect("it lives");
    assert_eq!((info.priority, info.mailbox, info.trap_exit), (Priority::High, bound, true));
    assert_eq!(info.name, Some("proc_009".into()));
    assert_eq!(info.label.as_deref(), Some("the ninth"));
    assert_eq!(info.links, [process::self_pid()]);
    assert_eq!(process::whereis("proc_009"), Some(pid));
    process::exit(pid, ExitReason::Shutdown);
    super::lives(process::spawn(super::echo())).await;
    assert!(process::alive(pid), "it trapped exits before it ran");

    let plain = process::info(idle()).expect("it lives");
    assert_eq!((plain.priority, plain.mailbox, plain.trap_exit), (Priority::Normal, Mailbox::unbounded(), false));
    process::unlink(pid);
}

/// PROC-009: priority is the number of messages handled in a row.
#[otp::test]
async fn proc_009_priority_is_the_share_of_a_thread() {
    for priority in [Priority::Low, Priority::Normal, Priority::High, Priority::Max] {
        let parent = process::self_pid();
        let handled = Arc::new(AtomicU32::new(0));
        let count = handled.clone();
        let pid = process::options()
            .priority(priority)
            .spawn(async move {
                process::receive::<&str>().await;
                loop {
                    process::receive::<()>().await;
                    if count.fetch_add(1, Ordering::Relaxed) == 0 {
                        process::send(parent, "began").expect("a pid is no name");
                    }
                }
            })
            .expect("no name was asked for");
        super::lives(process::spawn(super::echo())).await;
        for _ in 0..3000 {
            process::send(pid, ()).expect("a pid is no name");
        }
        process::send(pid, "begin").expect("a pid is no name");
        // This process is woken by the first one, and runs when the other yields.
        process::receive::<&str>().await;
        let in_a_row = handled.load(Ordering::Relaxed);
        // The word to begin was one of them.
        assert_eq!(u64::from(in_a_row) + 1, u64::from(priority.budget()), "{priority:?}");
        end(pid, ExitReason::Kill).await;
    }
}

#[otp::test(start_paused = true)]
async fn proc_010_operations_on_the_dead_are_harmless() {
    let pid = ended().await;
    let bystander = process::spawn(super::echo());
    process::send(pid, "message").expect("the dead take everything");
    process::try_send(pid, "message").expect("the dead take everything");
    process::send_after(pid, "message", std::time::Duration::ZERO);
    process::exit(pid, ExitReason::Kill);
    process::exit(pid, ExitReason::Normal);
    assert_eq!(process::link(pid), Err(process::NoProc(pid)));
    process::unlink(pid);
    assert_eq!(process::info(pid), None);
    assert_eq!(process::label(pid), None);
    assert_eq!(process::set_priority_of(pid, Priority::Low), None);
    assert_eq!(process::set_mailbox_of(pid, Mailbox::bounded(1, Overflow::Kill)), None);
    assert_eq!(process::wait(pid).await, ExitReason::NoProc);
    let monitor = process::monitor(pid);
    assert_eq!(down_of(monitor).await.reason, ExitReason::NoProc);
    assert!(!process::demonitor_flush(monitor));
    super::lives(bystander).await;
    quiet().await;
    let me = process::info(process::self_pid()).expect("it runs");
    assert!(me.links.is_empty() && me.monitors.is_empty());
}

#[otp::test]
async fn a_name_that_is_taken_starts_nothing() {
    let first = process::options().name("taken").spawn(process::sleep_forever()).expect("the name is free");
    let before = process::info(process::self_pid()).expect("it runs");
    let taken = process::options().link().name("taken").spawn(async { unreachable!("it was not started") });
    assert_eq!(taken, Err(process::NameTaken { name: "taken".into(), by: first }));
    assert!(taken.unwrap_err().to_string().contains("taken"));
    let after = process::info(process::self_pid()).expect("it runs");
    assert_eq!((before.links, before.monitors), (after.links, after.monitors));
    assert_eq!(process::whereis("taken"), Some(first));
    end(first, ExitReason::Shutdown).await;
    let second = process::options().name("taken").spawn(process::sleep_forever()).expect("it is free again");
    assert_eq!(process::whereis("taken"), Some(second));
}

#[test]
fn outside_of_a_process_it_says_what_to_do() {
    fn message(f: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it must panic");
        payload.downcast_ref::<String>().expect("a message").clone()
    }
    for told in [
        message(|| {
            let _ = process::self_pid();
        }),
        message(|| {
            let _ = process::spawn_link(async {});
        }),
        message(|| {
            let _ = process::spawn_monitor(async {});
        }),
        message(|| {
            let _ = process::monitor("nobody");
        }),
        message(|| {
            let _ = process::trap_exit(true);
        }),
        message(|| {
            let _ = process::put("key", 1);
        }),
        message(|| {
            let _ = process::alias();
        }),
    ] {
        assert!(told.contains("must be called from a process") && told.contains("#[otp::main]"), "{told}");
    }
    assert_eq!(process::try_self_pid(), None);
}

#[test]
fn without_a_runtime_nothing_is_left_behind() {
    let result = catch_unwind(|| process::options().name("no runtime").spawn(async {}));
    assert!(result.is_err(), "there is no runtime to run it");
    assert_eq!(process::whereis("no runtime"), None);
    assert!(process::list().iter().all(|pid| process::label(*pid).as_deref() != Some("no runtime")));
}

#[otp::test]
async fn spawning_ten_thousand_processes_in_a_chain_works() {
    fn chain(left: u32, last: Pid) {
        process::spawn(async move {
            match left {
                0 => process::send(last, "done").expect("a pid is no name"),
                left => chain(left - 1, last),
            }
        });
    }
    chain(10_000, process::self_pid());
    assert_eq!(process::receive::<&str>().await, "done");
}

#[otp::test]
async fn a_process_spawns_from_a_thread_of_its_own() {
    let parent = process::self_pid();
    let handle = tokio::runtime::Handle::current();
    let pid = std::thread::spawn(move || {
        let _runtime = handle.enter();
        process::spawn(async move { process::send(parent, process::self_pid()).expect("a pid is no name") })
    })
    .join()
    .expect("the thread ran");
    assert_eq!(process::receive::<Pid>().await, pid);
    check(async {
        assert_eq!(process::info(process::self_pid()).expect("it runs").ancestors.len(), 1);
    })
    .await;
}
