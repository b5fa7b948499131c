//! How children are shut down, and how supervisors end.

use super::fixtures::*;
use otp::child::Started;
use otp::gen_server::StopFailure;
use otp::prelude::*;
use otp::process;
use std::time::Duration;
use tokio::time::Instant;

const SHORT: Duration = Duration::from_millis(100);

/// A supervisor with one child that traps exits and cleans up for so long.
async fn with_one(cleanup: Duration, shutdown: impl Into<Shutdown>, journal: &Journal) -> SupervisorRef {
    let spec = Job::new("a", journal).cleanup(cleanup).spec().shutdown(shutdown);
    let supervisor = Supervisor::builder().child(spec).start_link().await.unwrap();
    journal.take();
    supervisor
}

/// Terminates the child: why it ended, and how long that took.
async fn terminate(supervisor: &SupervisorRef) -> (ExitReason, Duration) {
    let monitor = process::monitor(pid(supervisor, "a").await);
    let before = Instant::now();
    supervisor.terminate_child("a").await.unwrap();
    let took = before.elapsed();
    (down(monitor).await, took)
}

#[otp::test(start_paused = true)]
async fn sup_063_children_are_told_one_at_a_time_in_reverse_order() -> otp::Result {
    let journal = Journal::default();
    let slow = |name| Job::new(name, &journal).cleanup(seconds(1)).spec();
    let supervisor = Supervisor::builder().children([slow("a"), slow("b"), slow("c")]).start_link().await?;
    journal.take();
    let before = Instant::now();
    supervisor.stop().await?;
    assert!(before.elapsed() >= seconds(3));
    assert_eq!(
        journal.take(),
        [
            "c terminate shutdown",
            "c clean",
            "c gone",
            "b terminate shutdown",
            "b clean",
            "b gone",
            "a terminate shutdown",
            "a clean",
            "a gone"
        ]
    );
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_064_a_child_that_ends_in_time_cleans_up() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(seconds(1), seconds(2), &journal).await;
    let (reason, took) = terminate(&supervisor).await;
    assert_eq!(reason, ExitReason::Shutdown);
    assert!(took >= seconds(1) && took < seconds(1) + SHORT, "{took:?}");
    assert_eq!(journal.take(), ["a terminate shutdown", "a clean", "a gone"]);

    // Its reason is its own.
    let spec = ChildSpec::new("a", |_slot| async {
        let life = async {
            process::trap_exit(true);
            let exit = process::receive::<Exit>().await;
            assert_eq!(exit.reason, ExitReason::Shutdown);
            process::exit_with(ExitReason::shutdown_with("done"))
        };
        Ok(Started::new(process::spawn_link(life)))
    });
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    // It traps from its first message on; before, the signal would end it.
    process::sleep(SHORT).await;
    assert_eq!(terminate(&supervisor).await.0, ExitReason::shutdown_with("done"));
    Ok(())
}

/// SUP-064: who does not end in time is killed.
#[otp::test(start_paused = true)]
async fn a_child_that_does_not_end_in_time_is_killed() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(seconds(3), seconds(2), &journal).await;
    let (reason, took) = terminate(&supervisor).await;
    assert_eq!(reason, ExitReason::Killed);
    assert!(took >= seconds(2) && took < seconds(2) + SHORT, "{took:?}");
    assert_eq!(journal.take(), ["a terminate shutdown", "a gone"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_066_brutal_kill_asks_nobody() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(seconds(1), Shutdown::BrutalKill, &journal).await;
    let (reason, took) = terminate(&supervisor).await;
    assert_eq!(reason, ExitReason::Killed);
    assert!(took < SHORT, "{took:?}");
    assert_eq!(journal.take(), ["a gone"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_067_infinity_waits_as_long_as_it_takes() -> otp::Result {
    let journal = Journal::default();
    let day = seconds(86_400);
    let supervisor = with_one(day, Shutdown::Infinity, &journal).await;
    let (reason, took) = terminate(&supervisor).await;
    assert_eq!(reason, ExitReason::Shutdown);
    assert!(took >= day, "{took:?}");
    assert_eq!(journal.take(), ["a terminate shutdown", "a clean", "a gone"]);

    // Supervisors have it by default.
    let inner = Supervisor::builder().child(Job::new("b", &journal).cleanup(day).spec().shutdown(Shutdown::Infinity));
    let outer = Supervisor::builder().child(inner.child_spec("a")).start_link().await?;
    let (reason, took) = terminate(&outer).await;
    assert_eq!(reason, ExitReason::Shutdown);
    assert!(took >= day, "{took:?}");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_068_who_does_not_trap_exits_ends_at_once() -> otp::Result {
    let journal = Journal::default();
    let times = [Shutdown::Timeout(seconds(3600)), Shutdown::Infinity];
    for shutdown in times {
        let spec = Job::new("a", &journal).spec().shutdown(shutdown);
        let supervisor = Supervisor::builder().child(spec).start_link().await?;
        // Also in the middle of something.
        supervisor.child::<Worker>("a").sleep(seconds(3600));
        process::sleep(SHORT).await;
        journal.take();
        let (reason, took) = terminate(&supervisor).await;
        assert_eq!(reason, ExitReason::Shutdown);
        assert!(took < SHORT, "{took:?}");
        assert_eq!(journal.take(), ["a gone"], "no callback runs");
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn sup_069_a_time_of_zero_kills_right_after_the_signal() -> otp::Result {
    let journal = Journal::default();
    let supervisor = with_one(seconds(3600), Duration::ZERO, &journal).await;
    let (reason, took) = terminate(&supervisor).await;
    assert_eq!(reason, ExitReason::Killed);
    assert!(took < SHORT, "{took:?}");
    assert!(!journal.take().contains(&"a clean".to_owned()));

    // One that does not trap is ended by the signal itself.
    let spec = Job::new("a", &journal).spec().shutdown(Duration::ZERO);
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    assert_eq!(terminate(&supervisor).await.0, ExitReason::Shutdown);
    Ok(())
}

#[otp::test]
async fn sup_073_a_stop_shuts_the_children_down_and_ends_with_its_reason() -> otp::Result {
    process::trap_exit(true);
    let reasons = [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("x"), ExitReason::other("x")];
    for reason in reasons {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .children(workers(&["a"], &journal))
            .child(Job::new("b", &journal).cleanup(Duration::ZERO).spec())
            .start_link()
            .await?;
        journal.take();
        let monitor = supervisor.monitor();
        supervisor.stop().reason(reason.clone()).await?;
        assert_eq!(journal.take(), ["b terminate shutdown", "b gone", "a gone"]);
        assert_eq!(down(monitor).await, reason);
        assert_eq!(process::receive::<Exit>().await.reason, reason);
        assert_eq!(supervisor.stop().await.unwrap_err().failure, StopFailure::NoProc);
    }

    let journal = Journal::default();
    let supervisor = Supervisor::builder().children(workers(&["a"], &journal)).start_link().await?;
    journal.take();
    supervisor.stop().await?;
    assert_eq!(journal.take(), ["a gone"]);
    assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Normal, "the default");
    Ok(())
}

/// SUP-073: so does the end of its parent.
#[otp::test]
async fn a_supervisor_ends_in_order_when_its_parent_does() -> otp::Result {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("parent")] {
        let journal = Journal::default();
        let spec = Supervisor::builder().child(Job::new("a", &journal).cleanup(Duration::ZERO).spec());
        let (me, why) = (process::self_pid(), reason.clone());
        process::spawn(async move {
            let supervisor = spec.start_link().await.unwrap();
            process::send(me, supervisor).unwrap();
            process::receive::<()>().await;
            process::exit_with(why)
        });
        let supervisor = process::receive::<SupervisorRef>().await;
        let parent = process::info(supervisor.pid().unwrap()).unwrap().ancestors[0];
        journal.take();
        let monitor = supervisor.monitor();
        process::send(parent, ())?;
        assert_eq!(down(monitor).await, reason);
        assert_eq!(journal.take(), ["a terminate shutdown", "a gone"]);
    }
    Ok(())
}

#[otp::test]
async fn sup_075_a_supervisor_that_is_killed_cannot_shut_its_children_down() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder()
        .child(Job::new("a", &journal).spec())
        .child(Job::new("traps", &journal).cleanup(Duration::ZERO).spec())
        .child(Supervisor::builder().children(workers(&["inner"], &journal)).child_spec("nested"))
        .start()
        .await?;
    let nested = SupervisorRef::from_pid(pid(&supervisor, "nested").await).unwrap();
    let monitors = [
        process::monitor(pid(&supervisor, "a").await),
        process::monitor(pid(&supervisor, "traps").await),
        nested.monitor(),
        process::monitor(pid(&nested, "inner").await),
    ];
    journal.take();

    assert_eq!(end(supervisor.pid().unwrap(), ExitReason::Kill).await, ExitReason::Killed);
    let [a, traps, nested, inner] = monitors;
    assert_eq!(down(a).await, ExitReason::Killed);
    assert_eq!(down(traps).await, ExitReason::Killed);
    assert_eq!(down(nested).await, ExitReason::Killed);
    // The nested one is a server that traps exits, whose parent ended: it shut its own down.
    assert_eq!(down(inner).await, ExitReason::Shutdown);
    let mut noted = journal.take();
    noted.sort();
    assert_eq!(noted, ["a gone", "inner gone", "traps gone", "traps terminate killed"]);
    Ok(())
}

#[otp::test]
async fn sup_077_the_end_of_a_stranger_is_ignored() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().max_restarts(0).children(workers(&["a", "b"], &journal)).start().await?;
    let before = pids(&supervisor, ["a", "b"]).await;
    let target = supervisor.pid().unwrap();

    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("stranger")] {
        process::exit(target, reason.clone());
        let (_, monitor) = process::spawn_monitor(async move {
            process::link(target).unwrap();
            process::exit_with(reason)
        });
        down(monitor).await;
        assert_eq!(pids(&supervisor, ["a", "b"]).await, before);
    }
    assert_eq!(counts(&supervisor).await, (2, 2, 0, 2));
    supervisor.stop().await?;
    Ok(())
}

/// SUP-076: what reaches it all the same, past the types, harms nobody.
#[otp::test]
async fn a_plain_message_is_dropped() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().max_restarts(0).children(workers(&["a"], &journal)).start_link().await?;
    let before = pid(&supervisor, "a").await;
    process::send(supervisor.pid().unwrap(), "what is this?")?;
    process::send(&*supervisor, 7_u8)?;
    assert_eq!(pid(&supervisor, "a").await, before);
    Ok(())
}

/// Children that end by themselves while they, or those before them, are being shut down.
#[otp::test(start_paused = true)]
async fn children_may_end_while_the_supervisor_shuts_down() -> otp::Result {
    process::trap_exit(true);
    for reason in [ExitReason::Normal, ExitReason::other("meanwhile")] {
        let journal = Journal::default();
        let supervisor = Supervisor::builder()
            .max_restarts(100)
            .children(workers(&["a", "b"], &journal))
            .child(Job::new("slow", &journal).cleanup(seconds(2)).spec())
            .start_link()
            .await?;
        let before = pids(&supervisor, ["a", "b", "slow"]).await;
        let [a, b] = [WorkerRef::from_pid(before[0]).unwrap(), WorkerRef::from_pid(before[1]).unwrap()];
        journal.take();
        let monitors = [a.monitor(), b.monitor()];
        let ends = async {
            process::sleep(seconds(1)).await;
            a.leave(reason.clone());
            b.crash();
        };
        let (stopped, ()) = futures_util::join!(async { supervisor.stop().await }, ends);
        stopped?;
        let [a, b] = monitors;
        assert_eq!(down(a).await, reason);
        assert!(matches!(down(b).await, ExitReason::Panic(_)));
        let noted = journal.take();
        assert!(!noted.iter().any(|line| line.ends_with("init")), "nothing is restarted: {noted:?}");
        assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Normal);
    }
    Ok(())
}

/// The same in a group restart and in `terminate_child`: the end of the old process is not taken for one of the new.
#[otp::test(start_paused = true)]
async fn a_child_that_ends_before_it_is_told_is_not_counted_twice() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().max_restarts(0).children(workers(&["a", "b"], &journal)).start().await?;
    let a = pid(&supervisor, "a").await;
    let monitor = process::monitor(a);
    // Both are in the mailbox before the supervisor runs: the end of the child comes second.
    let asked = supervisor.terminate_child("a");
    process::exit(a, ExitReason::Kill);
    asked.await?;
    down(monitor).await;
    assert_eq!(counts(&supervisor).await, (2, 1, 0, 2));
    supervisor.stop().await?;
    Ok(())
}
