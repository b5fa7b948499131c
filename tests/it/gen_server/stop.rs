//! Stopping a server and waiting until it is gone.

use super::name::{Key, Registry};
use super::{HOUR, Log, MS, Script, assert_about, bump, settle, short, tell, timed};
use otp::gen_server::StopFailure;
use otp::prelude::*;
use otp::{process, sys};
use std::time::Duration;

/// A server that takes its time to terminate.
#[gen_server]
struct Reluctant {
    log: Log,
    time: Duration,
    me: Option<ReluctantRef>,
}

#[gen_server]
impl Reluctant {
    #[init]
    fn init(log: Log, time: Duration) -> Self {
        Self { log, time, me: None }
    }

    #[cast]
    fn meet(&mut self, me: ReluctantRef) {
        self.me = Some(me);
    }

    #[call]
    async fn stop_yourself(&mut self) -> Option<StopFailure> {
        self.me.as_ref()?.stop().await.err().map(|error| error.failure)
    }

    #[terminate]
    async fn terminate(&mut self, reason: &ExitReason) {
        process::sleep(self.time).await;
        self.log.add(format!("terminate {}", short(reason)));
        assert!(reason != &ExitReason::other("fragile"), "not this one");
    }
}

#[otp::test(start_paused = true)]
async fn gs_090_stop_waits_until_the_server_is_gone() -> otp::Result {
    let log = Log::default();
    let server = Reluctant::start((log.clone(), 10 * HOUR)).name("gs 090").await?;
    let monitor = server.monitor();
    let (stopped, elapsed) = timed(server.stop()).await;
    assert_eq!(stopped, Ok(()));
    assert_about(elapsed, 10 * HOUR);
    assert_eq!(log.lines(), ["terminate normal"]);
    assert!(!server.is_alive());
    assert_eq!(process::whereis("gs 090"), None);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Normal));
    Ok(())
}

#[otp::test]
async fn gs_090_stop_reaches_a_server_by_any_handle_and_from_anywhere() -> otp::Result {
    let key = Key(Registry::default(), 90);
    let local = Script::start(Log::default()).name("gs 090, by name").await?;
    let global = Script::start(Log::default()).name(Name::global("gs 090")).await?;
    let via = Script::start(Log::default()).via(key.clone()).await?;
    ServerRef::<Script>::named("gs 090, by name").stop().await?;
    ServerRef::<Script>::named(Name::global("gs 090")).stop().await?;
    ServerRef::<Script>::via(key).stop().await?;
    assert!(!local.is_alive() && !global.is_alive() && !via.is_alive());

    let server = Script::start(Log::default()).await?;
    let by_task = server.clone();
    tokio::spawn(async move { by_task.stop().await }).await??;
    assert!(!server.is_alive());
    Ok(())
}

#[otp::test]
async fn stop_waits_for_its_turn_in_the_mailbox_and_linked_processes_live_on() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    for i in 0..3 {
        tell(&server, move |script| {
            script.log.add(i);
            Next::noreply()
        });
    }
    server.stop().await?;
    assert_eq!(log.lines(), ["init", "0", "1", "2", "terminate normal", "dropped at home"]);
    Ok(())
}

#[otp::test]
async fn gs_091_stop_with_a_reason_is_good_when_the_server_ends_with_it() -> otp::Result {
    for reason in [ExitReason::other("bad"), ExitReason::Shutdown, ExitReason::error("an error"), ExitReason::Killed] {
        let log = Log::default();
        let (server, _) = Script::start_monitor(log.clone()).await?;
        assert_eq!(server.stop().reason(reason.clone()).await, Ok(()));
        assert_eq!(process::receive::<Down>().await.reason, reason);
        assert_eq!(log.lines()[1], format!("terminate {reason}"));
    }
    Ok(())
}

#[otp::test]
async fn gs_091_stop_fails_when_the_server_ends_with_another_reason() -> otp::Result {
    let server = Reluctant::start((Log::default(), Duration::ZERO)).name("gs 091").await?;
    let error = server.stop().reason(ExitReason::other("fragile")).await.expect_err("terminate panics");
    let StopFailure::Exit(reason) = &error.failure else { panic!("{error}") };
    assert_eq!(short(reason), "panic: not this one");
    assert_eq!((error.reason.clone(), error.timeout), (ExitReason::other("fragile"), None));
    assert!(error.to_string().contains("gs 091") && error.to_string().contains("fragile"), "{error}");

    let server = Script::start(Log::default()).await?;
    tell(&server, |_| Next::stop(ExitReason::other("first")));
    let error = server.stop().await.expect_err("it stopped by itself before");
    assert_eq!(error.failure, StopFailure::Exit(ExitReason::other("first")));
    Ok(())
}

#[otp::test]
async fn gs_093_stop_of_nobody_fails_with_noproc() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    let pid = server.pid().expect("a process").to_string();
    server.stop().await?;
    let unknown = ServerRef::<Script>::named("gs 093, unknown");
    let via = ServerRef::<Script>::via(Key(Registry::default(), 93));
    for (nobody, shown) in [(&server, &*pid), (&unknown, "gs 093, unknown"), (&via, "registry:93")] {
        let error = nobody.stop().reason(ExitReason::Shutdown).timeout(MS).await.expect_err("nobody is there");
        assert_eq!((&error.failure, &error.reason), (&StopFailure::NoProc, &ExitReason::Shutdown));
        assert_eq!(error.timeout, Some(MS));
        assert!(error.server.contains(shown), "{error}");
        assert!(error.to_string().contains("noproc"), "{error}");
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_094_a_server_cannot_wait_for_its_own_end() -> otp::Result {
    let server = Reluctant::start_link((Log::default(), Duration::ZERO)).name("gs 094").await?;
    for me in [server.clone(), ReluctantRef::named("gs 094")] {
        server.meet(me);
        let (failure, elapsed) = timed(server.stop_yourself()).await;
        assert_eq!(failure?, Some(StopFailure::CallingSelf));
        assert_eq!(elapsed, Duration::ZERO);
        assert!(server.is_alive());
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_095_stop_with_a_time_gives_up_and_the_server_still_ends() -> otp::Result {
    let log = Log::default();
    let server = Reluctant::start((log.clone(), HOUR)).name("gs 095").await?;
    let (stopped, elapsed) = timed(server.stop().timeout(50 * MS)).await;
    let error = stopped.expect_err("it takes an hour");
    assert_eq!((&error.failure, error.timeout), (&StopFailure::Timeout, Some(50 * MS)));
    assert!(error.to_string().contains("gs 095"), "{error}");
    assert_about(elapsed, 50 * MS);
    assert!(server.is_alive());
    assert_eq!(process::wait(server.pid().expect("a process")).await, ExitReason::Normal);
    assert_eq!(log.lines(), ["terminate normal"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn stop_with_no_time_is_delivered() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    // It may even be gone in time: on one thread it runs before the timer does.
    let _ = server.stop().timeout(Duration::ZERO).await;
    settle().await;
    assert!(!server.is_alive());
    Ok(())
}

#[otp::test]
async fn several_may_wait_for_the_same_end() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    let (first, second, third) = tokio::join!(server.stop(), server.stop(), server.stop());
    assert_eq!((first, second, third), (Ok(()), Ok(()), Ok(())));
    Ok(())
}

#[otp::test]
async fn a_suspended_server_can_be_stopped() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log.clone()).await?;
    sys::suspend(&server).await?;
    let mut waiting = bump(&server);
    assert!(futures_util::poll!(&mut waiting).is_pending());
    server.stop().reason(ExitReason::Shutdown).await?;
    assert_eq!(waiting.await.expect_err("it ended").exit_reason(), Some(&ExitReason::Shutdown));
    assert_eq!(log.lines(), ["init", "terminate shutdown", "dropped at home"]);
    Ok(())
}
