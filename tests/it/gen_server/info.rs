//! Plain messages, and the notifications of monitors and links.

use super::{HOUR, Log, MS, Script, bump, settle, short};
use otp::prelude::*;
use otp::{process, sys};

struct Tick;
struct Close(ExitReason);
struct Fail;
struct Unknown;

#[gen_server]
struct Listener {
    log: Log,
}

#[gen_server]
impl Listener {
    #[init]
    fn init(log: Log) -> Self {
        Self { log }
    }

    #[call]
    fn watch(&mut self, pid: Pid) -> MonitorRef {
        process::monitor(pid)
    }

    /// Three times over; one of them is taken back, with what it has told.
    #[call]
    fn watch_and_flush(&mut self, pid: Pid) -> [MonitorRef; 2] {
        let [first, flushed, last] = [(); 3].map(|()| process::monitor(pid));
        process::demonitor_flush(flushed);
        [first, last]
    }

    #[call]
    fn tie(&mut self, pid: Pid) -> bool {
        process::link(pid).is_ok()
    }

    #[info]
    async fn text(&mut self, text: String) {
        self.log.add(text);
    }

    #[info]
    fn close(&mut self, close: Close) -> Next {
        Next::stop(close.0)
    }

    #[info]
    fn fail(&mut self, _fail: Fail) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }

    #[info]
    fn tick(&mut self, _tick: Tick) {
        panic!("a tick too many");
    }

    #[info]
    fn down(&mut self, down: Down) {
        self.log.add(format!("{:?} {}", down.reference, down.reason));
    }

    #[info]
    fn exit(&mut self, exit: Exit) {
        self.log.add(format!("exit {} {}", exit.from, exit.reason));
    }

    #[call]
    fn lines(&self) -> Vec<String> {
        self.log.lines()
    }

    #[terminate]
    fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {}", short(reason)));
    }
}

#[otp::test]
async fn gs_056_a_plain_message_reaches_the_handler_of_its_type() -> otp::Result {
    let listener = Listener::start_link(Log::default()).name("gs 056").await?;
    process::send(listener.pid().expect("a process"), "by pid".to_owned())?;
    process::send("gs 056", "by name".to_owned())?;
    listener.send_info("by handle".to_owned());
    process::send_after("gs 056", "later".to_owned(), MS);
    assert_eq!(listener.lines().await?, ["by pid", "by name", "by handle"]);
    while listener.lines().await?.len() < 4 {
        process::sleep(MS).await;
    }
    assert_eq!(listener.lines().await?[3], "later");
    Ok(())
}

/// Whether the server comes to it in the queue, or has passed it over while it was suspended.
#[otp::test]
async fn a_down_is_whole_and_in_its_place_and_gone_with_a_flush() -> otp::Result {
    let listener = Listener::start_link(Log::default()).await?;
    let gone = process::spawn(async {});
    process::wait(gone).await;
    listener.send_info("before".to_owned());
    let [first, last] = listener.watch_and_flush(gone).await?;
    listener.send_info("after".to_owned());
    let told = [first, last].map(|monitor| format!("{monitor:?} noproc"));
    assert_eq!(listener.lines().await?, ["before", &told[0], &told[1], "after"]);

    let listener = Listener::start_link(Log::default()).await?;
    let pid = process::spawn(process::sleep_forever());
    let [first, last] = listener.watch_and_flush(pid).await?;
    sys::suspend(&listener).await?;
    listener.send_info("before".to_owned());
    process::exit(pid, ExitReason::other(7));
    process::wait(pid).await;
    listener.send_info("after".to_owned());
    sys::get_status(&listener).await?;
    sys::resume(&listener).await?;
    let mut lines = listener.lines().await?;
    assert_eq!((lines.remove(0), lines.pop()), ("before".to_owned(), Some("after".to_owned())));
    // Of two monitors of the same process either may be told first.
    lines.sort();
    let mut told = [first, last].map(|monitor| format!("{monitor:?} 7"));
    told.sort();
    assert_eq!(lines, told);
    Ok(())
}

/// GS-076: also from a message.
#[otp::test]
async fn gs_056_the_answers_to_a_message_are_those_to_a_cast() -> otp::Result {
    let log = Log::default();
    let (listener, _) = Listener::start_monitor(log.clone()).await?;
    listener.send_info(Close(ExitReason::other(56)));
    listener.send_info("never handled".to_owned());
    assert_eq!(process::receive::<Down>().await.reason, ExitReason::other(56));
    assert_eq!(log.lines(), ["terminate 56"]);

    let (listener, _) = Listener::start_monitor(Log::default()).await?;
    listener.send_info(Fail);
    let reason = process::receive::<Down>().await.reason;
    assert!(reason.error_ref::<std::fmt::Error>().is_some(), "{reason:?}");
    Ok(())
}

#[gen_server]
struct Catcher {
    log: Log,
}

#[gen_server]
impl Catcher {
    #[init]
    fn init(log: Log) -> Self {
        Self { log }
    }

    #[info]
    fn text(&mut self, text: &'static str) {
        self.log.add(text);
    }

    #[info(any)]
    fn other(&mut self, info: Info) {
        self.log.add(match info.take::<u8>() {
            Ok(n) => format!("any: {n}"),
            Err(info) => format!("any: {info:?}"),
        });
    }

    #[call]
    fn lines(&self) -> Vec<String> {
        self.log.lines()
    }
}

#[otp::test]
async fn a_handler_of_any_message_gets_what_no_other_takes() -> otp::Result {
    let catcher = Catcher::start_link(Log::default()).await?;
    let pid = catcher.pid().expect("a process");
    process::send(pid, 7_u8)?;
    process::send(pid, "text")?;
    process::send(pid, Unknown)?;
    let unknown = format!("any: Any({})", std::any::type_name::<Unknown>());
    assert_eq!(catcher.lines().await?, ["any: 7", "text", unknown.as_str()]);
    Ok(())
}

#[otp::test]
async fn gs_058_a_handler_that_fails_ends_its_server() -> otp::Result {
    let log = Log::default();
    let (listener, _) = Listener::start_monitor(log.clone()).await?;
    listener.send_info(Tick);
    let reason = process::receive::<Down>().await.reason;
    assert_eq!(short(&reason), "panic: a tick too many");
    assert_eq!(log.lines(), ["terminate panic: a tick too many"]);
    Ok(())
}

#[otp::test]
async fn gs_055_the_normal_end_of_a_linked_process_is_a_message_only_to_who_traps_exits() -> otp::Result {
    for traps in [true, false] {
        let listener = Listener::start_link(Log::default()).trap_exit(traps).await?;
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let other = process::spawn(async move {
            let _ = ended.await;
        });
        assert!(listener.tie(other).await?);
        drop(end);
        process::wait(other).await;
        let expected = if traps { vec![format!("exit {other} normal")] } else { vec![] };
        assert_eq!(listener.lines().await?, expected);
    }
    Ok(())
}

#[otp::test]
async fn gs_123_the_down_of_a_monitored_process_is_a_message() -> otp::Result {
    let listener = Listener::start_link(Log::default()).await?;
    let other = Script::start(Log::default()).await?;
    let pid = other.pid().expect("a process");
    let first = listener.watch(pid).await?;
    let second = listener.watch(pid).await?;
    other.stop().reason(ExitReason::shutdown_with("over")).await?;
    let third = listener.watch(pid).await?;
    let mut lines = listener.lines().await?;
    assert_eq!(lines.pop(), Some(format!("{third:?} noproc")));
    lines.sort();
    let mut expected = [first, second].map(|it| format!("{it:?} shutdown: \"over\""));
    expected.sort();
    assert_eq!(lines, expected, "and the server goes on");
    Ok(())
}

/// Ticks once an hour.
#[gen_server]
struct Clock {
    log: Log,
}

#[gen_server]
impl Clock {
    #[init]
    fn init(log: Log) -> Self {
        process::send_after(process::self_pid(), Tick, HOUR);
        Self { log }
    }

    #[info]
    fn tick(&mut self, _tick: Tick) {
        self.log.add("tick");
        process::send_after(process::self_pid(), Tick, HOUR);
    }
}

#[otp::test(start_paused = true)]
async fn gs_124_a_periodic_server_ticks_until_it_ends() -> otp::Result {
    let log = Log::default();
    let clock = Clock::start_link(log.clone()).await?;
    process::sleep(HOUR / 2).await;
    assert_eq!(log.lines().len(), 0);
    for hours in 1..=5 {
        process::sleep(HOUR).await;
        assert_eq!(log.lines().len(), hours);
    }
    clock.stop().await?;
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines().len(), 5);
    Ok(())
}

#[otp::test]
async fn gs_057_a_message_that_nobody_handles_harms_nobody() -> otp::Result {
    let log = Log::default();
    let server = Clock::start_link(log.clone()).await?;
    let pid = server.pid().expect("a process");
    for _ in 0..3 {
        process::send(pid, Unknown)?;
        process::send(pid, 7)?;
    }
    settle().await;
    assert!(server.is_alive());
    assert_eq!(process::info(pid).expect("it lives").message_queue_len, 0, "they are gone");
    assert_eq!(log.lines(), [] as [&str; 0]);
    Ok(())
}

#[otp::test]
async fn a_server_by_hand_gets_every_message_in_one_place() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).trap_exit(true).await?;
    let pid = server.pid().expect("a process");
    process::send(pid, Unknown)?;
    let other = process::spawn(async {});
    process::wait(other).await;
    super::tell(&server, move |_| {
        process::monitor(other);
        Next::noreply()
    });
    process::spawn(async move { process::exit(pid, ExitReason::other("signal")) });
    settle().await;
    assert_eq!(bump(&server).await?, 1);
    assert_eq!(log.lines(), ["init", "info", "down noproc", "exit \"signal\""]);
    Ok(())
}
