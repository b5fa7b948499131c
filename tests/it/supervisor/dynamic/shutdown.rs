//! Shutting down: all children at the same time, each within its own time.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, ends_with, running, start, supervisor};
use otp::child::Started;
use otp::gen_server::StopFailure;
use otp::prelude::*;
use otp::process;
use otp::supervisor::dynamic::StartChildError;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Starts three children of one kind, stops the supervisor, and answers why they ended and how long it took.
async fn three(spec: impl Fn() -> ChildSpec) -> (Vec<ExitReason>, Duration) {
    let supervisor = supervisor().await;
    let mut monitors = Vec::new();
    for _ in 0..3 {
        monitors.push(process::monitor(start(&supervisor, spec()).await));
    }
    let before = Instant::now();
    supervisor.stop().await.unwrap();
    let mut reasons = Vec::new();
    for monitor in monitors {
        reasons.push(down(monitor).await);
    }
    (reasons, before.elapsed())
}

fn thrice(reason: ExitReason) -> Vec<ExitReason> {
    vec![reason; 3]
}

fn limited() -> [Shutdown; 2] {
    [Shutdown::Infinity, Shutdown::Timeout(seconds(1))]
}

#[otp::test]
async fn dsup_042_brutal_kill_kills() -> otp::Result {
    let journal = Journal::default();
    let (reasons, _) = three(|| idle("a").shutdown(Shutdown::BrutalKill)).await;
    assert_eq!(reasons, thrice(ExitReason::Killed));
    let spec = || Job::new("a", &journal).cleanup(seconds(3600)).spec().shutdown(Shutdown::BrutalKill);
    assert_eq!(three(spec).await.0, thrice(ExitReason::Killed));
    assert!(!journal.take().iter().any(|line| line.contains("terminate")));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_043_who_does_not_trap_exits_ends_with_shutdown() -> otp::Result {
    for shutdown in limited() {
        let (reasons, took) = three(|| idle("a").shutdown(shutdown)).await;
        assert_eq!(reasons, thrice(ExitReason::Shutdown));
        assert!(took < Duration::from_millis(100), "{took:?}");
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_044_all_are_waited_for_whatever_they_end_with() -> otp::Result {
    for shutdown in limited() {
        for reason in [ExitReason::shutdown_with("clean"), ExitReason::other("bad"), ExitReason::Shutdown] {
            let (reasons, _) = three(|| ends_with(reason.clone()).shutdown(shutdown)).await;
            assert_eq!(reasons, thrice(reason));
        }
    }
    Ok(())
}

#[otp::test]
async fn dsup_046_permanent_children_that_end_are_not_restarted() -> otp::Result {
    let journal = Journal::default();
    let (reasons, _) = three(|| ends_with(ExitReason::Normal).restart(Restart::Permanent)).await;
    assert_eq!(reasons, thrice(ExitReason::Normal));
    three(|| Job::new("a", &journal).cleanup(Duration::ZERO).spec()).await;
    assert_eq!(journal.take().iter().filter(|line| *line == "a init").count(), 3);
    Ok(())
}

#[otp::test]
async fn dsup_047_each_child_ends_as_it_says_itself() -> otp::Result {
    let supervisor = supervisor().await;
    let patient = process::monitor(start(&supervisor, idle("a").shutdown(Shutdown::Infinity)).await);
    let brutal = process::monitor(start(&supervisor, idle("b").shutdown(Shutdown::BrutalKill)).await);
    supervisor.stop().await?;
    assert_eq!(down(patient).await, ExitReason::Shutdown);
    assert_eq!(down(brutal).await, ExitReason::Killed);
    Ok(())
}

/// DSUP-044, DSUP-047: it takes as long as the slowest child, not as all of them, and each is killed when its own time
/// is over, also if others have more.
#[otp::test(start_paused = true)]
async fn children_are_shut_down_at_the_same_time() -> otp::Result {
    let journal = Journal::default();
    let (reasons, took) = three(|| Job::new("a", &journal).cleanup(seconds(3)).spec()).await;
    assert_eq!(reasons, thrice(ExitReason::Shutdown));
    assert!(took >= seconds(3) && took < seconds(4), "{took:?}");

    let supervisor = supervisor().await;
    let before = Instant::now();
    let me = process::self_pid();
    let mut expected = BTreeMap::new();
    // Those that clean up in time, those that do not, and one that needs an hour and has it.
    let children = [
        ("30", 30, Some(10), ExitReason::Killed, 10),
        ("1", 1, Some(20), ExitReason::Shutdown, 1),
        ("31", 31, Some(20), ExitReason::Killed, 20),
        ("hour", 3600, None, ExitReason::Shutdown, 3600),
        ("32", 32, Some(10), ExitReason::Killed, 10),
        ("5", 5, Some(10), ExitReason::Shutdown, 5),
        ("33", 33, Some(0), ExitReason::Killed, 0),
    ];
    for (name, cleanup, time, reason, ends) in children {
        let shutdown = time.map_or(Shutdown::Infinity, |time| Shutdown::Timeout(seconds(time)));
        let pid =
            start(&supervisor, Job::new(name, &journal).cleanup(seconds(cleanup)).spec().shutdown(shutdown)).await;
        expected.insert(pid, (reason, ends));
        process::spawn(async move {
            let reason = process::wait(pid).await;
            process::send(me, (pid, reason, before.elapsed().as_secs())).unwrap();
        });
    }
    process::sleep(Duration::ZERO).await;
    supervisor.stop().await?;
    assert_eq!(before.elapsed().as_secs(), 3600);
    for _ in 0..expected.len() {
        let (pid, reason, at) = process::receive::<(Pid, ExitReason, u64)>().await;
        assert_eq!((reason, at), expected[&pid]);
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_050_a_child_that_cut_its_link_is_waited_for() -> otp::Result {
    let supervisor = supervisor().await;
    let me = process::self_pid();
    let spec = ChildSpec::new("cuts", move |_slot| async move {
        let parent = process::self_pid();
        let life = async move {
            process::unlink(parent);
            process::send(me, ()).unwrap();
            process::receive::<Exit>().await;
            process::sleep(seconds(100)).await;
        };
        Ok(Started::new(process::options().link().trap_exit(true).spawn(life).expect("it has no name")))
    });
    let pid = start(&supervisor, spec.shutdown(Shutdown::Infinity)).await;
    process::receive::<()>().await;
    let (before, monitor) = (Instant::now(), process::monitor(pid));
    supervisor.stop().await?;
    assert!(before.elapsed() >= seconds(100));
    assert!(!process::alive(pid));
    assert_eq!(down(monitor).await, ExitReason::Normal);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dsup_051_times_of_zero_and_one_millisecond_are_times() -> otp::Result {
    for time in [0, 1] {
        let spec = || idle("a").shutdown(Duration::from_millis(time));
        assert_eq!(three(spec).await.0, thrice(ExitReason::Shutdown));
        let supervisor = supervisor().await;
        let pid = start(&supervisor, spec()).await;
        let monitor = process::monitor(pid);
        supervisor.terminate_child(pid).await?;
        assert_eq!(down(monitor).await, ExitReason::Shutdown);
    }
    Ok(())
}

#[otp::test]
async fn dsup_052_a_stop_ends_all_children_and_then_itself() -> otp::Result {
    process::trap_exit(true);
    let reasons = [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("x"), ExitReason::other("x")];
    for reason in reasons {
        let journal = Journal::default();
        let supervisor = supervisor().await;
        for _ in 0..3 {
            start(&supervisor, Job::new("a", &journal).cleanup(Duration::ZERO).spec()).await;
        }
        let children = running(&supervisor).await;
        let monitor = supervisor.monitor();
        supervisor.stop().reason(reason.clone()).await?;
        assert!(children.iter().all(|pid| !process::alive(*pid)));
        assert_eq!(journal.take().iter().filter(|line| *line == "a terminate shutdown").count(), 3);
        assert_eq!(down(monitor).await, reason);
        assert_eq!(process::receive::<Exit>().await.reason, reason);
        assert_eq!(supervisor.stop().await.unwrap_err().failure, StopFailure::NoProc);
    }
    let supervisor = supervisor().await;
    start(&supervisor, idle("a")).await;
    supervisor.stop().await?;
    assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Normal, "the default");
    Ok(())
}

#[otp::test]
async fn dsup_053_it_ends_in_order_when_its_parent_does() -> otp::Result {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("parent")] {
        let (me, why) = (process::self_pid(), reason.clone());
        let parent = process::spawn(async move {
            let supervisor = DynamicSupervisor::builder().start_link().await.unwrap();
            process::send(me, supervisor).unwrap();
            process::receive::<()>().await;
            process::exit_with(why)
        });
        let supervisor = process::receive::<DynamicSupervisorRef>().await;
        let child = process::monitor(start(&supervisor, idle("a")).await);
        let monitor = supervisor.monitor();
        process::send(parent, ())?;
        assert_eq!(down(monitor).await, reason);
        assert_eq!(down(child).await, ExitReason::Shutdown);
    }
    Ok(())
}

/// DSUP-052: one that is killed cannot shut its children down; they end because they are linked to it.
#[otp::test]
async fn the_children_of_a_killed_supervisor_end_with_it() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().start().await?;
    let child = process::monitor(start(&supervisor, idle("a")).await);
    let before = supervisor.monitor();
    process::exit(&supervisor, ExitReason::Kill);
    assert_eq!(down(before).await, ExitReason::Killed);
    assert_eq!(down(child).await, ExitReason::Killed);
    Ok(())
}

/// A start that waits while its supervisor is stopped is answered like any other call.
#[otp::test(start_paused = true)]
async fn starts_that_wait_learn_of_the_end() -> otp::Result {
    let journal = Journal::default();
    let supervisor = supervisor().await;
    let me = process::self_pid();
    let start = |spec: ChildSpec| {
        let supervisor = supervisor.clone();
        process::spawn(async move {
            let answer = supervisor.start_child(spec).await.map(|started| started.pid);
            process::send(me, answer).unwrap();
        });
    };
    start(Job::new("first", &journal).next([Begin::Wait(seconds(5))]).spec());
    process::sleep(seconds(1)).await;
    let stopping = supervisor.clone();
    process::spawn(async move { stopping.stop().await.unwrap() });
    process::sleep(seconds(1)).await;
    start(idle("second"));
    process::sleep(seconds(1)).await;
    let first = process::receive::<Result<Pid, StartChildError>>().await.unwrap();
    let second = process::receive::<Result<Pid, StartChildError>>().await.unwrap_err();
    assert!(matches!(&second, StartChildError::Call(error) if error.exit_reason() == Some(&ExitReason::Normal)));
    assert!(!process::alive(first));
    assert!(!supervisor.is_alive());
    Ok(())
}

/// A child that ended while its supervisor was busy is none when its turn to be shut down comes.
#[otp::test]
async fn a_child_that_ends_before_its_turn_is_not_waited_for() -> otp::Result {
    let supervisor = supervisor().await;
    let mut children = Vec::new();
    for _ in 0..10 {
        children.push(start(&supervisor, idle("a").restart(Restart::Temporary).shutdown(Shutdown::Infinity)).await);
    }
    otp::sys::suspend(&supervisor).await?;
    for pid in &children[..5] {
        end(*pid, ExitReason::other("early")).await;
    }
    otp::sys::resume(&supervisor).await?;
    supervisor.stop().await?;
    assert!(children.iter().all(|pid| !process::alive(*pid)));
    Ok(())
}

/// DSUP-053: the shutdown of the one above waits for it, without a limit.
#[otp::test(start_paused = true)]
async fn its_own_supervisor_gives_it_the_time_its_children_need() -> otp::Result {
    let journal = Journal::default();
    let app = Supervisor::builder().child(DynamicSupervisor::builder().child_spec("rooms")).start_link().await?;
    let rooms = app.child::<DynamicSupervisor>("rooms");
    let slow = Job::new("slow", &journal).cleanup(seconds(1_000)).spec().shutdown(Shutdown::Infinity);
    let slow = start(&rooms, slow).await;
    let before = Instant::now();
    app.stop().await?;
    assert!(before.elapsed() >= seconds(1_000));
    assert!(!process::alive(slow) && !rooms.is_alive());
    Ok(())
}

/// While one is terminated the others go on, and it is gone from the counts when the answer comes.
#[otp::test]
async fn a_child_that_crashes_meanwhile_is_restarted_afterwards() -> otp::Result {
    let supervisor = supervisor().await;
    let first = start(&supervisor, idle("a")).await;
    let second = start(&supervisor, idle("b")).await;
    otp::sys::suspend(&supervisor).await?;
    end(second, ExitReason::Kill).await;
    otp::sys::resume(&supervisor).await?;
    supervisor.terminate_child(first).await?;
    end_child(&supervisor, first, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    Ok(())
}
