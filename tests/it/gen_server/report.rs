//! What is reported of a server: failures, and messages that nobody handles.

use super::{Log, Script, ask, settle, tell};
use otp::prelude::*;
use otp::{process, sys};
use otp_tests::reports::{self, Report};
use tracing::Level;

/// The failure report of a server that has ended, under its pid.
#[track_caller]
fn failure(pid: Option<Pid>) -> Report {
    reports::one("otp::gen_server", "pid", pid.expect("a process"))
}

#[track_caller]
fn assert_no_report(pid: Option<Pid>) {
    let pid = pid.expect("a process");
    for target in ["otp::gen_server", "otp::crash"] {
        let found = reports::of(target, "pid", pid);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// GS-076: an orderly end is not reported, another one is.
#[otp::test]
async fn gs_098_a_stop_is_reported_when_its_reason_is_a_failure() -> otp::Result {
    reports::collect();
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("upgrade")] {
        let server = Script::start(Log::default()).await?;
        server.stop().reason(reason).await?;
        assert_no_report(server.pid());
    }
    let server = Script::start(Log::default()).await?;
    server.stop().reason(ExitReason::other("broken")).await?;
    let report = failure(server.pid());
    assert_eq!((report.level, report.field("reason")), (Level::ERROR, Some("\"broken\"")));
    assert_eq!(reports::of("otp::crash", "pid", server.pid().expect("a process")).len(), 1);
    Ok(())
}

#[otp::test]
async fn gs_100_a_failure_of_a_call_is_reported_once_with_its_circumstances() -> otp::Result {
    reports::collect();
    let server = Script::start(Log::default()).name("gs 100").await?;
    let failing = ask(&server, |script, _from| {
        script.n = 42;
        panic!("what now?");
    });
    failing.await.expect_err("it panics");
    let report = failure(server.pid());
    assert_eq!(report.level, Level::ERROR);
    let field = |name| report.field(name).unwrap_or_else(|| panic!("no {name} in {report:#?}"));
    assert_eq!(field("name"), "gs 100");
    assert_eq!(field("last_message"), "ask");
    assert_eq!(field("from"), process::self_pid().to_string());
    assert_eq!(field("state"), "Script { n: 42 }");
    assert!(field("reason").contains("what now?") && field("reason").contains("report.rs"), "{report:#?}");
    assert!(report.message.contains("generic server gs 100 terminating"), "{report:#?}");
    // Whoever reads errors reads it once.
    let crash = reports::one("otp::crash", "pid", server.pid().expect("a process"));
    assert_eq!(crash.level, Level::DEBUG);
    Ok(())
}

struct Crash;

/// Fails in any handler. Its state cannot be printed.
#[gen_server]
struct Faulty;

struct Step;

#[gen_server]
impl Faulty {
    #[init]
    fn init() -> Self {
        Self
    }

    #[cast]
    fn fail(&mut self) -> otp::Result {
        Err("the disk is full".into())
    }

    #[cast]
    fn go_on(&mut self) -> Next<Step> {
        Next::then(Step)
    }

    #[cast]
    fn wait(&mut self) -> Next {
        Next::timeout(std::time::Duration::ZERO)
    }

    #[cast]
    fn end(&mut self, reason: ExitReason) -> Next {
        Next::stop(reason)
    }

    #[info]
    fn crash(&mut self, _crash: Crash) -> otp::Result {
        Err("by a message".into())
    }

    #[handle_continue]
    fn step(&mut self, _step: Step) -> otp::Result {
        Err("by a step".into())
    }

    #[timeout]
    fn idle(&mut self) -> otp::Result {
        Err("by a timeout".into())
    }
}

#[otp::test]
async fn gs_100_the_last_message_is_what_was_handled_last() -> otp::Result {
    reports::collect();
    type End = fn(&FaultyRef);
    let ends: [(End, &str, &str); 5] = [
        (|it| it.fail(), "fail", "the disk is full"),
        (|it| it.send_info(Crash), "info", "by a message"),
        (|it| it.go_on(), "continue", "by a step"),
        (|it| it.wait(), "timeout", "by a timeout"),
        (|it| it.end(ExitReason::other(1)), "end", "1"),
    ];
    for (end, last, reason) in ends {
        let (faulty, _) = Faulty::start_monitor(()).await?;
        end(&faulty);
        process::receive::<Down>().await;
        let report = failure(faulty.pid());
        assert_eq!((report.field("last_message"), report.field("reason")), (Some(last), Some(reason)));
        assert_eq!(report.field("from"), None, "nobody waits for an answer");
        assert_eq!(report.field("state"), None, "it cannot be printed");
    }
    Ok(())
}

#[otp::test]
async fn gs_100_an_orderly_end_and_a_signal_are_not_reported_by_the_server() -> otp::Result {
    reports::collect();
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with(1)] {
        let (faulty, _) = Faulty::start_monitor(()).await?;
        faulty.end(reason);
        process::receive::<Down>().await;
        assert_no_report(faulty.pid());
    }
    for signal in [ExitReason::Kill, ExitReason::other("signal")] {
        let (faulty, _) = Faulty::start_monitor(()).await?;
        process::exit(faulty.pid().expect("a process"), signal);
        process::receive::<Down>().await;
        assert_no_report(faulty.pid());
    }
    Ok(())
}

#[otp::test]
async fn gs_057_a_message_that_nobody_handles_is_reported_with_the_servers_name() -> otp::Result {
    reports::collect();
    let faulty = Faulty::start_link(()).name("gs 057").trap_exit(true).await?;
    let pid = faulty.pid().expect("a process");
    process::send(pid, "unexpected")?;
    let other = process::spawn(async move {
        process::link(pid).expect("it lives");
    });
    process::wait(other).await;
    settle().await;
    assert!(faulty.is_alive());
    let found = reports::of("otp::gen_server", "name", "gs 057");
    let [text, exit] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(text.level, Level::WARN);
    assert_eq!(text.message, "gs 057 got a message of type &str, and dropped it");
    assert!(format!("{exit:?}").contains(&other.to_string()), "the end of {other}: {exit:#?}");
    Ok(())
}

/// Knows a secret.
#[gen_server]
#[derive(Debug)]
struct Vault {
    #[allow(dead_code, reason = "what must not be seen")]
    secret: &'static str,
    fragile: bool,
}

#[gen_server]
impl Vault {
    #[init]
    fn init(fragile: bool) -> Self {
        Self { secret: "hunter2", fragile }
    }

    #[call]
    fn ping(&self) -> bool {
        true
    }

    #[cast]
    fn fail(&mut self) {
        panic!("burgled");
    }

    #[format_status]
    fn format_status(&self) -> String {
        assert!(!self.fragile, "cannot be formatted");
        "Vault { secret: *** }".to_owned()
    }
}

#[otp::test]
async fn gs_102_a_formatter_shows_what_may_be_seen_of_the_state() -> otp::Result {
    reports::collect();
    let vault = Vault::start(false).await?;
    let monitor = vault.monitor();
    sys::log(&vault, Some(10)).await?;
    vault.ping().await?;
    let status = sys::get_status(&vault).await?;
    assert_eq!(status.state, "Vault { secret: *** }");
    assert!(!status.to_string().contains("hunter2"), "nor in the log: {status}");
    assert!(status.to_string().contains("new state Vault { secret: *** }"), "{status}");

    vault.fail();
    assert_eq!(process::receive::<Down>().await.reference, monitor);
    let report = failure(vault.pid());
    assert_eq!(report.field("state"), Some("Vault { secret: *** }"));
    assert!(!format!("{report:?}").contains("hunter2"));
    Ok(())
}

#[otp::test]
async fn gs_103_a_formatter_that_fails_is_noted_and_harms_nobody() -> otp::Result {
    reports::collect();
    let vault = Vault::start(true).await?;
    let monitor = vault.monitor();
    let status = sys::get_status(&vault).await?;
    assert!(status.state.contains("panicked"), "{status}");
    assert!(vault.ping().await?, "the server is not harmed");

    vault.fail();
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, super::short(&down.reason)), (monitor, "panic: burgled".to_owned()));
    let report = failure(vault.pid());
    assert!(report.field("state").is_some_and(|state| state.contains("panicked")), "{report:#?}");
    assert!(report.field("reason").is_some_and(|reason| reason.contains("burgled")), "{report:#?}");
    Ok(())
}

#[otp::test]
async fn a_failing_terminate_is_reported_with_its_own_reason() -> otp::Result {
    reports::collect();
    let server = Wrecked::start(()).await?;
    server.stop().await.expect_err("it panics");
    let report = failure(server.pid());
    assert!(report.field("reason").is_some_and(|reason| reason.contains("and sinks")), "{report:#?}");
    Ok(())
}

#[gen_server]
struct Wrecked;

#[gen_server]
impl Wrecked {
    #[init]
    fn init() -> Self {
        Self
    }

    #[terminate]
    fn terminate(&mut self, _reason: &ExitReason) {
        panic!("and sinks");
    }
}

#[otp::test]
async fn an_unhandled_timeout_is_reported_and_harms_nobody() -> otp::Result {
    reports::collect();
    let idle = Idle::start_link(()).name("an idle one").await?;
    settle().await;
    assert!(idle.is_alive());
    let report = reports::one("otp::gen_server", "name", "an idle one");
    assert!(report.message.contains("timeout"), "{report:#?}");
    Ok(())
}

#[gen_server]
struct Idle;

#[gen_server]
impl Idle {
    #[init]
    fn init() -> Init<Self> {
        Init::ok(Self).timeout(std::time::Duration::ZERO)
    }
}

#[otp::test]
async fn a_failure_after_a_cast_does_not_name_the_caller_before() -> otp::Result {
    reports::collect();
    let (server, _) = Script::start_monitor(Log::default()).await?;
    super::bump(&server).await?;
    tell(&server, |_| Next::stop(ExitReason::other("cast")));
    process::receive::<Down>().await;
    let report = failure(server.pid());
    assert_eq!((report.field("last_message"), report.field("from")), (Some("tell"), None));
    Ok(())
}
