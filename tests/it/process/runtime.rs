//! `#[otp::test]`, `#[otp::main]`, and what is left of a runtime that was dropped.

use otp::process::{self, ExitReason, Pid};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

#[otp::test]
async fn the_body_is_a_process() {
    let me = process::self_pid();
    assert_eq!(process::try_self_pid(), Some(me));
    assert!(process::alive(me) && process::list().contains(&me));
    process::send(me, "a message").expect("a pid is no name");
    assert_eq!(process::receive::<&str>().await, "a message");
}

#[otp::test]
async fn the_body_may_fail_with_a_result() -> otp::Result {
    let number: u8 = "7".parse()?;
    assert_eq!(number, 7);
    Ok(())
}

#[otp::test]
#[should_panic(expected = "what the body said")]
async fn a_panic_of_the_body_fails_the_test() {
    panic!("what the body said");
}

#[otp::test]
#[should_panic(expected = "the main process was ended: killed")]
async fn a_signal_to_the_body_fails_the_test() {
    process::exit(process::self_pid(), ExitReason::Kill);
    process::sleep_forever().await;
}

#[otp::test]
#[should_panic(expected = "the main process ended: shutdown")]
async fn a_body_that_leaves_fails_the_test() {
    process::exit_with(ExitReason::Shutdown);
}

#[otp::test]
#[should_panic(expected = "the child (an exit signal of <0.")]
async fn the_crash_of_a_linked_process_fails_the_test_and_is_named() {
    process::spawn_link(async { panic!("the child") });
    process::sleep_forever().await;
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_workers_run_at_once() {
    // Each blocks its thread until the other has begun.
    let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
    let monitors = [barrier.clone(), barrier].map(|barrier| {
        process::spawn_monitor(async move {
            barrier.wait();
        })
        .1
    });
    for monitor in monitors {
        super::down_of(monitor).await;
    }
}

#[otp::test(start_paused = true)]
async fn paused_time_moves_on_by_itself() {
    let (real, paused) = (std::time::Instant::now(), tokio::time::Instant::now());
    process::sleep(Duration::from_secs(86_400)).await;
    assert!(paused.elapsed() >= Duration::from_secs(86_400));
    assert!(real.elapsed() < Duration::from_secs(3600));
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
}

fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime can be built")
}

#[test]
fn nothing_of_a_dropped_runtime_is_listed() {
    for runtime in [one_thread(), two_threads()] {
        let pids: Vec<Pid> = {
            let _guard = runtime.enter();
            let named = process::options().name("of a dropped runtime").spawn(process::sleep_forever());
            let mut pids: Vec<_> = (0..50).map(|_| process::spawn(process::sleep_forever())).collect();
            pids.push(named.expect("the name is free"));
            pids.push(process::spawn(process::sleep(Duration::from_secs(3600))));
            pids.push(process::spawn(async { process::receive().await }));
            for pid in &pids {
                process::send_after(*pid, "never", Duration::from_secs(3600));
            }
            pids
        };
        // Some have run, some have not.
        runtime.block_on(tokio::task::yield_now());
        assert!(pids.iter().all(|pid| process::alive(*pid)));
        drop(runtime);
        let listed = process::list();
        assert!(pids.iter().all(|pid| !process::alive(*pid) && !listed.contains(pid)));
        assert_eq!(process::whereis("of a dropped runtime"), None);
    }
}

/// Those that live on elsewhere learn of it.
#[test]
fn the_end_of_a_runtime_is_told() {
    let (ours, theirs) = (one_thread(), two_threads());
    let (told, end) = mpsc::channel();
    let pid = theirs.block_on(async { process::spawn(process::sleep_forever()) });
    {
        let _guard = ours.enter();
        process::options()
            .trap_exit(true)
            .spawn(async move {
                process::link(pid).expect("it lives");
                let monitor = process::monitor(pid);
                told.send(ExitReason::Normal).expect("somebody waits");
                told.send(super::down_of(monitor).await.reason).expect("somebody waits");
                told.send(process::receive::<process::Exit>().await.reason).expect("somebody waits");
            })
            .expect("no name was asked for");
    }
    ours.block_on(tokio::task::yield_now());
    assert_eq!(end.try_recv(), Ok(ExitReason::Normal), "it watches");
    drop(theirs);
    assert_eq!(ours.block_on(process::wait(pid)), ExitReason::NoProc);
    ours.block_on(async {
        while process::list().iter().any(|pid| process::label(*pid).as_deref() == Some("never")) {
            tokio::task::yield_now().await;
        }
    });
    ours.block_on(tokio::task::yield_now());
    assert_eq!(end.try_recv(), Ok(ExitReason::Killed));
    assert_eq!(end.try_recv(), Ok(ExitReason::Killed));
}

/// A destructor may still use the process while the runtime is torn down.
#[test]
fn a_dropped_runtime_runs_destructors_as_the_process() {
    struct Looks(mpsc::Sender<Option<Pid>>);
    impl Drop for Looks {
        fn drop(&mut self) {
            self.0.send(process::try_self_pid()).expect("somebody waits");
        }
    }
    let runtime = one_thread();
    let (looks, seen) = mpsc::channel();
    let pid = runtime.block_on(async {
        let pid = process::spawn(async move {
            let _looks = Looks(looks);
            process::sleep_forever().await;
        });
        tokio::task::yield_now().await;
        pid
    });
    drop(runtime);
    assert_eq!(seen.recv(), Ok(Some(pid)));
}

#[test]
fn processes_of_two_runtimes_talk() {
    let (a, b) = (two_threads(), one_thread());
    let echo = a.block_on(async { process::spawn(super::echo()) });
    let (done, result) = mpsc::channel();
    b.block_on(async move {
        let pid = process::spawn(async move {
            for _ in 0..100 {
                super::lives(echo).await;
            }
            done.send("done").expect("somebody waits");
        });
        process::wait(pid).await
    });
    assert_eq!(result.try_recv(), Ok("done"));
}

#[test]
fn spawning_on_a_runtime_that_shuts_down_leaves_nothing() {
    struct Spawns(mpsc::Sender<Pid>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            if let Ok(pid) = catch_unwind(AssertUnwindSafe(|| process::spawn(process::sleep_forever()))) {
                self.0.send(pid).expect("somebody waits");
            }
        }
    }
    let runtime = one_thread();
    let (spawns, spawned) = mpsc::channel();
    runtime.block_on(async {
        process::spawn(async move {
            let _spawns = Spawns(spawns);
            process::sleep_forever().await;
        });
        tokio::task::yield_now().await;
    });
    drop(runtime);
    let listed = process::list();
    assert!(spawned.iter().all(|pid| !listed.contains(&pid)));
}
